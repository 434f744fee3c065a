import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { refusalOf } from '../authorization/authorization.ts';
import type { Fragments } from '../document/fragments.ts';
import {
  type Condition,
  type ConditionalSelections,
  conditionsHold,
  type SelectedField,
  selectedFields,
} from '../document/selected-fields.ts';
import type { DataNames } from '../planning/data-names.ts';
import { isObject, type JsonObject, type JsonValue } from '../transport/json.ts';
import { inWrappers, leafFieldWriter, type Write, type Writing } from './value-writer.ts';

/** Writes data as the JSON of an operation's `data`, with the nulls that GraphQL spreads. */
export type WriteResponse = (data: JsonObject, writing: Writing) => string;

/** Compiles the writer of an operation. */
export function compileWriter(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  names: DataNames,
): WriteResponse {
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no ${operation.operation}`);
  return compilePartWriter(root, operation.selectionSet, { schema, fragments, names });
}

/** Compiles the writer of what is selected of one object. */
export function compilePartWriter(
  root: GraphQLCompositeType,
  selectionSet: SelectionSetNode,
  { schema, fragments, names }: { schema: GraphQLSchema; fragments: Fragments; names: DataNames },
): WriteResponse {
  const write = compileObject(root, [{ selectionSet, conditions: [] }]);
  return (data, writing) => writeTwice(write, data, writing);

  /** Its fields are compiled when an object of a type first comes: most operations get few of an interface's types. */
  function compileObject(type: GraphQLCompositeType, sets: readonly ConditionalSelections[]): Write {
    const fieldsOf = (runtime: GraphQLCompositeType): readonly FieldWriter[] => {
      const applies = (condition: string) => typeApplies(schema, runtime, condition);
      return selectedFields(sets, fragments, applies).map((field) => compileField(runtime, field));
    };
    if (!isObjectType(type)) return abstractWriter(type, fieldsOf);
    let fields: readonly FieldWriter[] | undefined;
    return (value, writing) => {
      if (!isObject(value)) return writeNoObject(type, value, writing);
      fields ??= fieldsOf(type);
      return writeFields(value, fields, writing);
    };
  }

  function abstractWriter(
    type: GraphQLCompositeType,
    fieldsOf: (runtime: GraphQLCompositeType) => readonly FieldWriter[],
  ): Write {
    const known = new Map<string, readonly FieldWriter[]>();
    return (value, writing) => {
      if (!isObject(value)) return writeNoObject(type, value, writing);
      const { __typename: typename } = value;
      const name = typeof typename === 'string' ? typename : type.name;
      let fields = known.get(name);
      if (fields === undefined) {
        const runtime = schema.getType(name);
        if (!isCompositeType(runtime)) {
          writing.reportInvalid(`${type.name} has no type ${name}.`);
          return 'null';
        }
        fields = fieldsOf(runtime);
        known.set(name, fields);
      }
      return writeFields(value, fields, writing);
    };
  }

  function compileField(
    parent: GraphQLCompositeType,
    { responseName, name, nodes }: SelectedField,
  ): FieldWriter {
    const [only] = nodes;
    if (only === undefined) throw new Error(`Nothing asks for ${responseName}`);
    const conditions = nodes.some((each) => each.conditions.length === 0)
      ? null
      : nodes.map((each) => each.conditions);
    const key = `${JSON.stringify(responseName)}:`;
    const dataName = names.of(only.node);
    const isOfPrototype = dataName in Object.prototype;
    const field = { responseName, dataName, key, conditions, isOfPrototype };
    if (name === '__typename') return { ...field, write: typenameWriter(parent) };
    if (name === '__schema' || name === '__type')
      return { ...field, write: (_, { introspected }) => JSON.stringify(introspected[responseName] ?? null) };
    const definition = isUnionType(parent) ? undefined : parent.getFields()[name];
    if (definition === undefined) throw new Error(`${parent.name} has no field ${name}`);
    const type = getNamedType(definition.type);
    const write = isCompositeType(type)
      ? inWrappers(definition.type, compileObject(type, setsOf(nodes)), `${parent.name}.${name}`)
      : leafFieldWriter(parent, definition, type);
    return { ...field, write: withRefusals(write, nodes, definition.type) };
  }
}

/** Collects what is selected of a field's objects. */
function setsOf(nodes: SelectedField['nodes']): ConditionalSelections[] {
  const allowed = nodes.filter(({ node }) => refusalOf(node) === undefined);
  return allowed.flatMap(({ node: { selectionSet }, conditions }) =>
    selectionSet ? [{ selectionSet, conditions: nodes.length === 1 ? [] : conditions }] : [],
  );
}

/** Where a value stands, only a fault needs to know: it is tracked when the first attempt meets one. */
function writeTwice(write: Write, data: JsonObject, writing: Writing): string {
  try {
    return (
      write(data, { ...writing, path: null, reportInvalid: throwFault, reportRefusal: throwFault }) ?? 'null'
    );
  } catch (error) {
    if (error !== FAULT) throw error;
    return write(data, writing) ?? 'null';
  }
}

const FAULT = new Error('The data does not fit the schema');

function throwFault(): never {
  throw FAULT;
}

interface FieldWriter {
  responseName: string;
  /** Where its value stands. */
  dataName: string;
  /** The name as JSON, with its colon. */
  key: string;
  /** Null where it is always there; else where one of these holds. */
  conditions: readonly (readonly Condition[])[] | null;
  /** Every object seems to have a field of this name. */
  isOfPrototype: boolean;
  write: Write;
}

function writeFields(value: JsonObject, fields: readonly FieldWriter[], writing: Writing): string {
  const { path } = writing;
  let text = '';
  for (const { responseName, dataName, key, conditions, isOfPrototype, write } of fields) {
    if (conditions !== null && !conditions.some((each) => conditionsHold(each, writing.variables))) continue;
    const found = isOfPrototype && !Object.hasOwn(value, dataName) ? null : value[dataName];
    path?.push(responseName);
    const written = write(found, writing);
    path?.pop();
    if (written === undefined) return 'null';
    text += text === '' ? key + written : `,${key}${written}`;
  }
  return `{${text}}`;
}

function typenameWriter(type: GraphQLCompositeType): Write {
  if (!isAbstractType(type)) return () => JSON.stringify(type.name);
  return (_, writing) => {
    writing.reportInvalid(`No subgraph told the type of an object of ${type.name}.`);
    return undefined;
  };
}

/**
 * Writes null where the viewer may not read a field. One that is asked for in several places may be allowed in some of
 * them: through a type, but not through an interface, of which others are protected.
 */
function withRefusals(write: Write, nodes: SelectedField['nodes'], type: GraphQLOutputType): Write {
  const refusal = nodes.map(({ node }) => refusalOf(node)).find((each) => each !== undefined);
  if (refusal === undefined) return write;
  const allowed = nodes.filter(({ node }) => refusalOf(node) === undefined);
  const none = isNonNullType(type) ? undefined : 'null';
  return (value, writing) => {
    if (allowed.some(({ conditions }) => conditionsHold(conditions, writing.variables)))
      return write(value, writing);
    writing.reportRefusal(refusal);
    return none;
  };
}

function writeNoObject(type: GraphQLCompositeType, value: JsonValue, writing: Writing): string {
  if (value !== null && value !== undefined) writing.reportInvalid(`Expected an object of ${type.name}.`);
  return 'null';
}

function typeApplies(schema: GraphQLSchema, type: GraphQLCompositeType, condition: string): boolean {
  if (type.name === condition) return true;
  const abstract = schema.getType(condition);
  const isPart = (each: GraphQLCompositeType): each is GraphQLObjectType =>
    isObjectType(each) || isInterfaceType(each);
  return isAbstractType(abstract) && isPart(type) && schema.isSubType(abstract, type);
}
