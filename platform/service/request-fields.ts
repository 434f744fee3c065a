import { z } from 'zod';

const asAnswered = 'Send an id as it was answered, a UUID in small letters.';

/** An id. Small letters alone, as ids are answered: they are compared as texts. */
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
