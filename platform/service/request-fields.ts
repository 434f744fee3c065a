import { z } from 'zod';
import { isTimeZone } from '../days.ts';

const asAnswered = 'Send an id as it was answered, a UUID.';

/** An id. Capitals were made small letters before (message-check.ts): ids are compared as texts. */
export const id = z.uuid(asAnswered).lowercase(asAnswered);

/** Ids of one batch. */
export function ids(most: number) {
  return z.array(id).max(most, `Ask for at most ${most.toLocaleString('en')} at a time.`);
}

/** The caller's own name for a request that creates something. */
export const idempotencyKey = z
  .string()
  .min(1, 'Send a key of your own, so that the request can be repeated.')
  .max(64, 'A key has 1 to 64 characters.');

/** An https URL. */
export const httpsUrl = z.string().refine(isHttpsUrl, 'takes an https URL of at most 2,000 characters');

/** A time zone by its IANA name. */
export const timeZone = z.string().refine(isTimeZone, 'takes an IANA time zone, for example "Europe/Zurich"');

/**
 * A text of one character that can be seen, or more. Counted in code points, of which each has at most two units in
 * JavaScript's strings.
 * @param what - Begins the sentence that says what is wrong, for example "A title".
 */
export function text(most: number, what: string) {
  return optionalText(most, what).refine(
    (value) => value.trim() !== '',
    `${what} has at least one character that can be seen.`,
  );
}

/** A text that may be empty; see {@link text}. */
export function optionalText(most: number, what: string) {
  const tooLong = `${what} has at most ${most.toLocaleString('en')} characters.`;
  return z.string().refine((value) => value.length <= most * 2 && [...value].length <= most, tooLong);
}

function isHttpsUrl(value: string): boolean {
  return value.length <= 2_000 && URL.canParse(value) && new URL(value).protocol === 'https:';
}
