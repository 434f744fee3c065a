import { type GraphQLLeafType, isEnumType } from 'graphql';
import { type JsonValue, quote, textOf } from '../transport/json.ts';
import type { Write } from './writing.ts';

/** Compiles the writer of a scalar or an enum. What is none of its values becomes null, and is told. */
export function compileLeaf(type: GraphQLLeafType, label: string): Write {
  const write = isEnumType(type) ? enumWriter(type.getValues()) : (WRITERS[type.name] ?? textOf);
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    const text = write(value);
    if (text !== undefined) return text;
    writing.invalid(`Invalid value found for field ${label}.`);
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

/** What a subgraph's own scalars look like, only its clients know. */
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
