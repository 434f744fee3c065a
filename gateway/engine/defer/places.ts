import { conditionsHold } from '../document/selected-fields.ts';
import type { ResponsePath, TypeConditionTest } from '../execution/walk.ts';
import { isObject, type JsonObject, type JsonValue } from '../transport/json.ts';
import type { DeferredFragment } from './fragments.ts';

/** An object that the client was given: as it is written, and as it was fetched. */
export interface DeliveredObject {
  path: ResponsePath;
  /** Where it stands in what was fetched. */
  dataPath: ResponsePath;
  written: JsonObject;
  fetched: JsonObject;
}

/**
 * Where a deferred fragment belongs: one place an object that was delivered. What became null in the answer, for whatever
 * reason, gets nothing later.
 */
export function placesOf(
  { steps, conditions }: DeferredFragment,
  { path, dataPath, written, fetched }: DeliveredObject,
  {
    variables,
    typeApplies,
  }: { variables: Readonly<Record<string, unknown>>; typeApplies: TypeConditionTest },
): DeliveredObject[] {
  const places: DeliveredObject[] = [];
  const trail = [...path];
  const dataTrail = [...dataPath];
  if (conditionsHold(conditions, variables)) step(written, fetched, 0);
  return places;

  function step(value: JsonValue, source: JsonValue, index: number): void {
    if (Array.isArray(value)) {
      if (!Array.isArray(source)) return;
      for (const [item, inner] of value.entries()) into([item, item], inner, source[item], index);
      return;
    }
    if (!isObject(value) || !isObject(source)) return;
    const next = steps[index];
    if (next === undefined)
      places.push({ path: [...trail], dataPath: [...dataTrail], written: value, fetched: source });
    else if ('field' in next)
      into([next.field, next.dataName], value[next.field], source[next.dataName], index + 1);
    else if (typeApplies(typenameOf(source, next.of), next.type)) step(value, source, index + 1);
  }

  function into([key, dataKey]: Keys, value: JsonValue, source: JsonValue, index: number): void {
    trail.push(key);
    dataTrail.push(dataKey);
    step(value, source, index);
    trail.pop();
    dataTrail.pop();
  }
}

type Keys = readonly [key: string | number, dataKey: string | number];

/** The object at a place; undefined where there is none. */
export function objectAt(data: JsonObject, path: ResponsePath): JsonObject | undefined {
  let at: JsonValue = data;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isObject(at)) at = at[key];
    else return undefined;
  }
  return isObject(at) ? at : undefined;
}

/**
 * Whether what a part brings denies what a client has: an object or a list becomes null, or a list has another length. A
 * null may have climbed out of a field that this part alone asks for; and what was fetched twice may have changed.
 */
export function denies(incoming: JsonValue, present: JsonValue): boolean {
  if (typeof present !== 'object' || present === null) return false;
  if (incoming === null) return true;
  if (Array.isArray(incoming) && Array.isArray(present))
    return incoming.length !== present.length || incoming.some((item, index) => denies(item, present[index]));
  if (!isObject(incoming) || !isObject(present)) return false;
  return Object.entries(incoming).some(
    ([key, value]) => Object.hasOwn(present, key) && denies(value, present[key]),
  );
}

function typenameOf({ __typename: name }: JsonObject, known: string): string {
  return typeof name === 'string' ? name : known;
}
