import { expect, test } from 'vitest';
import { compileRepresentation } from '../execution/representation.ts';
import type { Requirement, Rewrite } from '../planning/query-plan.ts';
import type { JsonObject } from '../transport/json.ts';

const TYPENAME = field('__typename');
const FULFILLED = [
  ['Film', 'Media'],
  ['Film', 'Owned'],
];
/** Matches nothing; what is rewritten is not written straight. */
const REWRITE: Rewrite = { path: [{ types: ['Nobody'] }, { field: 'x' }], change: { setTo: 1 } };

const REQUIREMENTS: Record<string, Requirement[]> = {
  'a key': [on('Film', [TYPENAME, field('id')])],
  'a key without a fragment': [TYPENAME, field('id')],
  'fields beside a fragment': [TYPENAME, on('Film', [field('id')]), on('Song', [field('title')])],
  'a nested key': [on('Film', [TYPENAME, field('maker', [field('id'), field('name')])])],
  'an interface and a type': [on('Media', [TYPENAME, field('id')]), on('Film', [TYPENAME, field('title')])],
  'fragments within fragments': [on('Media', [on('Film', [TYPENAME, field('id')])])],
  'fragments in what is nested': [
    TYPENAME,
    field('maker', [on('Person', [TYPENAME, field('id')]), on('Media', [field('name')])]),
  ],
  'the same field twice': [TYPENAME, field('id'), on('Film', [field('id')])],
  'no type': [on('Film', [field('id')])],
};
const ENTITIES: JsonObject[] = [
  { __typename: 'Film', id: 'f"1', title: 'A film', maker: { __typename: 'Person', id: 1, name: null } },
  { __typename: 'Film', id: null, title: 'Ein Büchlein', maker: [{ id: '2', name: 'x' }, null, { id: '3' }] },
  { __typename: 'Song', id: 's1', title: ['of', { any: 'shape' }], maker: null },
  { __typename: 'Film', title: 'without an id' },
  { id: 'without a type' },
  { __typename: null, id: 'of no type' },
];

test.each(Object.entries(REQUIREMENTS))('writes %s as if it were built first', (_, requires) => {
  const quick = compileRepresentation(requires, [], typeApplies);
  const thorough = compileRepresentation(requires, [REWRITE], typeApplies);
  expect(ENTITIES.map(quick)).toEqual(ENTITIES.map(thorough));
});

test('writes nothing but what is required', () => {
  const represent = compileRepresentation(REQUIREMENTS['a key'] ?? [], [], typeApplies);
  expect(ENTITIES.map(represent)).toEqual([
    '{"__typename":"Film","id":"f\\"1"}',
    '{"__typename":"Film","id":null}',
    null,
    null,
    null,
    null,
  ]);
});

function field(responseName: string, selections: Requirement[] | null = null): Requirement {
  return { kind: 'field', responseName, selections };
}

function on(type: string, selections: Requirement[]): Requirement {
  return { kind: 'fragment', type, selections };
}

function typeApplies(typename: string, condition: string): boolean {
  return typename === condition || FULFILLED.some(([type, name]) => type === typename && name === condition);
}
