import type { Fulfils } from '../document/type-conditions.ts';
import type { Requirement, Rewrite } from '../planning/query-plan.ts';
import { isObject, type JsonObject, type JsonValue, mergeInto, textOf } from '../transport/json.ts';
import { compileQuickRepresentation, SEVERAL } from './representation-text.ts';
import { applyRewrites } from './rewrites.ts';

/** The representation of an entity as JSON; null for one that lacks what is required. */
export type Represent = (entity: JsonObject) => string | null;

/** Compiles what a fetch requires. Equal entities have equal texts. */
export function compileRepresentation(
  requires: readonly Requirement[],
  rewrites: readonly Rewrite[],
  fulfils: Fulfils,
): Represent {
  const select = compileSelections(requires, fulfils);
  const thorough: Represent = (entity) => {
    const representation = select(entity);
    if (representation === null || typeof representation['__typename'] !== 'string') return null;
    if (rewrites.length > 0) applyRewrites(representation, rewrites, fulfils);
    return textOf(representation);
  };
  const quick = rewrites.length > 0 ? null : compileQuickRepresentation(requires, fulfils);
  if (quick === null) return thorough;
  return (entity) => {
    const text = quick(entity);
    return text === SEVERAL ? thorough(entity) : text;
  };
}

type Select = (source: JsonObject) => JsonObject | null;

/** Adds its part to what is selected; false where the source lacks it. */
type Part = (source: JsonObject, into: JsonObject) => boolean;

function compileSelections(requires: readonly Requirement[], fulfils: Fulfils): Select {
  const parts = requires.map((each) => compilePart(each, fulfils));
  return (source) => {
    const selected: JsonObject = {};
    for (const part of parts) if (!part(source, selected)) return null;
    return selected;
  };
}

function compilePart(requirement: Requirement, fulfils: Fulfils): Part {
  if (requirement.kind === 'fragment') {
    const select = compileSelections(requirement.selections, fulfils);
    return (source, into) => {
      const typename = source['__typename'];
      if (typeof typename !== 'string' || !fulfils(typename, requirement.type)) return true;
      // The other fragments may still make a representation.
      mergeInto(into, select(source) ?? {});
      return true;
    };
  }
  const { responseName, selections } = requirement;
  const select = selections === null ? null : compileSelections(selections, fulfils);
  return (source, into) => {
    const value = source[responseName];
    if (value === undefined) return false;
    into[responseName] = select === null ? value : selectDeep(value, select);
    return true;
  };
}

function selectDeep(value: JsonValue, select: Select): JsonValue {
  if (Array.isArray(value)) return value.map((item) => selectDeep(item, select));
  return isObject(value) ? select(value) : value;
}
