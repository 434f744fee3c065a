import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  visit,
} from 'graphql';
import type { LoadedSupergraph } from './supergraph.ts';

/**
 * Names under which fields stand in what subgraphs give. Most are the client's own. A client's alias may also be the name
 * of a field that a key or a `@requires` reads, and a client may give such a field other arguments: those stand aside
 * under a name of their own, or one would take the other's place. No planner sees to that.
 */
export interface DataNames {
  of(responseName: string, field: string): string;
  responseNameOf(dataName: string): string;
}

/** Makes the names for one supergraph. */
export function createDataNames({ sdl, supergraphSchema }: LoadedSupergraph): DataNames {
  const { all, withArguments } = fieldNames(supergraphSchema);
  const required = requiredNames(sdl);
  const prefix = unusedPrefix(all);
  return {
    of(responseName, field) {
      if (field === '__typename') return field;
      const collides =
        responseName === field
          ? required.has(field) && withArguments.has(field)
          : all.has(responseName) || responseName.startsWith(prefix) || responseName.startsWith('__');
      return collides ? prefix + responseName : responseName;
    },
    responseNameOf: (dataName) => (dataName.startsWith(prefix) ? dataName.slice(prefix.length) : dataName),
  };
}

/** The document that asks for the same under these names. */
export function withDataNames(document: DocumentNode, names: DataNames): DocumentNode {
  return visit(document, {
    Field(node): FieldNode | undefined {
      const field = node.name.value;
      const responseName = node.alias?.value ?? field;
      const dataName = names.of(responseName, field);
      if (dataName === responseName) return undefined;
      const { alias: _, ...plain } = node;
      return dataName === field ? plain : { ...plain, alias: { kind: Kind.NAME, value: dataName } };
    },
  });
}

function fieldNames(schema: GraphQLSchema) {
  const all = new Set<string>();
  const withArguments = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, args } of Object.values(type.getFields())) {
      all.add(name);
      if (args.length > 0) withArguments.add(name);
    }
  }
  return { all, withArguments };
}

/** Names of the fields that any `@requires` reads. */
function requiredNames(sdl: string): ReadonlySet<string> {
  const names = new Set<string>();
  visit(parse(sdl, { noLocation: true }), {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'join__field') return;
      const value = given.find((each) => each.name.value === 'requires')?.value;
      if (value?.kind !== Kind.STRING) return;
      visit(parse(`{ ${value.value} }`, { noLocation: true }), {
        Field: (node) => void names.add(node.name.value),
      });
    },
  });
  return names;
}

function unusedPrefix(names: ReadonlySet<string>): string {
  let prefix = 'as_';
  while ([...names].some((name) => name.startsWith(prefix))) prefix = `_${prefix}`;
  return prefix;
}
