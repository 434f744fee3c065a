/** A value as JSON.parse makes it of a response. */
export type JsonValue = string | number | boolean | null | undefined | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Beyond it, JSON.stringify is no slower, and copies less. */
const SHORT = 40;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them.
const NEEDS_ESCAPES = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON. */
export function quote(text: string): string {
  return text.length <= SHORT && !NEEDS_ESCAPES.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** A value as JSON: what JSON.stringify writes, in half its time for what most fields hold. */
export function textOf(value: JsonValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return value === null ? 'null' : (JSON.stringify(value) ?? 'null');
}

/** Whether the parts of a source become parts of the target, or are copied: two targets may not change one part. */
export type Taking = 'shared' | 'copied';

/**
 * Adds to an object what a subgraph says of the same thing; objects on both sides become one.
 *
 * @param keys of the source, for a caller that merges it often
 */
export function mergeInto(
  target: JsonObject,
  source: JsonObject,
  taking: Taking = 'shared',
  keys: readonly string[] = Object.keys(source),
): void {
  for (const key of keys) {
    const incoming = source[key];
    // JSON may hold a key that would replace the object's prototype.
    if (incoming === undefined || key === '__proto__') continue;
    if (typeof incoming !== 'object' || incoming === null) target[key] = incoming;
    else target[key] = merged(target[key], incoming, taking);
  }
}

function merged(present: JsonValue, incoming: JsonValue, taking: Taking): JsonValue {
  if (incoming === present) return present;
  if (Array.isArray(incoming) && Array.isArray(present) && incoming.length === present.length) {
    for (const [index, item] of incoming.entries()) present[index] = merged(present[index], item, taking);
    return present;
  }
  if (isObject(incoming) && isObject(present)) {
    mergeInto(present, incoming, taking);
    return present;
  }
  return taking === 'shared' ? incoming : copyOf(incoming);
}

/** A value whose parts are nobody else's. */
export function copyOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) if (key !== '__proto__') copy[key] = copyOf(value[key]);
  return copy;
}
