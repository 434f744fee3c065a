import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { type Faults, faultOf } from './faults.ts';

/** A supergraph of the test: its subgraphs are the .graphql files of its folder, its data are these. */
export interface Fixture {
  name: string;
  /** Entities by type and id; an id is unique over all types. Anew at every call, as mutations change them. */
  records(): Records;
  /** Fields that are worked out, as "Type.field"; "*.field" for all types that have none of their own. */
  computed: Readonly<Record<string, Compute>>;
}

type Records = Record<string, Record<string, Record<string, unknown>>>;

/**
 * Works a field out. `read` gives fields of the same object, across references too: in a subgraph those that another one
 * owns come from the representation alone.
 */
type Compute = (read: Read, args: never, world: World) => unknown;
export type Read = <Value>(...path: string[]) => Value;

/** A reference to an entity, as it stands in the data. */
export class Ref {
  readonly type: string;
  readonly id: string;

  constructor(type: string, id: string) {
    this.type = type;
    this.id = id;
  }
}

/** An entity that an executor is at. */
export class Entity {
  /** What it is called in the schema at hand: an @interfaceObject has another name than the type behind it. */
  __typename: string;
  readonly type: string;
  readonly id: string;
  readonly record: Record<string, unknown>;
  /** What the gateway sent along; undefined where it was reached in another way. */
  readonly representation: Record<string, unknown> | undefined;
  /** Fields of other subgraphs that @provides lets this one answer here. */
  readonly provided: ReadonlySet<string>;

  constructor(
    { type, id }: Ref,
    record: Record<string, unknown>,
    { representation, provided = NOTHING }: Pick<Partial<Entity>, 'representation' | 'provided'> = {},
  ) {
    this.__typename = type;
    this.type = type;
    this.id = id;
    this.record = record;
    this.representation = representation;
    this.provided = provided;
  }
}

/** The data at one moment, with the faults that are injected into them. */
export interface World {
  records: Records;
  faults: Faults;
  /** What mutations did so far, in order. */
  journal: string[];
}

/** Data as they are before anything happened. */
export function createWorld(fixture: Fixture, faults: Faults): World {
  return { records: fixture.records(), faults, journal: [] };
}

/** References to all entities of a type, in order. */
export function refsOf(world: World, type: string): Ref[] {
  return Object.keys(world.records[type] ?? {}).map((id) => new Ref(type, id));
}

/** The entity with this id, whatever its type; null where there is none. */
export function refOf(world: World, id: string): Ref | null {
  const [type] = Object.entries(world.records).find(([, records]) => id in records) ?? [];
  return type === undefined ? null : new Ref(type, id);
}

/** The record behind a reference. */
export function recordOf(world: World, { type, id }: Ref): Record<string, unknown> {
  const record = world.records[type]?.[id];
  if (record === undefined) throw new Error(`the data have no ${type} ${id}`);
  return record;
}

/** Where the two sides differ in how they answer a field. */
export interface Side {
  world(): World;
  /** Gives what a computed field reads. */
  reader(entity: Entity | undefined, info: GraphQLResolveInfo): Read;
  /** Throws where this side must not be asked for the field. */
  guard(entity: Entity | undefined, info: GraphQLResolveInfo): void;
  /** Fields that @provides adds to what this field leads to. */
  provides(info: GraphQLResolveInfo): ReadonlySet<string>;
}

/** One resolver for every field: the merged schema and the subgraphs answer from the same data in the same way. */
export function createFieldResolver(
  { computed }: Fixture,
  side: Side,
): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, _context, info) => {
    const world = side.world();
    const lead = (value: unknown) => toValue(world, value, side.provides(info));
    const entity = source instanceof Entity ? source : undefined;
    if (entity === undefined && source !== undefined)
      return lead((source as Record<string, unknown>)[info.fieldName]);
    side.guard(entity, info);
    const type = entity?.type ?? info.parentType.name;
    const fault = faultOf(world.faults, type, entity?.id ?? '', info.fieldName);
    if (fault === 'error') throw new Error('injected');
    if (fault === 'null') return null;
    const compute = computed[`${type}.${info.fieldName}`] ?? computed[`*.${info.fieldName}`];
    if (compute === undefined) return lead(entity?.record[info.fieldName]);
    return lead(compute(side.reader(entity, info), args as never, world));
  };
}

function toValue(world: World, value: unknown, provided: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => toValue(world, item, provided));
  return value instanceof Ref ? new Entity(value, recordOf(world, value), { provided }) : value;
}

const NOTHING: ReadonlySet<string> = new Set();
