import { type GraphQLLeafType, isEnumType } from 'graphql';
import type { JsonValue } from './json.ts';
import type { Write } from './writing.ts';

/** Compiles the writer of a scalar or an enum. What is none of its values becomes null, and is told. */
export function compileLeaf(type: GraphQLLeafType, label: string): Write {
  const isValue = testOf(type);
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    if (isValue(value)) return JSON.stringify(value);
    writing.invalid(`Invalid value found for field ${label}.`, writing.path);
    return 'null';
  };
}

function testOf(type: GraphQLLeafType): (value: JsonValue) => boolean {
  if (isEnumType(type)) {
    // Those that are inaccessible are not among them.
    const names = new Set<JsonValue>(type.getValues().map(({ name }) => name));
    return (value) => names.has(value);
  }
  return TESTS[type.name] ?? (() => true);
}

/** What a subgraph's own scalars look like, only its clients know. */
const TESTS: Partial<Record<string, (value: JsonValue) => boolean>> = {
  Int: Number.isInteger,
  Float: (value) => typeof value === 'number',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
};
