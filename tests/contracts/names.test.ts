import { readFileSync } from 'node:fs';
import { buildSchema, isInterfaceType, isObjectType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Element, elementsOf, subgraphFiles } from './sdl.ts';

/** The names of docs/CONTRACTS.md. */
const sdl = readFileSync('schema/api.graphql', 'utf8');
const schema = buildSchema(sdl, { assumeValid: true });
const elements = elementsOf(parse(sdl));
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
const withId = types.filter((type) => isObjectType(type) && 'id' in type.getFields());
const isGiven = ({ kind }: Element) => kind === 'argument' || kind === 'input field';

describe('names', () => {
  it('say booleans by an adjective, a participle or a verb', () => {
    const booleans = elements.filter(({ type }) => type === 'Boolean');
    expect(booleans.length).toBeGreaterThan(20);
    expect(
      pathsOf(
        booleans.filter(({ name, parent }) => parent !== 'PageInfo' && /^(?:is|has|are)[A-Z]/.test(name)),
      ),
    ).toEqual([]);
  });

  it('say units of time in words, and bounds in front', () => {
    const numbers = elements.filter(({ type }) => type === 'Int' || type === 'Float');
    expect(pathsOf(numbers.filter(({ name }) => /[a-z](?:S|Ms|Sec|Secs|Mins?|Max|Hrs)$/.test(name)))).toEqual(
      [],
    );
  });

  it('of ids are those of their types, or of what a person is in it', () => {
    const names = withId.map(({ name }) => name.toLowerCase());
    const ids = elements.filter(({ type, name }) => type === 'ID' && name !== 'id');
    const fits = ({ name }: Element) => {
      const thing = name.replace(/Ids?$/, '').toLowerCase();
      return ROLES.has(thing) || names.some((type) => thing.endsWith(type));
    };
    expect(ids.length).toBeGreaterThan(50);
    expect(pathsOf(ids.filter((element) => !fits(element)))).toEqual([]);
  });

  it('of what an answer to a mutation holds are those of its types', () => {
    const fields = elements.filter(({ parent, kind }) => kind === 'field' && parent.endsWith('Payload'));
    const things = fields.filter(({ type }) => withId.some(({ name }) => name === type));
    expect(things.length).toBeGreaterThan(50);
    const fits = ({ name, type, isList }: Element) =>
      name.toLowerCase() === (isList ? `${type}s` : type).toLowerCase();
    expect(pathsOf(things.filter((element) => !fits(element)))).toEqual([]);
  });

  it('of inputs and payloads are those of their mutations', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(mutations.length).toBeGreaterThan(80);
    for (const { name, type, args } of mutations) {
      const noun = name.charAt(0).toUpperCase() + name.slice(1);
      expect(String(type)).toBe(`${noun}Payload!`);
      if (args.length > 0) expect(args.map(written), name).toEqual([`input: ${noun}Input!`]);
    }
  });

  it('call people users, and money Money', () => {
    expect(
      pathsOf(elements.filter(({ name }) => /^(?:persons?|people)(?:$|[A-Z])|^Price/.test(name))),
    ).toEqual([]);
    const amounts = elements.filter(({ name }) => name === 'amountMinor' || name === 'currency');
    expect([...new Set(amounts.map(({ parent }) => parent))].sort()).toEqual(['Money', 'MoneyInput']);
  });
});

describe('a viewer', () => {
  const fields = [...subgraphFiles()].flatMap(([domain, document]) =>
    elementsOf(document)
      .filter(({ kind, parent }) => kind === 'field' && parent === 'Viewer')
      .map((field) => ({ domain, ...field })),
  );

  it('loses no more to a domain that is away than its own fields', () => {
    expect(fields.length).toBeGreaterThan(20);
    const added = fields.filter(({ domain, name }) => domain !== 'users' && name !== 'id');
    expect(pathsOf(added.filter(({ isNullable }) => !isNullable))).toEqual([]);
    expect(
      pathsOf(added.filter(({ description }) => !/ where (\w+) does not answer\.$/.test(description))),
    ).toEqual([]);
  });

  it('has all of what the domain of people says of it', () => {
    const own = fields.filter(({ domain }) => domain === 'users');
    expect(own.length).toBeGreaterThan(5);
    expect(pathsOf(own.filter(({ isNullable }) => isNullable))).toEqual([]);
  });

  it('has what nobody else may see, and a user has none of it', () => {
    const ofUsers = [...subgraphFiles().values()]
      .flatMap(elementsOf)
      .filter(({ parent }) => parent === 'User');
    expect(
      pathsOf(ofUsers.filter(({ description }) => /everybody but themselves/i.test(description))),
    ).toEqual([]);
  });
});

describe('subscriptions', () => {
  const fields = Object.values(schema.getSubscriptionType()?.getFields() ?? {});

  it('tell what happens, or what is so now', () => {
    expect(fields.length).toBeGreaterThan(10);
    for (const { name, type, args } of fields) {
      const noun = name.charAt(0).toUpperCase() + name.slice(1);
      const isOfEvents = name.endsWith('Events');
      expect(String(type), name).toBe(isOfEvents ? `${noun.slice(0, -1)}!` : `${noun}!`);
      expect(isOfEvents || name.endsWith('State'), name).toBe(true);
      expect(args.some((argument) => argument.name === 'after')).toBe(isOfEvents);
    }
  });

  it('answer events that are LiveEvents, and no other', () => {
    const live = schema.getType('LiveEvent');
    if (!isInterfaceType(live)) throw new Error('there is no interface LiveEvent');
    const events = fields
      .filter(({ name }) => name.endsWith('Events'))
      .map(({ type }) => String(type).slice(0, -1));
    expect(
      schema
        .getPossibleTypes(live)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(events.sort());
  });
});

describe('nodes', () => {
  it('are all types with an id', () => {
    const node = schema.getType('Node');
    if (!isInterfaceType(node)) throw new Error('there is no interface Node');
    expect(withId.length).toBeGreaterThan(30);
    expect(
      schema
        .getPossibleTypes(node)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(withId.map(({ name }) => name).sort());
  });

  it('are read again by a root field of their type', () => {
    const roots = new Map(
      Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => [field.name, field]),
    );
    const supergraph = readFileSync('schema/supergraph.graphql', 'utf8');
    const entities = withId.filter(({ name }) => isEntity(supergraph, name));
    expect(entities.length).toBeGreaterThan(20);
    for (const { name } of entities) {
      const root = roots.get(name.charAt(0).toLowerCase() + name.slice(1));
      expect(String(root?.type), name).toBe(name);
      if (name !== 'Viewer') expect(root?.args.map(written), name).toEqual(['id: ID!']);
    }
  });
});

describe('lists', () => {
  it('of a thing are fields of it', () => {
    const queries = elements.filter(({ parent, kind }) => parent === 'Query' && kind === 'field');
    const withIdArgument = queries.filter((query) =>
      query.isList || /Connection$/.test(query.type)
        ? query.arguments.some((name) => /^(?!user)\w+Id$/.test(name))
        : false,
    );
    expect(pathsOf(withIdArgument.filter(({ name }) => name !== 'leaderboards'))).toEqual([]);
  });

  it('are read from both ends', () => {
    const connections = elements.filter(({ type, kind }) => kind === 'field' && /Connection$/.test(type));
    expect(connections.length).toBeGreaterThan(30);
    const isWhole = ({ arguments: given }: Element) =>
      ['first', 'after', 'last', 'before'].every((name) => given.includes(name));
    expect(pathsOf(connections.filter((element) => !isWhole(element)))).toEqual([]);
  });
});

it('no input takes a default where it takes null', () => {
  expect(
    pathsOf(elements.filter((element) => isGiven(element) && element.isNullable && element.hasDefault)),
  ).toEqual([]);
});

/** What people are in something: ids that name no type. */
const ROLES = new Set([
  'user',
  'owner',
  'newowner',
  'client',
  'trainer',
  'instructor',
  'participant',
  'member',
]);

/** Whether some subgraph answers for a type by its id. */
function isEntity(supergraph: string, name: string): boolean {
  const [, directives = ''] = new RegExp(`^type ${name}\\b([\\s\\S]*?)\\{`, 'm').exec(supergraph) ?? [];
  return [...directives.matchAll(/@join__type\(([^)]*)\)/g)].some(
    ([, given = '']) => given.includes('key:') && !given.includes('resolvable: false'),
  );
}

function written({ name, type }: { name: string; type: unknown }): string {
  return `${name}: ${String(type)}`;
}

function pathsOf(found: readonly Element[]): string[] {
  return found.map(({ path }) => path);
}
