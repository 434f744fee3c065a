import { z } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { Timestamp__Output } from '#gen/proto/google/protobuf/Timestamp.ts';
import { isDay } from '#platform/days.ts';
import { isFirstPage, pageRequest } from '#platform/service/paging.ts';
import { ids } from '#platform/service/request-fields.ts';

/** The most people, plans or sessions that a batch of pages names. */
export const maximumPages = 100;

/** A page of each of several lists, which `field` names. */
export function windowOnEach<Field extends string>(field: Field) {
  const shape = { [field]: ids(maximumPages), page: pageRequest } as {
    [Name in Field]: ReturnType<typeof ids>;
  } & { page: typeof pageRequest };
  return z.object(shape).superRefine((request, context) => {
    const window = request as unknown as { page: PageRequest__Output | null } & Record<string, string[]>;
    if (window[field]?.length === 1 || isFirstPage(window.page)) return;
    const path = ['page', window.page?.after ? 'after' : 'before'];
    const message = 'A cursor is good for one list: ask for that list alone.';
    context.addIssue({ code: 'custom', path, message });
  });
}

/** A value of an enum that must be said. */
export function named<Value extends string>(values: Readonly<Record<string, Value>>, message: string) {
  return z.enum(values, message).refine((value) => !value.endsWith('_UNSPECIFIED'), message);
}

/** A list that holds each of its values once. */
export function eachOnce<Value extends string>(
  value: z.ZodType<Value, Value>,
  { least, most, what }: { least: number; most: number; what: string },
) {
  return z
    .array(value)
    .min(least, `Name at least ${least} of the ${what}.`)
    .max(most, `Name at most ${most} of the ${what}.`)
    .refine((values) => new Set(values).size === values.length, `Name each of the ${what} once.`);
}

/** A number within bounds, both of which it takes. */
export function between(least: number, most: number, unit: string) {
  const message = `takes ${least.toLocaleString('en')} to ${most.toLocaleString('en')} ${unit}`;
  return z.number(message).min(least, message).max(most, message);
}

/** A whole number within bounds. */
export function wholeBetween(least: number, most: number, unit: string) {
  const message = `takes a whole number of ${unit}, ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
  return z.int(message).min(least, message).max(most, message);
}

/** A number of more than 0. */
export function positive(most: number, unit: string) {
  const message = `takes more than 0, at most ${most.toLocaleString('en')} ${unit}`;
  return z.number(message).positive(message).max(most, message);
}

/** A day of a plan. */
export const placeInPlan = {
  weekNumber: wholeBetween(1, 52, 'weeks'),
  dayNumber: wholeBetween(1, 7, 'days'),
};

/** Loads are kept to the gram. */
export const loadKg = between(0, 1_000, 'kg');
export const reps = wholeBetween(1, 1_000, 'repetitions');
export const durationSeconds = wholeBetween(1, 86_400, 's');
export const distanceM = positive(1_000_000, 'm');
export const rpe = between(1, 10, 'in halves').refine((value) => Number.isInteger(value * 2), 'takes halves');

/** A day. */
export const day = z.string().refine(isDay, 'takes a day as YYYY-MM-DD, for example 2026-03-29');

/** An instant that JavaScript and PostgreSQL can hold, or none. */
export const instant = z
  .custom<Timestamp__Output | null>()
  .refine((value) => value === null || isInstant(value), 'takes an instant from 1970 to 9999');

function isInstant({ seconds, nanos }: Timestamp__Output): boolean {
  const whole = Number(seconds);
  return whole >= 0 && whole < 253_402_300_800 && nanos >= 0 && nanos < 1_000_000_000;
}
