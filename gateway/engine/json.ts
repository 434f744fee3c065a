/** What JSON.parse makes of a response. */
export type JsonValue = string | number | boolean | null | undefined | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Adds to an object what a subgraph says of the same thing; objects on both sides become one. */
export function mergeInto(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    const incoming = source[key];
    const present = target[key];
    // JSON may hold a key that would replace the object's prototype.
    if (incoming === undefined || key === '__proto__') continue;
    if (isObject(incoming) && isObject(present)) {
      if (incoming !== present) mergeInto(present, incoming);
    } else if (Array.isArray(incoming) && Array.isArray(present) && incoming.length === present.length) {
      if (incoming !== present) mergeItems(present, incoming);
    } else target[key] = incoming;
  }
}

function mergeItems(target: JsonValue[], source: readonly JsonValue[]): void {
  for (const [index, incoming] of source.entries()) {
    const present = target[index];
    if (isObject(incoming) && isObject(present)) mergeInto(present, incoming);
    else if (Array.isArray(incoming) && Array.isArray(present) && incoming.length === present.length)
      mergeItems(present, incoming);
    else target[index] = incoming;
  }
}
