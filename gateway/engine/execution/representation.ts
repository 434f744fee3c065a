import type { Requirement, Rewrite } from '../planning/query-plan.ts';
import { isObject, type JsonObject, type JsonValue, mergeInto, textOf } from '../transport/json.ts';
import { applyRewrites, type TypeConditionTest } from './walk.ts';

/** The representation of an entity as JSON; null for one that lacks what is required. */
export type Represent = (entity: JsonObject) => string | null;

/** Compiles what a fetch requires. Equal entities have equal texts. */
export function compileRepresentation(
  requires: readonly Requirement[],
  rewrites: readonly Rewrite[],
  typeApplies: TypeConditionTest,
): Represent {
  const select = compileSelections(requires, typeApplies);
  const thorough: Represent = (entity) => {
    const representation = select(entity);
    if (representation === null || typeof representation['__typename'] !== 'string') return null;
    if (rewrites.length > 0) applyRewrites(representation, rewrites, typeApplies);
    return textOf(representation);
  };
  const quick = rewrites.length > 0 ? null : compileText(requires, typeApplies);
  if (quick === null) return thorough;
  return (entity) => {
    const text = quick(entity);
    return text === SEVERAL ? thorough(entity) : text;
  };
}

type Select = (source: JsonObject) => JsonObject | null;

/** Adds its part to what is selected; false where the source lacks it. */
type Part = (source: JsonObject, into: JsonObject) => boolean;

function compileSelections(requires: readonly Requirement[], typeApplies: TypeConditionTest): Select {
  const parts = requires.map((each) => compilePart(each, typeApplies));
  return (source) => {
    const selected: JsonObject = {};
    for (const part of parts) if (!part(source, selected)) return null;
    return selected;
  };
}

function compilePart(requirement: Requirement, typeApplies: TypeConditionTest): Part {
  if (requirement.kind === 'fragment') {
    const select = compileSelections(requirement.selections, typeApplies);
    return (source, into) => {
      const typename = source['__typename'];
      if (typeof typename !== 'string' || !typeApplies(typename, requirement.type)) return true;
      // The other fragments may still make a representation.
      mergeInto(into, select(source) ?? {});
      return true;
    };
  }
  const { responseName, selections } = requirement;
  const select = selections === null ? null : compileSelections(selections, typeApplies);
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

/** Several fragments apply to an entity: what they select must be merged before it can be written. */
const SEVERAL = Symbol('several fragments apply');

/** A representation as JSON; null for an entity that lacks what is required. */
type WriteText = (entity: JsonObject) => string | null | typeof SEVERAL;

/** Members of an object without its braces, '' for none. */
type Members = WriteText;

/**
 * Compiles a representation straight to its text: keys and their order are known beforehand. Null for what must be built
 * as an object first: a field that is required twice, or an entity whose type nobody asks for.
 */
function compileText(requires: readonly Requirement[], typeApplies: TypeConditionTest): WriteText | null {
  if (!everyFormTellsType(requires)) return null;
  const members = compileMembers(requires, typeApplies);
  if (members === null) return null;
  return (entity) => {
    if (typeof entity['__typename'] !== 'string') return null;
    const text = members(entity);
    if (text === SEVERAL || text === null) return text;
    return text === '' ? null : `{${text}}`;
  };
}

/**
 * Names of the fields that tell entities apart, where nothing but their leaves is required; null where more is. Entities
 * alike in them have one representation.
 */
export function distinguishingFields(requires: readonly Requirement[]): readonly string[] | null {
  const names = new Set(['__typename']);
  const isFlat = (each: Requirement): boolean => {
    if (each.kind === 'fragment') return each.selections.every(isFlat);
    names.add(each.responseName);
    return each.selections === null;
  };
  return requires.every(isFlat) ? [...names] : null;
}

function everyFormTellsType(requires: readonly Requirement[]): boolean {
  if (requires.some((each) => each.kind === 'field' && each.responseName === '__typename')) return true;
  return requires.every((each) => each.kind === 'fragment' && everyFormTellsType(each.selections));
}

function compileMembers(requires: readonly Requirement[], typeApplies: TypeConditionTest): Members | null {
  const fields = requires.filter((each) => each.kind === 'field');
  const fragments = requires.filter((each) => each.kind === 'fragment');
  if (requiresTwice(fields, fragments)) return null;
  const parts: Members[] = [];
  for (const field of fields) {
    const part = compileField(field, typeApplies);
    if (part === null) return null;
    parts.push(part);
  }
  if (fragments.length > 0) {
    const part = compileFragments(fragments, typeApplies);
    if (part === null) return null;
    parts.push(part);
  }
  return (source) => {
    let text = '';
    for (const part of parts) {
      const member = part(source);
      if (member === null || member === SEVERAL) return member;
      if (member !== '') text += text === '' ? member : `,${member}`;
    }
    return text;
  };
}

type FieldRequirement = Extract<Requirement, { kind: 'field' }>;
type FragmentRequirement = Extract<Requirement, { kind: 'fragment' }>;

function requiresTwice(
  fields: readonly FieldRequirement[],
  fragments: readonly FragmentRequirement[],
): boolean {
  const names = new Set(fields.map(({ responseName }) => responseName));
  if (names.size < fields.length) return true;
  return fragments.some(({ selections }) => namesIn(selections).some((name) => names.has(name)));
}

function namesIn(requires: readonly Requirement[]): string[] {
  return requires.flatMap((each) => (each.kind === 'field' ? [each.responseName] : namesIn(each.selections)));
}

function compileFragments(
  fragments: readonly FragmentRequirement[],
  typeApplies: TypeConditionTest,
): Members | null {
  const compiled: { type: string; members: Members }[] = [];
  for (const { type, selections } of fragments) {
    const members = compileMembers(selections, typeApplies);
    if (members === null) return null;
    compiled.push({ type, members });
  }
  return (source) => {
    const typename = source['__typename'];
    if (typeof typename !== 'string') return '';
    let found: Members | undefined;
    for (const { type, members } of compiled) {
      if (!typeApplies(typename, type)) continue;
      if (found !== undefined) return SEVERAL;
      found = members;
    }
    // An entity that lacks something of one fragment may still be represented by what stands beside it.
    return found?.(source) ?? '';
  };
}

function compileField(
  { responseName, selections }: FieldRequirement,
  typeApplies: TypeConditionTest,
): Members | null {
  const key = `${JSON.stringify(responseName)}:`;
  if (selections === null) {
    return (source) => {
      const value = source[responseName];
      return value === undefined ? null : key + textOf(value);
    };
  }
  const members = compileMembers(selections, typeApplies);
  if (members === null) return null;
  return (source) => {
    const value = source[responseName];
    if (value === undefined) return null;
    const text = writeDeep(value, members);
    return text === SEVERAL ? SEVERAL : key + text;
  };
}

function writeDeep(value: JsonValue, members: Members): string | typeof SEVERAL {
  if (Array.isArray(value)) {
    let text = '';
    for (const [index, item] of value.entries()) {
      const written = writeDeep(item, members);
      if (written === SEVERAL) return SEVERAL;
      text += index === 0 ? written : `,${written}`;
    }
    return `[${text}]`;
  }
  if (!isObject(value)) return textOf(value);
  const text = members(value);
  return text === SEVERAL ? SEVERAL : text === null ? 'null' : `{${text}}`;
}
