import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { readCacheControl } from '../caching/cache-control.ts';

const SDL = `
  directive @join__type(key: String) repeatable on OBJECT
  type Query {
    cards(first: Int): [Card!]! @cacheControl(maxAge: 60)
    card: Card
    me: Me @cacheControl(maxAge: 60)
    pinned: Card @cacheControl(maxAge: 10, scope: PRIVATE)
    count: Int
    total: Int @cacheControl(maxAge: 5)
    named: [Named] @cacheControl(maxAge: 60)
    anything: [Anything] @cacheControl(maxAge: 60)
    book: Book
    kept: Kept @cacheControl(maxAge: 60)
  }
  interface Named { name: String }
  union Anything = Card | Me
  type Card implements Named @cacheControl(maxAge: 30) {
    name: String
    unread: Int @cacheControl(scope: PRIVATE)
    owner: Owner
    owned: Owner @cacheControl(inheritMaxAge: true)
    brief: Int @cacheControl(maxAge: 1)
  }
  type Owner { name: String }
  interface Kept { label: String }
  type Brief implements Kept { label: String @cacheControl(maxAge: 2) }
  type Book implements Kept @join__type(key: "id shelf { row }") @cacheControl(maxAge: 40) {
    id: ID
    title: String @cacheControl(inheritMaxAge: true)
    label: String @cacheControl(maxAge: 20)
    unread: Int
  }
  type Me implements Named @cacheControl(maxAge: 30, scope: PRIVATE) { name: String }
  type Mutation { add: Card @cacheControl(maxAge: 60) }
`;
const DIRECTIVE = `
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
`;

const cacheControl = readCacheControl(buildSchema(SDL + DIRECTIVE));

it.each([
  ['a field that says so', '{ total }', 5, 'PUBLIC'],
  ['a field before its type', '{ cards { name } }', 60, 'PUBLIC'],
  ['a type where the field says nothing', '{ card { name } }', 30, 'PUBLIC'],
  ['the shortest of all', '{ cards { name brief } total }', 1, 'PUBLIC'],
  ['a root field that says nothing', '{ total count }', 0, 'PUBLIC'],
  ['an object that says nothing', '{ card { owner { name } } }', 0, 'PUBLIC'],
  ['an object that inherits', '{ card { owned { name } } }', 30, 'PUBLIC'],
  ['a private field', '{ cards { unread } }', 60, 'PRIVATE'],
  ['a private field by its field', '{ pinned { name } }', 10, 'PRIVATE'],
  ['a private type', '{ me { name } }', 60, 'PRIVATE'],
  ['an entity, by what its fields say', '{ book { id title label } }', 20, 'PUBLIC'],
  ['a scalar of an entity that says nothing', '{ book { title unread } }', 0, 'PUBLIC'],
  ['the shortest of all that an interface may be', '{ kept { label } }', 2, 'PUBLIC'],
  ['an interface that may be a private type', '{ named { name } }', 60, 'PRIVATE'],
  ['a union that may be a private type', '{ anything { ... on Card { name } } }', 60, 'PRIVATE'],
  ['a fragment', 'query { cards { ...F } } fragment F on Card { unread }', 60, 'PRIVATE'],
  ['a field that the schema does not know', '{ cards { secret } }', 0, 'PUBLIC'],
  ['nothing but names', '{ __typename }', 0, 'PUBLIC'],
  ['introspection', '{ total __schema { types { name } } }', 0, 'PUBLIC'],
  ['a mutation', 'mutation { add { name } }', 0, 'PRIVATE'],
  [
    'entities',
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Card { name } } }',
    30,
    'PUBLIC',
  ],
  [
    'entities that say nothing',
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Owner { name } } }',
    0,
    'PUBLIC',
  ],
  [
    'entities with a private field',
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Card { unread } } }',
    30,
    'PRIVATE',
  ],
] as const)('reads %s', (_what, document, maxAgeSeconds, scope) => {
  expect(cacheControl.policyOf(parse(document))).toEqual({ maxAgeSeconds, scope });
});

it('takes nothing for public where the schema knows no @cacheControl', () => {
  const plain = readCacheControl(buildSchema(SDL.replace(/@cacheControl\([^)]*\)/g, '')));
  expect(plain.policyOf(parse('{ cards { name } }'))).toEqual({ maxAgeSeconds: 0, scope: 'PRIVATE' });
});
