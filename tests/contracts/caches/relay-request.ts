import {
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { ConcreteRequest } from 'relay-runtime';

type Argument =
  | { kind: 'Variable'; name: string; variableName: string }
  | { kind: 'Literal'; name: string; value: unknown };

interface Field {
  name: string;
  alias: string | null;
  args: Argument[] | null;
  storageKey: null;
}

/** A field as Relay keeps it, and as it reads it: they differ in fragments alone. */
type Selection =
  | (Field & { kind: 'ScalarField' })
  | (Field & { kind: 'LinkedField'; concreteType: string; plural: boolean; selections: Selection[] });

/**
 * What Relay's compiler makes of a document with one operation of fields alone: no fragments, and no arguments but variables and
 * plain values.
 */
export function relayRequestOf(schema: GraphQLSchema, text: string): ConcreteRequest {
  const [operation] = parse(text).definitions as OperationDefinitionNode[];
  if (operation === undefined) throw new Error('There is no operation.');
  const root = schema.getRootType(operation.operation);
  const name = operation.name?.value ?? 'Operation';
  const argumentDefinitions = (operation.variableDefinitions ?? []).map(({ variable }) => ({
    kind: 'LocalArgument' as const,
    name: variable.name.value,
    defaultValue: null,
  }));
  const selections = selectionsOf(schema, String(root), operation.selectionSet);
  return {
    kind: 'Request',
    fragment: {
      kind: 'Fragment',
      name,
      type: String(root),
      metadata: null,
      argumentDefinitions,
      selections,
    },
    operation: { kind: 'Operation', name, argumentDefinitions, selections },
    params: { cacheID: text, id: null, metadata: {}, name, operationKind: operation.operation, text },
  };
}

function selectionsOf(schema: GraphQLSchema, type: string, { selections }: SelectionSetNode): Selection[] {
  return selections.map((node) => {
    if (node.kind !== Kind.FIELD) throw new Error('Only fields are known here.');
    return selectionOf(schema, type, node);
  });
}

function selectionOf(schema: GraphQLSchema, parent: string, node: FieldNode): Selection {
  const owner = schema.getType(parent);
  const field = isObjectType(owner) ? owner.getFields()[node.name.value] : undefined;
  if (field === undefined) throw new Error(`${parent} has no field ${node.name.value}.`);
  const type = getNamedType(field.type);
  const own = {
    name: field.name,
    alias: node.alias?.value ?? null,
    args: argumentsOf(node),
    storageKey: null,
  };
  if (node.selectionSet === undefined) return { kind: 'ScalarField', ...own };
  return {
    kind: 'LinkedField',
    ...own,
    concreteType: type.name,
    plural: isListType(getNullableType(field.type)),
    selections: selectionsOf(schema, type.name, node.selectionSet),
  };
}

function argumentsOf({ arguments: given = [] }: FieldNode): Argument[] | null {
  if (given.length === 0) return null;
  return given.map(({ name, value }) =>
    value.kind === Kind.VARIABLE
      ? { kind: 'Variable', name: name.value, variableName: value.name.value }
      : { kind: 'Literal', name: name.value, value: valueFromASTUntyped(value) },
  );
}
