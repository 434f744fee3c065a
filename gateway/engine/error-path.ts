import { type FieldNode, Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';

/**
 * Path of the first field that a fetch asks for, as the subgraph itself would name it in an error: the executor makes of
 * it the path in the client's operation. Runs when a fetch failed as a whole, and nowhere else.
 */
export function firstPath(query: string): (string | number)[] {
  const operation = parse(query, { noLocation: true }).definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const root = operation && firstField(operation.selectionSet);
  if (root === undefined) return [];
  if (root.name.value !== '_entities' || root.selectionSet === undefined) return [keyOf(root)];
  const field = firstField(root.selectionSet);
  return field === undefined ? ['_entities', 0] : ['_entities', 0, keyOf(field)];
}

function firstField({ selections }: SelectionSetNode): FieldNode | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') return selection;
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? firstField(selection.selectionSet) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
