import {
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
} from 'graphql';

/** An entity type, and the events after which an object of it is another. */
export interface InvalidatedEntity {
  type: string;
  /** The field that holds its id. */
  key: string;
  events: readonly InvalidatingEvent[];
}

export interface InvalidatingEvent {
  /** "<domain>.<past-tense>" */
  kind: string;
  /** The role under which the event names the object. */
  subject: string;
}

/** Entity types that events invalidate, by name. */
export type InvalidatedEntities = ReadonlyMap<string, InvalidatedEntity>;

const DIRECTIVE = 'invalidatedBy';

/** Reads `@invalidatedBy` from a supergraph. Throws, saying why, where it makes no sense. */
export function readInvalidatedEntities(schema: GraphQLSchema): InvalidatedEntities {
  const entities = new Map<string, InvalidatedEntity>();
  for (const type of Object.values(schema.getTypeMap())) {
    const found = valuesOn(type, schema);
    const [first] = found;
    if (first === undefined) continue;
    const key = String(first['key'] ?? 'id');
    if (!isObjectType(type) || type.getFields()[key] === undefined)
      throw new Error(`${type.name}: @${DIRECTIVE} needs an object type with a field ${key}`);
    entities.set(type.name, { type: type.name, key, events: found.flatMap(eventsIn) });
  }
  return entities;
}

function valuesOn(
  { astNode, extensionASTNodes = [] }: GraphQLNamedType,
  schema: GraphQLSchema,
): Record<string, unknown>[] {
  const directive = schema.getDirective(DIRECTIVE);
  if (!directive) return [];
  const nodes: ConstDirectiveNode[] = [astNode, ...extensionASTNodes].flatMap(
    (node) => node?.directives ?? [],
  );
  return nodes
    .filter(({ name }) => name.value === DIRECTIVE)
    .map((node) => getArgumentValues(directive, node));
}

function eventsIn({ kinds, subject }: Record<string, unknown>): InvalidatingEvent[] {
  return (Array.isArray(kinds) ? kinds : []).map((kind) => ({
    kind: String(kind),
    subject: String(subject),
  }));
}
