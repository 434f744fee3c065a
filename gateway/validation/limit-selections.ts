import { type FragmentDefinitionNode, Kind, type SelectionSetNode, type ValidationRule } from 'graphql';
import { gatewayError } from '../request/errors.ts';

/** Far beyond what anybody means, far below what a planner drowns in. */
const MAX_SELECTIONS = 10_000;

/** Refuses operations that ask for more fields than anybody means once their fragments are written out. */
export function limitSelections(max = MAX_SELECTIONS): ValidationRule {
  return (context) => {
    /** Each fragment is counted once: they are what makes a short document long. */
    const counts = new Map<FragmentDefinitionNode, number>();

    function countOf({ selections }: SelectionSetNode): number {
      let count = 0;
      for (const selection of selections) {
        count += 1;
        if (selection.kind !== Kind.FRAGMENT_SPREAD)
          count += selection.selectionSet ? countOf(selection.selectionSet) : 0;
        else {
          const fragment = context.getFragment(selection.name.value);
          count += fragment ? countOfFragment(fragment) : 0;
        }
      }
      return count;
    }

    function countOfFragment(fragment: FragmentDefinitionNode): number {
      const known = counts.get(fragment);
      if (known !== undefined) return known;
      // A cycle is another rule's affair.
      counts.set(fragment, 0);
      const count = countOf(fragment.selectionSet);
      counts.set(fragment, count);
      return count;
    }

    return {
      OperationDefinition(node) {
        if (countOf(node.selectionSet) <= max) return;
        const message = `This operation selects more than ${max} fields once its fragments are written out: ask for less.`;
        context.reportError(
          gatewayError('GRAPHQL_VALIDATION_FAILED', message, { reason: 'DOCUMENT_TOO_LARGE' }),
        );
      },
    };
  };
}
