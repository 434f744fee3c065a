import { type ZodRawShape, z } from 'zod';
import { isFirstPage, pageRequest } from '#platform/service/paging.ts';
import { ids } from '#platform/service/request-fields.ts';

/** The most people whose lists one call asks for. */
export const maximumPeople = 100;

/** The same window on a list of each of some people. */
export function windowOnPeople<Shape extends ZodRawShape>(shape: Shape) {
  return z
    .object({ userIds: ids(maximumPeople), page: pageRequest, ...shape })
    .superRefine((value, context) => {
      const { userIds, page } = value as { userIds: string[]; page: z.infer<typeof pageRequest> };
      if (userIds.length === 1 || isFirstPage(page)) return;
      const message = 'A cursor is good for one person: name that one alone.';
      context.addIssue({ code: 'custom', path: ['userIds'], message });
    });
}
