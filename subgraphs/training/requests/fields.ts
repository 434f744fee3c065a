import { z } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { isFirstPage, pageRequest } from '#platform/service/paging.ts';
import { ids } from '#platform/service/request-fields.ts';

/** The most gyms, classes, sessions or relationships that a batch of pages names. */
export const maximumPages = 100;

/** The same window on each of several lists, whose owners `field` names; with what else the request holds. */
export function windowOnEach<Field extends string, Shape extends z.ZodRawShape>(field: Field, shape: Shape) {
  const whole = { ...shape, [field]: ids(maximumPages), page: pageRequest } as Shape & {
    [Name in Field]: ReturnType<typeof ids>;
  } & { page: typeof pageRequest };
  return z.object(whole).superRefine((request, context) => {
    const { page, ...rest } = request as { page: PageRequest__Output | null } & Record<string, unknown>;
    if ((rest[field] as string[]).length === 1 || isFirstPage(page)) return;
    const path = ['page', page?.before === undefined ? 'after' : 'before'];
    const message = 'A cursor is good for one list: ask for that one alone, by the id of what has it.';
    context.addIssue({ code: 'custom', path, message });
  });
}

/** A value of an enum, but for the one that stands for none. */
export function setValue<Value extends string>(values: Readonly<Record<string, Value>>, none: string) {
  const value: z.ZodType<Value, Value> = z.enum(values as { [Key in Value]: Key });
  return value.refine((given) => !given.endsWith('_UNSPECIFIED'), none);
}

/** At most so many values, each once. */
export function listOf<Value extends string>(value: z.ZodType<Value, Value>, most: number, once: string) {
  return z
    .array(value)
    .max(most, `takes at most ${most}`)
    .refine((all) => new Set(all).size === all.length, once);
}

/** One line of text. */
export function oneLine(least: number, most: number) {
  return z
    .string()
    .refine(
      (text) => [...text.trim()].length >= least && [...text].length <= most && !/\p{Cc}/u.test(text),
      `takes one line of ${least} to ${most} characters`,
    );
}

/** A whole number. */
export function wholeNumber(least: number, most: number) {
  const message = `takes a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
  return z.int().min(least, message).max(most, message);
}

const inRange = ({ seconds }: { seconds: string }) => Math.abs(Number(seconds)) <= 253_402_300_799;

/** An instant, where it may be left out. */
export const instant = z
  .object({ seconds: z.string(), nanos: z.int() })
  .nullable()
  .refine((given) => given === null || inRange(given), 'takes a time before the year 10000');

/** An instant that must be told. */
export const requiredInstant = instant.refine((given) => given !== null, 'takes a time');

/** The version of something that a caller has read. */
export const expectedVersion = z.int().min(1, 'takes the version that you have read');
