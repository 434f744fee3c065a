import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql';

/** The field that a subscription's primary fetch asks for; undefined where it asks for more or less than one. */
export function rootField(primary: DocumentNode): FieldNode | undefined {
  const [definition] = primary.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  // Planners write out fragments, so that a field that stands alone is the only selection.
  const [selection, ...others] = definition.selectionSet.selections;
  const isPlain = others.length === 0 && selection?.kind === Kind.FIELD && !selection.directives?.length;
  return isPlain ? selection : undefined;
}

/** Whether the one root field may be left out, at whatever depth of fragments: there would be nothing to listen to. */
export function isConditional(document: DocumentNode, { selections }: SelectionSetNode): boolean {
  return selections.some((selection) => {
    if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include'))
      return true;
    if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(document, selection.selectionSet);
    if (selection.kind === Kind.FIELD) return false;
    const fragment = document.definitions.find(
      (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION && isConditional(document, fragment.selectionSet);
  });
}
