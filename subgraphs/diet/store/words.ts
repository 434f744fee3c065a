/**
 * A text as PostgreSQL searches it: every word, or the beginning of one. Null where there is no text, or no word in it, which finds
 * everything.
 */
export function wordsQuery(text: string | undefined): string | null {
  const words = text?.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0 ? null : words.map((word) => `${word}:*`).join(' & ');
}
