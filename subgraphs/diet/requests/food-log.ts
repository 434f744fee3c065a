import { z } from 'zod';
import type { FoodLogServiceDefinition } from '#gen/proto/fitme/diet/v1/FoodLogService.ts';
import { daysBetween } from '#platform/days.ts';
import { id, idempotencyKey, ids } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { day, mealKind, portion } from './fields.ts';
import { maximumPeople, windowOnPeople } from './people.ts';

/** The most summaries that one call asks for, people times days. */
export const maximumSummaries = 1_000;

const summaries = z
  .object({ userIds: ids(maximumPeople), fromDay: day, toDay: day })
  .superRefine(({ userIds, fromDay, toDay }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const count = daysBetween(fromDay, toDay) + 1;
    if (count < 1) refuse('toDay', 'Send the first day or a later one.');
    else if (count > 31) refuse('toDay', 'Ask for at most 31 days at a time.');
    else if (count * userIds.length > maximumSummaries) {
      const most = Math.floor(maximumSummaries / count);
      refuse('userIds', `Ask for at most ${maximumSummaries} days in all: name at most ${most} people.`);
    }
  });

/** What requests must hold beyond their proto types. */
export const foodLogRequests: RequestSchemas<FoodLogServiceDefinition> = {
  LogFoodEntry: z.object({ day: day.optional(), meal: mealKind, portion, idempotencyKey }),
  DeleteFoodEntry: z.object({ foodEntryId: id }),
  CloseDietDay: z.object({ day }),
  BatchListFoodEntries: windowOnPeople({ fromDay: day.optional(), toDay: day.optional() }),
  BatchGetFoodEntries: z.object({ ids: ids(1_000) }),
  BatchGetDietDays: summaries,
};
