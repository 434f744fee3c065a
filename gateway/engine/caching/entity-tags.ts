import {
  type DocumentNode,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { JsonObject, JsonValue } from '../transport/json.ts';
import type { InvalidatedEntities, InvalidatedEntity } from './invalidated-entities.ts';

/** More than a page of people has; who asks for more asks for something that seldom stays the same. */
const MAX_TAGS = 500;

/**
 * The document with type and key of every entity that events invalidate, so that its answer says which they are: what is
 * planned, not what is written to the client.
 */
export function withEntityKeys(
  document: DocumentNode,
  schema: GraphQLSchema,
  entities: InvalidatedEntities,
): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet: {
        leave(node) {
          const added = keysFor(types.getParentType()?.name);
          return added.length === 0 ? undefined : { ...node, selections: [...node.selections, ...added] };
        },
      },
    }),
  );

  function keysFor(name: string | undefined): SelectionNode[] {
    const type = name === undefined ? undefined : schema.getType(name);
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const found = possible.flatMap((each) => {
      const entity = entities.get(each.name);
      return entity !== undefined && each.getFields()[entity.key] !== undefined ? [entity] : [];
    });
    if (found.length === 0) return [];
    if (isObjectType(type)) return [fieldNamed('__typename'), ...found.map(({ key }) => fieldNamed(key))];
    return [fieldNamed('__typename'), ...found.map(fragmentFor)];
  }
}

function fieldNamed(value: string): SelectionNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value } };
}

function fragmentFor({ type, key }: InvalidatedEntity): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [fieldNamed(key)] },
  };
}

/** Names an entity among those that an answer holds. */
export function entityTag(type: string, id: string): string {
  return `${type}:${id}`;
}

/** The entities in data, each once; null where there are more than anybody keeps account of. */
export function tagsOf(data: JsonObject, entities: InvalidatedEntities): readonly string[] | null {
  const tags = new Set<string>();
  collect(data);
  return tags.size > MAX_TAGS ? null : [...tags];

  function collect(value: JsonValue): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) collect(item);
      return;
    }
    const { __typename: type } = value;
    const entity = typeof type === 'string' ? entities.get(type) : undefined;
    const id = entity && value[entity.key];
    if (entity && (typeof id === 'string' || typeof id === 'number'))
      tags.add(entityTag(entity.type, `${id}`));
    for (const key in value) collect(value[key]);
  }
}
