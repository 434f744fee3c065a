import { type GraphQLSchema, isNonNullType, isObjectType } from 'graphql';
import type { Random } from '../crash/random.ts';
import type { Fault } from './faults.ts';
import type { SubgraphFacts } from './subgraph-facts.ts';
import { createWorld, type Fixture } from './world.ts';

/** Everything that can go wrong in a fixture. Keys never fail: without them there is no entity to speak of. */
export function possibleFaults(fixture: Fixture, schema: GraphQLSchema, facts: SubgraphFacts): Fault[] {
  const { records } = createWorld(fixture, []);
  const places: [type: string, id: string][] = Object.entries(records).flatMap(([type, ids]) =>
    Object.keys(ids).map((id): [string, string] => [type, id]),
  );
  const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => type?.name ?? []);
  return [...places, ...roots.map((type): [string, string] => [type, ''])].flatMap(([type, id]) => [
    ...fieldFaults(schema, facts, type, id),
    ...(isBehindInterfaceObject(schema, facts, type) ? [] : facts.soleSubgraphs(type)).map(
      ({ subgraph, fields }): Fault => ({ kind: 'missing', type, id, subgraph, fields }),
    ),
  ]);
}

function fieldFaults(schema: GraphQLSchema, facts: SubgraphFacts, type: string, id: string): Fault[] {
  const definition = schema.getType(type);
  if (!isObjectType(definition)) return [];
  const isTyping = isBehindInterfaceObject(schema, facts, type);
  return Object.values(definition.getFields()).flatMap(({ name: field, type: result }): Fault[] => {
    if (facts.keyFields.has(field) || (isTyping && isNonNullType(result))) return [];
    const asNull: Fault = { kind: 'null', type, id, field };
    const isRequired = facts.requiredFields.has(field);
    // A failed field that a client did not select has no path in the response that both sides would name.
    if (isRequired) return isNonNullType(result) ? [] : [asNull];
    return [asNull, { kind: 'error', type, id, field }];
  });
}

/**
 * Where a whole entity is lost, so is the type that its @interfaceObject only knows from there: no gateway could tell which
 * fragments were meant.
 */
function isBehindInterfaceObject(schema: GraphQLSchema, facts: SubgraphFacts, type: string): boolean {
  const definition = schema.getType(type);
  return (
    isObjectType(definition) &&
    definition.getInterfaces().some(({ name }) => facts.interfaceObjects.has(name))
  );
}

/** Faults of one operation: none in a third of them. */
export function pickFaults(random: Random, possible: readonly Fault[]): Fault[] {
  if (possible.length === 0 || random.below(3) === 0) return [];
  const count = 1 + random.below(Math.ceil(possible.length / 12));
  return Array.from({ length: count }, () => random.pick(possible));
}
