import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Refusal } from '../authorization/authorization.ts';
import { type JsonValue, quote, textOf } from '../transport/json.ts';

/** A response is written with these. */
export interface Writing {
  variables: Readonly<Record<string, unknown>>;
  /** Answers to `__schema` and `__type`, by response name. */
  introspected: Readonly<Record<string, unknown>>;
  /** Where the writer is; null where nobody wants to know. */
  path: (string | number)[] | null;
  /** Called where the writer meets a value that the schema does not allow. */
  reportInvalid(message: string): void;
  /** Called where the viewer may not read what stands where the writer is. */
  reportRefusal(refusal: Refusal): void;
}

/** Writes a value; 'null' for none. Undefined: there must be one, so that what holds it is null. */
export type Write = (value: JsonValue, writing: Writing) => string | undefined;

/** A field without selections is written alike in all operations: they share its writer. */
const leafFieldWriters = new WeakMap<AnyField, Write>();

type AnyField = GraphQLField<unknown, unknown>;

/** The writer of a field without selections. */
export function leafFieldWriter(parent: GraphQLCompositeType, field: AnyField, type: GraphQLLeafType): Write {
  let write = leafFieldWriters.get(field);
  if (write === undefined) {
    const label = `${parent.name}.${field.name}`;
    write = inWrappers(field.type, compileLeaf(type, label), label);
    leafFieldWriters.set(field, write);
  }
  return write;
}

/** Writes values of a type whose innermost values `write` writes. */
export function inWrappers(type: GraphQLOutputType, write: Write, label: string): Write {
  if (isListType(type)) return listOf(inWrappers(type.ofType, write, label), label);
  if (!isNonNullType(type)) return write;
  const inner = inWrappers(type.ofType, write, label);
  return (value, writing) => {
    const text = inner(value, writing);
    if (text !== 'null') return text;
    writing.reportInvalid(`Cannot return null for non-nullable field ${label}.`);
    return undefined;
  };
}

function listOf(write: Write, label: string): Write {
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    const { path } = writing;
    if (!Array.isArray(value)) {
      writing.reportInvalid(`Expected a list at ${label}.`);
      return 'null';
    }
    let text = '';
    for (let index = 0; index < value.length; index += 1) {
      path?.push(index);
      const written = write(value[index], writing);
      path?.pop();
      if (written === undefined) return 'null';
      text += index === 0 ? written : `,${written}`;
    }
    return `[${text}]`;
  };
}

/** Compiles the writer of a scalar or an enum. What is none of its values becomes null, and is reported. */
function compileLeaf(type: GraphQLLeafType, label: string): Write {
  const write = isEnumType(type) ? enumWriter(type.getValues()) : (WRITERS[type.name] ?? textOf);
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    const text = write(value);
    if (text !== undefined) return text;
    writing.reportInvalid(`Invalid value found for field ${label}.`);
    return 'null';
  };
}

/** The JSON of a value; undefined where it is none of the type's. */
type WriteLeaf = (value: JsonValue) => string | undefined;

/** Values that are inaccessible are not among them. */
function enumWriter(values: readonly { name: string }[]): WriteLeaf {
  const texts = new Map<JsonValue, string>(values.map(({ name }) => [name, `"${name}"`]));
  return (value) => texts.get(value);
}

/** Only the clients of a subgraph know what its own scalars look like. */
const WRITERS: Partial<Record<string, WriteLeaf>> = {
  Int: (value) => (Number.isInteger(value) ? `${value}` : undefined),
  Float: (value) => (typeof value === 'number' ? textOf(value) : undefined),
  String: (value) => (typeof value === 'string' ? quote(value) : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? `${value}` : undefined),
  ID(value) {
    if (typeof value === 'string') return quote(value);
    return Number.isInteger(value) ? `${value}` : undefined;
  },
};
