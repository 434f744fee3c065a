import { type FieldNode, Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import type { JsonValue } from '../transport/json.ts';

/**
 * Path of the first field that a fetch asks for, as the subgraph itself would name it in an error: the executor makes of
 * it the path in the client's operation. Runs when a fetch failed as a whole, and nowhere else. Where a fetch asks for
 * several kinds of entities, `responseName` says which.
 */
export function firstPath(query: string, responseName?: string): (string | number)[] {
  const operation = parse(query, { noLocation: true }).definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const isAsked = (field: FieldNode) => responseName === undefined || keyOf(field) === responseName;
  const root = operation && firstField(operation.selectionSet, isAsked);
  if (root === undefined) return [];
  if (root.name.value !== '_entities' || root.selectionSet === undefined) return [keyOf(root)];
  const field = firstField(root.selectionSet);
  return field === undefined ? [keyOf(root), 0] : [keyOf(root), 0, keyOf(field)];
}

function firstField(
  { selections }: SelectionSetNode,
  isAsked: (field: FieldNode) => boolean = () => true,
): FieldNode | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD && selection.name.value !== '__typename' && isAsked(selection))
      return selection;
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT ? firstField(selection.selectionSet, isAsked) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

/** How much of an error's path there is in the data: what it took away with its null, it explains as a whole. */
export function lengthInData(data: JsonValue, path: readonly (string | number)[]): number {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null || value === undefined) return depth;
    value = (value as Record<string | number, JsonValue>)[key];
  }
  return path.length;
}
