import type { Refusal } from '../authorization/authorization.ts';
import type { JsonValue } from '../transport/json.ts';

/** What a response is written with. */
export interface Writing {
  variables: Readonly<Record<string, unknown>>;
  /** Answers to `__schema` and `__type`, by response name. */
  introspected: Readonly<Record<string, unknown>>;
  /** Where the writer is; null where nobody wants to know. */
  path: (string | number)[] | null;
  /** Hears of a value that the schema does not allow where the writer is. */
  invalid(message: string): void;
  /** Hears that the viewer may not read what stands where the writer is. */
  refuse(refusal: Refusal): void;
}

/** Writes a value; 'null' for none. Undefined: there must be one, so that what holds it is null. */
export type Write = (value: JsonValue, writing: Writing) => string | undefined;
