import type { JsonValue } from './json.ts';
import type { ResponsePath } from './walk.ts';

/** What a response is written with. */
export interface Writing {
  variables: Readonly<Record<string, unknown>>;
  /** Answers to `__schema` and `__type`, by response name. */
  introspected: Readonly<Record<string, unknown>>;
  /** Where the writer is. */
  path: (string | number)[];
  /** Hears of a value that the schema does not allow at a place. */
  invalid(message: string, path: ResponsePath): void;
}

/** Writes a value; 'null' for none. Undefined: there must be one, so that what holds it is null. */
export type Write = (value: JsonValue, writing: Writing) => string | undefined;
