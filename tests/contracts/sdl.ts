import { readdirSync, readFileSync } from 'node:fs';
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  type TypeNode,
} from 'graphql';

/** Something that a client reads in the schema. */
export interface Element {
  /** For example "Gym.classes(first:)". */
  path: string;
  name: string;
  description: string;
  kind: 'type' | 'field' | 'argument' | 'input field' | 'enum value';
  /** The named type of a field or an argument, "" for all else. */
  type: string;
  isList: boolean;
  isNullable: boolean;
  hasDefault: boolean;
  /** Of a text or a number; undefined for all else. */
  default?: string | undefined;
  /** What it stands in. */
  parent: string;
  /** Whether it is a type with an id of its own. */
  isNode: boolean;
  /** Names of a field's arguments. */
  arguments: readonly string[];
}

/** The files that the graph is composed of, by name: "users", "users.live" … */
export function subgraphFiles(): Map<string, DocumentNode> {
  const composed = ['api.graphql', 'supergraph.graphql'];
  const files = readdirSync('schema').filter((file) => file.endsWith('.graphql') && !composed.includes(file));
  return new Map(
    files.map((file) => [file.replace('.graphql', ''), parse(readFileSync(`schema/${file}`, 'utf8'))]),
  );
}

/** Everything in a subgraph's file that clients see: not directives, and not what only refers to another subgraph. */
export function elementsOf(document: DocumentNode): Element[] {
  return document.definitions.flatMap(elementsOfType);
}

function elementsOfType(type: DefinitionNode): Element[] {
  if (!('name' in type) || type.name === undefined || isReference(type)) return [];
  const parent = type.name.value;
  const isNode = 'interfaces' in type && (type.interfaces ?? []).some(({ name }) => name.value === 'Node');
  const own: Element = {
    ...{ ...NOTHING, path: parent, name: parent, isNode },
    ...{ kind: 'type', description: textOf(type) },
  };
  const isRoot = ['Query', 'Mutation', 'Subscription'].includes(parent);
  switch (type.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return [...(isRoot ? [] : [own]), ...(type.fields ?? []).flatMap((field) => fieldOf(field, parent))];
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return [
        own,
        ...(type.fields ?? []).map((field) => inputOf(field, parent, `${parent}.${field.name.value}`)),
      ];
    case Kind.ENUM_TYPE_DEFINITION:
      return [
        own,
        ...(type.values ?? []).map(
          (value): Element => ({
            ...NOTHING,
            path: `${parent}.${value.name.value}`,
            name: value.name.value,
            parent,
            kind: 'enum value',
            description: textOf(value),
          }),
        ),
      ];
    case Kind.SCALAR_TYPE_DEFINITION:
      return [own];
    default:
      return [];
  }
}

const NOTHING = {
  type: '',
  parent: '',
  isList: false,
  isNullable: false,
  hasDefault: false,
  isNode: false,
  arguments: [],
} as const;

/** A type that another subgraph defines: `@key(…, resolvable: false)` and its id. */
function isReference(type: DefinitionNode): boolean {
  if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) return false;
  return (type.directives ?? []).some(
    ({ name, arguments: given }) =>
      name.value === 'key' &&
      (given ?? []).some(
        (argument) =>
          argument.name.value === 'resolvable' && 'value' in argument.value && !argument.value.value,
      ),
  );
}

function fieldOf(field: FieldDefinitionNode, parent: string): Element[] {
  const name = field.name.value;
  const path = `${parent}.${name}`;
  const args = field.arguments ?? [];
  return [
    {
      ...{ ...NOTHING, path, name, parent, kind: 'field', description: textOf(field) },
      ...shapeOf(field.type),
      arguments: args.map((argument) => argument.name.value),
    },
    ...args.map((argument) => ({
      ...inputOf(argument, path, `${path}(${argument.name.value}:)`),
      kind: 'argument' as const,
    })),
  ];
}

function inputOf(input: InputValueDefinitionNode, parent: string, path: string): Element {
  return {
    ...NOTHING,
    ...{ path, parent, name: input.name.value, kind: 'input field', description: textOf(input) },
    ...shapeOf(input.type),
    hasDefault: input.defaultValue !== undefined,
    default: textOfDefault(input),
  };
}

function shapeOf(node: TypeNode): { type: string; isList: boolean; isNullable: boolean } {
  const inner = node.kind === Kind.NON_NULL_TYPE ? node.type : node;
  const isNullable = node.kind !== Kind.NON_NULL_TYPE;
  if (inner.kind === Kind.LIST_TYPE) return { ...shapeOf(inner.type), isList: true, isNullable };
  return { type: inner.kind === Kind.NAMED_TYPE ? inner.name.value : '', isList: false, isNullable };
}

function textOf(node: object): string {
  const { description } = node as { description?: { value: string } };
  return description?.value.replaceAll(/\s+/g, ' ').trim() ?? '';
}

function textOfDefault({ defaultValue }: InputValueDefinitionNode): string | undefined {
  const isScalar = [Kind.STRING, Kind.INT, Kind.FLOAT].some((kind) => kind === defaultValue?.kind);
  return isScalar && defaultValue && 'value' in defaultValue ? String(defaultValue.value) : undefined;
}
