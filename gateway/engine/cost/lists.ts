import {
  type FieldNode,
  type GraphQLError,
  type GraphQLField,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { gatewayError } from '../../request/errors.ts';
import { type Amount, readVariable, type Variables } from './amounts.ts';
import type { ListSize } from './weights.ts';

export interface CostRules {
  /** Largest value of a slicing argument. */
  pageSize: number;
  /** How long a list is taken to be of which nothing is known. */
  listSize: number;
}

export interface SizedField {
  list: ListSize;
  node: FieldNode;
  field: GraphQLField<unknown, unknown>;
  operation: OperationDefinitionNode;
}

/** How long a list is: the largest of its slicing arguments, or what is assumed where none is given. */
export function compileListSize(
  { list, node, field, operation }: SizedField,
  { pageSize, listSize }: CostRules,
): Amount {
  const assumed = list.assumedSize ?? listSize;
  const readers = list.slicingArguments.map((path) => ({
    path,
    read: compileRead(path.split('.'), node, field, operation),
  }));
  if (readers.length === 0) return assumed;

  function sizeOf(variables: Variables): number {
    let size: number | undefined;
    let given = 0;
    for (const { path, read } of readers) {
      const value = typeof read === 'function' ? read(variables) : read;
      if (value === undefined || value === null) continue;
      given += 1;
      const length = Array.isArray(value) ? value.length : value;
      if (typeof length !== 'number') continue;
      if (length > pageSize) throw tooLong(path, pageSize);
      size = Math.max(size ?? 0, length);
    }
    if (list.requireOneSlicingArgument && given !== 1) throw notOne(node.name.value, list.slicingArguments);
    return size ?? assumed;
  }

  return readers.every(({ read }) => typeof read !== 'function') ? sizeOf({}) : sizeOf;
}

type Read = number | null | undefined | ((variables: Variables) => unknown);

/** Reads an argument, or a field of one. */
function compileRead(
  [name = '', ...inner]: readonly string[],
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  operation: OperationDefinitionNode,
): Read {
  const given = node.arguments?.find((each) => each.name.value === name)?.value;
  if (given === undefined) {
    const fallback = valueAt(field.args.find((each) => each.name === name)?.defaultValue, inner);
    return typeof fallback === 'number' ? fallback : undefined;
  }
  return readNode(given, inner, operation);
}

function readNode(node: ValueNode, path: readonly string[], operation: OperationDefinitionNode): Read {
  if (node.kind === Kind.VARIABLE) {
    const read = readVariable(node.name.value, operation);
    return (variables) => valueAt(read(variables), path);
  }
  if (node.kind === Kind.OBJECT) {
    const [name, ...rest] = path;
    const inner = node.fields.find((each) => each.name.value === name);
    return inner && readNode(inner.value, rest, operation);
  }
  if (node.kind === Kind.NULL) return null;
  if (node.kind === Kind.LIST && path.length === 0) return node.values.length;
  return node.kind === Kind.INT && path.length === 0 ? Number(node.value) : undefined;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}

function tooLong(argument: string, max: number): GraphQLError {
  const message = `${argument}: at most ${max}. Ask for the next page with a cursor.`;
  return gatewayError('BAD_USER_INPUT', message, {
    status: 400,
    extensions: { fields: [{ path: argument, message: `at most ${max}` }] },
  });
}

function notOne(field: string, names: readonly string[]): GraphQLError {
  const message = `${field} takes exactly one of ${names.join(', ')}: it says how long the list is.`;
  return gatewayError('BAD_USER_INPUT', message, { status: 400 });
}
