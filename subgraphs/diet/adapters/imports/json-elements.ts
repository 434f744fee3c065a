/** A piece of a file, as it stands there. */
export interface Piece {
  /** Line on which it begins, from 1. */
  line: number;
  text: string;
}

/** An object whose end was not read yet. */
interface Begun {
  line: number;
  depth: number;
  parts: string[];
  length: number;
  /** Where a string in it was never closed: it ends where a line begins with the next object. */
  broken: boolean;
}

/** Longer elements are no foods: a file of another kind, or a broken one. */
const MAXIMUM_LENGTH = 8_000_000;

/**
 * The objects of the first array in a JSON file, one by one, without holding the file: however they are broken into lines,
 * and whether or not each of them parses. Only what stands in strings is told from what stands between them.
 */
export async function* jsonElements(chunks: AsyncIterable<string>): AsyncGenerator<Piece> {
  let line = 1;
  let begun: Begun | null = null;
  let [inArray, inString, escaped, atLineStart] = [false, false, false, false];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const character = chunk[at];
      const startsLine: boolean = atLineStart;
      atLineStart = character === '\n' || (startsLine && (character === ' ' || character === '\t'));
      if (character === '\n') line++;
      if (inString) {
        if (escaped) escaped = false;
        else if (character === '\\') escaped = true;
        else if (character === '"') inString = false;
        else if (character === '\n') {
          // No JSON string spans lines: this one was never closed, and nobody knows any longer what is a string.
          inString = false;
          if (begun !== null) begun.broken = true;
        }
      } else if (character === '"') inString = true;
      else if (!inArray) inArray = character === '[';
      else if (character === '{') {
        if (begun?.broken && startsLine) {
          yield { line: begun.line, text: begun.parts.join('') + chunk.slice(from, at) };
          begun = null;
        }
        if (begun !== null) begun.depth++;
        else [begun, from] = [{ line, depth: 1, parts: [], length: 0, broken: false }, at];
      } else if (character === '}' && begun !== null && --begun.depth === 0) {
        yield { line: begun.line, text: begun.parts.join('') + chunk.slice(from, at + 1) };
        begun = null;
      }
    }
    if (begun === null) continue;
    begun.parts.push(chunk.slice(from));
    begun.length += chunk.length - from;
    if (begun.length > MAXIMUM_LENGTH) throw new Error(`The object on line ${begun.line} does not end.`);
  }
  // The compiler does not see that the loop sets it.
  const unfinished = begun as Begun | null;
  if (unfinished !== null) yield { line: unfinished.line, text: unfinished.parts.join('') };
}

/** The lines of a text, without their ends. */
export async function* textLines(chunks: AsyncIterable<string>): AsyncGenerator<Piece> {
  let [line, rest] = [0, ''];
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { line: ++line, text: text.replace(/\r$/, '') };
  }
  if (rest !== '') yield { line: line + 1, text: rest.replace(/\r$/, '') };
}
