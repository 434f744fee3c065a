import { type DocumentNode, Kind, print, type SelectionSetNode } from 'graphql';
import { type Fragments, fragmentsOf, operationOf } from '../document/fragments.ts';

/**
 * Whether fragments on two types ask for one field, and each for something else below it. The native planner then fetches for
 * both types what either wants: a field that fails would take with it objects of which nobody asked for it.
 *
 * @param document one operation and its fragments
 */
export function divergesByType(document: DocumentNode): boolean {
  const operation = operationOf(document);
  return diverges([operation.selectionSet], fragmentsOf(document));
}

/** Holds what is asked below one response name of one place. */
interface Asked {
  below: SelectionSetNode[];
  /** Texts of what is asked below it, by the type of the fragment that does. */
  byType: Map<string, string>;
}

/** @param selectionSets all of one place */
function diverges(selectionSets: readonly SelectionSetNode[], fragments: Fragments): boolean {
  const fields = new Map<string, Asked>();
  for (const each of selectionSets) collect(each, null, fields, fragments);
  for (const { below, byType } of fields.values()) {
    if (new Set(byType.values()).size > 1) return true;
    if (diverges(below, fragments)) return true;
  }
  return false;
}

function collect(
  { selections }: SelectionSetNode,
  type: string | null,
  fields: Map<string, Asked>,
  fragments: Fragments,
): void {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) {
      if (node.selectionSet === undefined) continue;
      const responseName = node.alias?.value ?? node.name.value;
      const asked = fields.get(responseName) ?? { below: [], byType: new Map<string, string>() };
      fields.set(responseName, asked);
      asked.below.push(node.selectionSet);
      if (type !== null) asked.byType.set(type, (asked.byType.get(type) ?? '') + print(node.selectionSet));
      continue;
    }
    const content = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (content === undefined) continue;
    collect(content.selectionSet, content.typeCondition?.name.value ?? type, fields, fragments);
  }
}
