const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether a text is written as ids are, in whatever letters. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

/** An id as it is kept and answered, in small letters; what is none stays as it is. */
export function sameId(text: string): string {
  return isId(text) ? text.toLowerCase() : text;
}
