import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { type Answer, errorPlaces } from './compare.ts';
import type { SubgraphFacts } from './subgraph-facts.ts';
import type { Trial } from './trial.ts';

/** A fault of ApolloGateway. The compiled engine has none that stands. */
export interface KnownDifference {
  reason: string;
  /** Where its makers speak of it. */
  issue: string;
  /** Whether it explains how these two answers differ. */
  explains(comparison: Comparison): boolean;
}

interface Comparison {
  facts: SubgraphFacts;
  trial: Trial;
  expected: Answer;
  got: Answer;
}

/** Every fault that is known of it. */
const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    reason: 'no error tells of a null that no subgraph gave where none may be',
    issue: 'https://github.com/apollographql/federation/issues/2374',
    explains: ({ trial, expected, got }) =>
      trial.faults.some(({ kind }) => kind === 'missing') &&
      sameData(expected, got) &&
      isSubset(errorPlaces(got), errorPlaces(expected)) &&
      isSubset(errorPlaces(withoutNullErrors(expected)), errorPlaces(got)),
  },
  {
    reason: 'an argument of a client takes the place of the one that @requires gives to the same field',
    issue: 'https://github.com/apollographql/federation/issues/2276',
    explains: ({ facts, trial }) =>
      selectedFields(trial).some(({ key, name }) => key === name && facts.requiredWithArguments.has(name)) &&
      selectedFields(trial).some(({ name }) => facts.hasRequires.has(name)),
  },
  {
    reason: 'an alias takes the place of a field that a fetch needs',
    issue: 'https://github.com/apollographql/federation/issues/3036',
    explains: ({ facts, trial }) =>
      selectedFields(trial).some(
        ({ key, name }) => key !== name && (facts.keyFields.has(key) || facts.requiredFields.has(key)),
      ),
  },
  {
    reason: 'a field with @requires that @skip leaves out takes its neighbours along',
    issue: 'https://github.com/apollographql/federation/issues/3317',
    explains: ({ facts, trial, expected, got }) =>
      isWithin(got.data, expected.data) &&
      selectedFields(trial).some(({ name, isConditional }) => isConditional && facts.hasRequires.has(name)),
  },
  {
    reason: 'what is wanted below one type is fetched below all of them',
    issue: 'https://github.com/apollographql/federation/issues/2938',
    explains: ({ trial }) =>
      selectedFields(trial).some(({ isInFragment, isBelowFragment }) => isBelowFragment && !isInFragment),
  },
  {
    reason: 'a fragment on one type of an @interfaceObject loses what it asks for',
    issue: 'https://github.com/apollographql/federation/issues/3184',
    explains: ({ facts, trial, expected, got }) =>
      isWithin(got.data, expected.data) &&
      selectedFields(trial).some(
        ({ name, isInFragment }) => isInFragment && facts.interfaceObjectFields.has(name),
      ),
  },
  {
    reason: 'a fragment on one type of an @interfaceObject loses its key',
    issue: 'https://github.com/apollographql/federation/pull/2791',
    explains: ({ facts, trial, expected, got }) =>
      facts.interfaceObjects.size > 0 &&
      isWithin(got.data, expected.data) &&
      selectedFields(trial).some(({ name, isInFragment }) => isInFragment && facts.keyFields.has(name)),
  },
  {
    reason: 'a field of an @interfaceObject that has a @requires fails in a fragment',
    issue: 'https://github.com/apollographql/federation/issues/2405',
    explains: ({ facts, trial }) =>
      selectedFields(trial).some(
        ({ name, isInFragment }) =>
          isInFragment && facts.interfaceObjectFields.has(name) && facts.hasRequires.has(name),
      ),
  },
  {
    reason: 'a fragment on another interface of an @interfaceObject cannot be planned',
    issue: 'https://github.com/apollographql/router/issues/8127',
    explains: ({ facts, trial, got }) =>
      facts.interfaceObjects.size > 0 &&
      got.data === null &&
      got.errors.length === 1 &&
      got.errors[0]?.path.length === 0 &&
      selectedFields(trial).some(({ isInFragment }) => isInFragment),
  },
  {
    reason: 'an object of which nothing is wanted is null instead of empty',
    issue: 'https://github.com/apollographql/federation/issues/1791',
    explains: ({ trial, expected, got }) =>
      JSON.stringify(emptyAsNull(expected.data)) === JSON.stringify(emptyAsNull(got.data)) &&
      // What is not fetched tells of no error either.
      (isSubset(errorPlaces(expected), errorPlaces(got)) ||
        (isSubset(errorPlaces(got), errorPlaces(expected)) && selectedFields(trial).some(isLeftEmpty))),
  },
  {
    reason: 'the place in a list that an error names counts entities that were not asked for',
    issue: 'https://github.com/apollographql/apollo-server/issues/4226',
    explains: ({ expected, got }) =>
      sameData(expected, got) && isSubset(namesOf(got), namesOf(expected)) && got.errors.length > 0,
  },
];

/** The known difference that these two answers show. */
export function knownDifferenceOf(comparison: Comparison): KnownDifference | undefined {
  return KNOWN_DIFFERENCES.find((known) => known.explains(comparison));
}

interface SelectedField {
  key: string;
  name: string;
  /** Whether it, or a fragment right around it, has @skip or @include. */
  isConditional: boolean;
  /** Whether a fragment with a type stands right around it. */
  isInFragment: boolean;
  /** Whether one stands anywhere above it. */
  isBelowFragment: boolean;
  /** Whether all that is wanted below it has @skip or @include. */
  isLeftEmpty: boolean;
}

function isLeftEmpty(field: SelectedField): boolean {
  return field.isLeftEmpty;
}

function selectedFields({ operation: { document } }: Trial): SelectedField[] {
  const fields: SelectedField[] = [];
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, NOWHERE);
  return fields;

  function walk({ selections }: SelectionSetNode, around: typeof NOWHERE): void {
    for (const node of selections) {
      const isConditional = around.isConditional || (node.directives ?? []).length > 0;
      if (node.kind === Kind.FIELD) {
        const name = node.name.value;
        const isLeftEmpty =
          node.selectionSet?.selections.every(({ directives = [] }) => directives.length > 0) === true;
        fields.push({ ...around, isConditional, isLeftEmpty, key: node.alias?.value ?? name, name });
        if (node.selectionSet !== undefined)
          walk(node.selectionSet, { ...NOWHERE, isBelowFragment: around.isBelowFragment });
      } else if (node.kind === Kind.INLINE_FRAGMENT && node.typeCondition === undefined) {
        walk(node.selectionSet, { ...around, isConditional });
      } else {
        const content = node.kind === Kind.INLINE_FRAGMENT ? node : fragmentOf(document, node.name.value);
        walk(content.selectionSet, { isConditional, isInFragment: true, isBelowFragment: true });
      }
    }
  }
}

const NOWHERE = { isConditional: false, isInFragment: false, isBelowFragment: false };

function fragmentOf({ definitions }: DocumentNode, name: string): FragmentDefinitionNode {
  return definitions.find(
    (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name,
  ) as FragmentDefinitionNode;
}

/** Whether `some` is `all` with fields left out, and null where one of them may not be left out. */
function isWithin(some: unknown, all: unknown): boolean {
  if (some === null) return true;
  if (Array.isArray(some) && Array.isArray(all))
    return some.length === all.length && some.every((item, index) => isWithin(item, all[index]));
  if (typeof some !== 'object' || typeof all !== 'object' || all === null) return some === all;
  return Object.entries(some).every(([key, value]) => isWithin(value, (all as Record<string, unknown>)[key]));
}

function emptyAsNull(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(emptyAsNull);
    return items.every((item) => item === null) ? null : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, emptyAsNull(field)] as const);
  return fields.every(([, field]) => field === null) ? null : Object.fromEntries(fields);
}

function namesOf({ errors }: Answer): Set<string> {
  return new Set(errors.map(({ path }) => path.filter((step) => typeof step === 'string').join('.')));
}

function sameData(one: Answer, other: Answer): boolean {
  return JSON.stringify(one.data) === JSON.stringify(other.data);
}

function withoutNullErrors({ data, errors }: Answer): Answer {
  return { data, errors: errors.filter(({ message }) => !message.startsWith('Cannot return null for')) };
}

function isSubset(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((place) => all.has(place));
}
