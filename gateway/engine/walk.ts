import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { EACH, type Path } from './plan.ts';
import type { Fulfils } from './type-conditions.ts';

/** Where something stands in the client's data. */
export type ResponsePath = readonly (string | number)[];

/**
 * Visits the objects at a path, in the order of the data. `trail`, where it is given, holds the place of the visited
 * object during the visit: finding places costs, and only errors need them.
 */
export function walk(
  data: JsonObject,
  path: Path,
  fulfils: Fulfils,
  visit: (object: JsonObject) => void,
  trail?: (string | number)[],
): void {
  step(data, 0);

  function step(value: JsonValue, index: number): void {
    if (value === null || value === undefined) return;
    const next = path[index];
    if (Array.isArray(value)) {
      // Planners leave the items of an outer list to whoever walks.
      const after = next === EACH ? index + 1 : index;
      for (let item = 0; item < value.length; item += 1) into(item, value[item], after);
    } else if (isObject(value)) {
      if (next === undefined) visit(value);
      else if (next === EACH) return;
      else if ('field' in next) into(next.field, value[next.field], index + 1);
      else if (next.types.some((type) => fulfils(String(value['__typename']), type))) step(value, index + 1);
    }
  }

  function into(key: string | number, value: JsonValue, index: number): void {
    trail?.push(key);
    step(value, index);
    trail?.pop();
  }
}

/** A path without what only its walk knows: lists are EACH. */
export function patternOf(path: Path): string[] {
  return path.flatMap((each) => (each === EACH ? [EACH] : 'field' in each ? [each.field] : []));
}
