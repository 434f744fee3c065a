import { z } from 'zod';

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
