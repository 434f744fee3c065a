import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, isObjectType, Kind, parse, type SelectionSetNode, validate } from 'graphql';
import type { SubgraphSource } from './composed.ts';
import { isMissing } from './faults.ts';
import type { SubgraphFacts } from './subgraph-facts.ts';
import {
  createFieldResolver,
  Entity,
  type Fixture,
  type Read,
  Ref,
  recordOf,
  type Side,
  type World,
} from './world.ts';

/** A subgraph that listens. */
interface RunningSubgraph {
  url: string;
  close(): Promise<void>;
}

/** Serves a subgraph with @apollo/subgraph over HTTP, from the world of the moment. */
export async function serveSubgraph(
  { name, typeDefs }: SubgraphSource,
  { fixture, facts, world }: { fixture: Fixture; facts: SubgraphFacts; world(): World },
): Promise<RunningSubgraph> {
  const references = facts
    .keyedTypes(name)
    .map((type) => [type, { __resolveReference: (given: Representation) => resolveReference(given) }]);
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: Object.fromEntries(references) }]);
  const fieldResolver = createFieldResolver(fixture, sideOf(name, facts, world));

  function resolveReference(representation: Representation) {
    const { __typename: type } = representation;
    const ref = findByKey(world(), type, representation, facts.keysOf(name, type));
    if (ref === undefined || isMissing(world().faults, name, ref.type, ref.id)) return null;
    const entity = new Entity(ref, recordOf(world(), ref), { representation });
    if (isObjectType(schema.getType(type))) entity.__typename = type;
    return entity;
  }

  async function answer(body: string): Promise<object> {
    const { query, variables } = JSON.parse(body);
    const document = parse(query);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    return execute({ schema, document, variableValues: variables, fieldResolver });
  }

  const server = createServer((request, response) => {
    textOf(request)
      .then(answer)
      .catch((error: unknown) => ({ errors: [{ message: String(error) }] }))
      .then((result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

/** What a subgraph may answer is what its directives say: anything else that it is asked for is an error. */
function sideOf(subgraph: string, facts: SubgraphFacts, world: () => World): Side {
  return {
    world,
    guard(entity, { parentType, fieldName }) {
      if (facts.isOverridden(subgraph, parentType.name, fieldName))
        throw new Error(`${subgraph} does not answer ${parentType.name}.${fieldName}: see @override`);
      const isForeign =
        facts.isExternal(subgraph, parentType.name, fieldName) && !facts.keyFields.has(fieldName);
      if (isForeign && !entity?.provided.has(fieldName))
        throw new Error(`${subgraph} does not answer ${parentType.name}.${fieldName}: it is @external`);
    },
    reader(entity, { parentType }): Read {
      return <Value>(...path: string[]) => {
        const [first = ''] = path;
        const isGiven = facts.isExternal(subgraph, parentType.name, first) && !facts.keyFields.has(first);
        let at: unknown = isGiven || path.length > 1 ? entity?.representation : entity?.record;
        for (const name of path) {
          if (at === null) break;
          at = (at as Record<string, unknown> | undefined)?.[name];
        }
        if (at === undefined) throw new Error(`the representation lacks ${path.join('.')}`);
        return at as Value;
      };
    },
    provides: ({ parentType, fieldName }) => facts.providedBy(subgraph, parentType.name, fieldName),
  };
}

type Representation = Record<string, unknown> & { __typename: string };

function findByKey(
  world: World,
  type: string,
  representation: Representation,
  keys: readonly SelectionSetNode[],
): Ref | undefined {
  const candidates = world.records[type] === undefined ? Object.keys(world.records) : [type];
  for (const candidate of candidates) {
    for (const [id, record] of Object.entries(world.records[candidate] ?? {})) {
      if (keys.some((key) => matches(world, key, record, representation))) return new Ref(candidate, id);
    }
  }
  return undefined;
}

function matches(
  world: World,
  { selections }: SelectionSetNode,
  record: Record<string, unknown>,
  given: Record<string, unknown>,
): boolean {
  return selections.every((field) => {
    if (field.kind !== Kind.FIELD) return false;
    const value = record[field.name.value];
    const wanted = given[field.name.value];
    if (field.selectionSet === undefined) return wanted !== undefined && value === wanted;
    if (typeof wanted !== 'object' || wanted === null) return false;
    const below = value instanceof Ref ? recordOf(world, value) : (value as Record<string, unknown>);
    return matches(world, field.selectionSet, below, wanted as Record<string, unknown>);
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
