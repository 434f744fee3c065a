import {
  type ConstDirectiveNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Random } from '../crash/random.ts';
import type { GeneratedOperation } from './generate.ts';

const MOST = 12;

/** The operation with `@defer` here and there: on fragments, and on fields that become one. */
export function sprinkleDefer(
  random: Random,
  { document, variables }: GeneratedOperation,
): GeneratedOperation {
  let sprinkled = 0;
  const mutations = new Set<SelectionSetNode>();

  function maybeDeferred(selection: SelectionNode): SelectionNode {
    if (sprinkled === MOST || random.below(4) > 0) return selection;
    sprinkled += 1;
    if (selection.kind !== Kind.FIELD)
      return { ...selection, directives: [...(selection.directives ?? []), DEFER] };
    const selectionSet = { kind: Kind.SELECTION_SET, selections: [selection] } as const;
    return { kind: Kind.INLINE_FRAGMENT, directives: [DEFER], selectionSet };
  }

  return {
    variables,
    document: visit(document, {
      OperationDefinition({ operation, selectionSet }: OperationDefinitionNode) {
        if (operation === 'mutation') mutations.add(selectionSet);
      },
      SelectionSet: {
        enter: (set) =>
          mutations.has(set) ? undefined : { ...set, selections: set.selections.map(maybeDeferred) },
      },
    }),
  };
}

const DEFER: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'defer' } };
