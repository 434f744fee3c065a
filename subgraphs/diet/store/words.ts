/**
 * A text as PostgreSQL searches it: every word, or the beginning of one. Null where the text holds no word, which finds
 * everything.
 */
export function wordsQuery(text: string): string | null {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0 ? null : words.map((word) => `${word}:*`).join(' & ');
}
