import {
  type DefinitionNode,
  type DocumentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  separateOperations,
  visit,
} from 'graphql';
import type { Trial } from './trial.ts';

/** Makes a trial smaller for as long as it still fails. */
export async function shrink(trial: Trial, stillFails: (trial: Trial) => Promise<boolean>): Promise<Trial> {
  let smallest = trial;
  for (let tries = 0, found = true; found; ) {
    found = false;
    for (const smaller of smallerTrials(smallest)) {
      tries += 1;
      if (tries > MOST_TRIES) return smallest;
      if (!(await stillFails(smaller))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
}

const MOST_TRIES = 300;

function* smallerTrials({ operation, faults }: Trial): Generator<Trial> {
  for (const index of faults.keys()) yield { operation, faults: faults.toSpliced(index, 1) };
  for (const document of smallerDocuments(operation.document)) {
    if (!hasEmptySelection(document))
      yield { operation: withoutUnused(document, operation.variables), faults };
  }
}

/** What graphql-js validates but cannot be written down. */
function hasEmptySelection(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    SelectionSet({ selections }) {
      found ||= selections.length === 0;
    },
  });
  return found;
}

/** Documents without one selection, the largest ones gone first; with a fragment's content in its place; with less on a field. */
function* smallerDocuments(document: DocumentNode): Generator<DocumentNode> {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  const selections: SelectionNode[] = [];
  visit(document, {
    Field: (node) => void selections.push(node),
    InlineFragment: (node) => void selections.push(node),
    FragmentSpread: (node) => void selections.push(node),
  });
  for (const node of selections) yield replaced(document, node, []);
  for (const node of selections) {
    const content = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node.selectionSet;
    if (node.kind !== Kind.FIELD && content !== undefined) yield replaced(document, node, content.selections);
    if ((node.directives ?? []).length > 0) yield replaced(document, node, [{ ...node, directives: [] }]);
    if (node.kind === Kind.FIELD && node.alias !== undefined) {
      const { alias: _, ...plain } = node;
      yield replaced(document, node, [plain]);
    }
    if (node.kind === Kind.FIELD && (node.arguments ?? []).length > 0)
      yield replaced(document, node, [{ ...node, arguments: [] }]);
  }
}

function replaced(
  document: DocumentNode,
  target: SelectionNode,
  replacement: readonly SelectionNode[],
): DocumentNode {
  return visit(document, {
    SelectionSet(node): SelectionSetNode | undefined {
      const index = node.selections.indexOf(target);
      return index < 0
        ? undefined
        : { ...node, selections: node.selections.toSpliced(index, 1, ...replacement) };
    },
  });
}

/** Without the fragments and variables that nothing uses any more. */
function withoutUnused(document: DocumentNode, variables: Record<string, unknown>): Trial['operation'] {
  const [separate = document] = Object.values(separateOperations(document));
  const used = new Set<string>();
  for (const definition of separate.definitions) {
    const parts = { ...definition, variableDefinitions: [] } as DefinitionNode;
    visit(parts, { Variable: ({ name }) => void used.add(name.value) });
  }
  return {
    document: visit(separate, {
      VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
    }),
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name))),
  };
}
