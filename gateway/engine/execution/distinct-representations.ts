import type { JsonObject, JsonValue } from '../transport/json.ts';
import type { Represent } from './representation.ts';

/** The representations of one batch in one run, each once. */
export interface RepresentationIndex {
  /** JSON. */
  texts: string[];
  /** The index of an entity's representation; -1 where it has none. */
  of(entity: JsonObject): number;
}

/**
 * Makes the index of a batch. Most entities stand in many places: where leaves tell them apart, those are looked up, and
 * the text is written for the first alone.
 *
 * @param fields those that tell entities apart; null where only the text does
 */
export function createRepresentationIndex(
  represent: Represent,
  fields: readonly string[] | null,
): RepresentationIndex {
  const texts: string[] = [];
  const indices = new Map<string, number>();
  const branches: Branch = new Map();

  function indexOf(entity: JsonObject): number {
    const text = represent(entity);
    if (text === null) return -1;
    let index = indices.get(text);
    if (index === undefined) {
      index = texts.push(text) - 1;
      indices.set(text, index);
    }
    return index;
  }

  function lookUp(entity: JsonObject, names: readonly string[]): number {
    let branch = branches;
    let value: JsonValue;
    const last = names.length - 1;
    for (let at = 0; at <= last; at += 1) {
      value = entity[names[at] as string];
      if (value === undefined || (typeof value === 'object' && value !== null)) return indexOf(entity);
      if (at === last) break;
      let next = branch.get(value);
      if (typeof next !== 'object') {
        next = new Map();
        branch.set(value, next);
      }
      branch = next;
    }
    const known = branch.get(value);
    if (typeof known === 'number') return known;
    const index = indexOf(entity);
    branch.set(value, index);
    return index;
  }

  return { texts, of: fields === null ? indexOf : (entity) => lookUp(entity, fields) };
}

/** By the value of one field: what is known of the next field, or the index. */
type Branch = Map<JsonValue, Branch | number>;
