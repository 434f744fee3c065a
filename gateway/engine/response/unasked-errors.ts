import {
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type OperationDefinitionNode,
} from 'graphql';
import type { Fragments } from '../document/fragments.ts';
import { type ConditionalSelections, conditionsHold, selectedFields } from '../document/selected-fields.ts';
import type { Run, RunError } from '../execution/run.ts';
import type { ResponsePath } from '../execution/walk.ts';
import type { DataNames } from '../planning/data-names.ts';
import { isObject, type JsonValue } from '../transport/json.ts';

/** Where an operation that asks subgraphs for more than its client wants is looked at. */
export interface AskedPlaces {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Fragments;
  names: DataNames;
}

/** The errors of a run at places that the client asked for. */
export function askedErrors({ data, errors, variables }: Run, places: AskedPlaces): RunError[] {
  return errors.filter(({ path }) => path === undefined || isAsked(path, data, variables, places));
}

function isAsked(
  path: ResponsePath,
  data: JsonValue,
  variables: Run['variables'],
  { schema, operation, fragments, names }: AskedPlaces,
): boolean {
  let type: GraphQLCompositeType | undefined = schema.getRootType(operation.operation) ?? undefined;
  let sets: ConditionalSelections[] = [{ selectionSet: operation.selectionSet, conditions: [] }];
  let value = data;
  for (const key of path) {
    if (typeof key === 'number') {
      value = Array.isArray(value) ? value[key] : undefined;
      continue;
    }
    const runtime = isObject(value) ? schema.getType(String(value['__typename'])) : undefined;
    const current: GraphQLCompositeType | undefined = isCompositeType(runtime) ? runtime : type;
    if (!isObjectType(current) && !isInterfaceType(current)) return true;
    const applies = (condition: string) =>
      condition === current.name || isOfAbstract(schema, current, condition);
    const field = selectedFields(sets, fragments, applies).find(({ responseName }) => responseName === key);
    const nodes = (field?.nodes ?? []).filter(({ conditions }) => conditionsHold(conditions, variables));
    const [first] = nodes;
    if (first === undefined) return false;
    const named: GraphQLNamedType | undefined = getNamedType(
      current.getFields()[first.node.name.value]?.type,
    );
    type = isCompositeType(named) ? named : undefined;
    sets = nodes.flatMap(({ node: { selectionSet } }) =>
      selectionSet ? [{ selectionSet, conditions: [] }] : [],
    );
    value = isObject(value) ? value[names.of(first.node)] : undefined;
  }
  return true;
}

function isOfAbstract(schema: GraphQLSchema, type: GraphQLCompositeType, condition: string): boolean {
  const abstract = schema.getType(condition);
  return (
    (isObjectType(type) || isInterfaceType(type)) &&
    (isInterfaceType(abstract) || isUnionType(abstract)) &&
    schema.isSubType(abstract, type)
  );
}
