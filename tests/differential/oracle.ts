import { type DocumentNode, execute, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { ExpectedAnswer } from './compare.ts';
import { type Faults, faultOf } from './faults.ts';
import { createTypeRecord, withoutNonNull } from './possible-errors.ts';
import type { SubgraphFacts } from './subgraph-facts.ts';
import {
  createFieldResolver,
  createWorld,
  Entity,
  type Fixture,
  type Read,
  Ref,
  recordOf,
  type World,
} from './world.ts';

/** Answers an operation with graphql-js over one schema that holds everything. */
export async function askOracle(
  fixture: Fixture,
  schema: GraphQLSchema,
  facts: SubgraphFacts,
  { document, variables, faults }: { document: DocumentNode; variables: object; faults: Faults },
): Promise<ExpectedAnswer> {
  const strict = await run(schema, (resolve) => resolve);
  const types = createTypeRecord(schema);
  const lenient = await run(withoutNonNull(schema), types.recording);
  const places = lenient.errors.map(({ path }) => JSON.stringify(path));
  return { ...strict, possible: new Set([...places, ...types.wrongNulls(lenient.data)]) };

  async function run(
    by: GraphQLSchema,
    wrapped: <Resolve extends GraphQLFieldResolver<unknown, unknown>>(
      resolve: Resolve,
    ) => GraphQLFieldResolver<unknown, unknown>,
  ) {
    const world = createWorld(fixture, faults);
    const resolve = createFieldResolver(fixture, {
      world: () => world,
      reader: (entity) => readerOf({ world, fixture, facts }, entity),
      guard: () => {},
      provides: () => NOTHING,
    });
    const { data, errors = [] } = await execute({
      schema: by,
      document,
      variableValues: variables as Record<string, unknown>,
      // Every field starts before any fails, as in a gateway whose subgraphs answer side by side.
      fieldResolver: wrapped(async (...field) => resolve(...field)),
    });
    return {
      data: JSON.parse(JSON.stringify(data ?? null)),
      errors: errors.map(({ message, path = [] }) => ({ message, path: [...path] })),
    };
  }
}

interface Place {
  world: World;
  fixture: Fixture;
  facts: SubgraphFacts;
}

/** What a subgraph has of its own is read as it stands; what comes by @requires is what that field would answer. */
function readerOf(place: Place, entity: Entity | undefined): Read {
  return <Value>(...path: string[]) => {
    let at: unknown = entity;
    for (const name of path) at = step(place, at, name);
    return at as Value;
  };
}

function step(place: Place, at: unknown, name: string): unknown {
  const { world, fixture, facts } = place;
  const owner = at instanceof Ref ? new Entity(at, recordOf(world, at)) : at;
  if (!(owner instanceof Entity)) return (owner as Record<string, unknown> | null)?.[name] ?? null;
  if (!facts.requiredFields.has(name)) return owner.record[name];
  if (faultOf(world.faults, owner.type, owner.id, name) !== undefined) return null;
  const compute = fixture.computed[`${owner.type}.${name}`];
  return compute === undefined
    ? owner.record[name]
    : compute(readerOf(place, owner), REQUIRED_ARGUMENTS as never, world);
}

/** What @requires passes to fields with arguments, in every supergraph of this test. */
const REQUIRED_ARGUMENTS = { currency: 'USD', unit: 'KM' };
const NOTHING: ReadonlySet<string> = new Set();
