import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  type ValueNode,
  visit,
} from 'graphql';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';

/**
 * Names under which fields stand in what subgraphs give. Most are the client's own. A client's alias may also be the name
 * of a field that a key or a `@requires` reads, and a client may give such a field other arguments: those stand aside
 * under a name of their own, or one would take the other's place. No planner sees to that.
 */
export interface DataNames {
  of(field: FieldNode): string;
  responseNameOf(dataName: string): string;
}

/** The names of one supergraph's operations. */
export interface NamingRules {
  /** As few names as possible are another's. */
  plain: DataNames;
  /**
   * Names of one operation, of which two are the same only where the field and its arguments are: for selections that are
   * moved from one type to another.
   */
  createDistinct(): DataNames;
}

/** Makes the rules for one supergraph. */
export function createNamingRules({ sdl, supergraphSchema }: LoadedSupergraph): NamingRules {
  const { all, withArguments } = fieldNames(supergraphSchema);
  const required = requiredNames(sdl);
  const prefix = unusedPrefix(all);
  const isAnothers = (name: string) => all.has(name) || name.startsWith(prefix) || name.startsWith('__');
  return {
    plain: {
      of({ name: { value: name }, alias }) {
        const responseName = alias?.value ?? name;
        if (name === '__typename') return name;
        const collides =
          responseName === name ? required.has(name) && withArguments.has(name) : isAnothers(responseName);
        return collides ? prefix + responseName : responseName;
      },
      responseNameOf: (dataName) => (dataName.startsWith(prefix) ? dataName.slice(prefix.length) : dataName),
    },
    createDistinct() {
      const tags = new Map<string, number>();
      return {
        of(field) {
          const { name, alias, arguments: given = [] } = field;
          const responseName = alias?.value ?? name.value;
          const isPlain = responseName === name.value && given.length === 0 && !withArguments.has(name.value);
          if (name.value === '__typename' || isPlain) return name.value;
          const content = contentOf(field);
          const tag = tags.get(content) ?? tags.size;
          tags.set(content, tag);
          return `${prefix}${tag}_${responseName}`;
        },
        responseNameOf: (dataName) =>
          dataName.startsWith(prefix) ? dataName.slice(dataName.indexOf('_', prefix.length) + 1) : dataName,
      };
    },
  };
}

/** The document that asks for the same under these names. */
export function withDataNames(document: DocumentNode, names: DataNames): DocumentNode {
  return visit(document, {
    Field(node): FieldNode | undefined {
      const dataName = names.of(node);
      const { alias, ...plain } = node;
      if (dataName === alias?.value && dataName !== node.name.value) return undefined;
      if (dataName === node.name.value && alias === undefined) return undefined;
      return dataName === node.name.value ? plain : { ...plain, alias: { kind: Kind.NAME, value: dataName } };
    },
  });
}

/** A field and its arguments, whatever their order: those that validation takes for the same have the same text. */
function contentOf({ name, arguments: given = [] }: FieldNode): string {
  const sorted = given.map((each) => `${each.name.value}:${valueText(each.value)}`).sort();
  return `${name.value}(${sorted.join(',')})`;
}

function valueText(value: ValueNode): string {
  if (value.kind === Kind.LIST) return `[${value.values.map(valueText).join(',')}]`;
  if (value.kind !== Kind.OBJECT) return print(value);
  const fields = value.fields.map((each) => `${each.name.value}:${valueText(each.value)}`).sort();
  return `{${fields.join(',')}}`;
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
