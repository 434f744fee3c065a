import { type FragmentDefinitionNode, Kind, type SelectionSetNode, type ValidationRule } from 'graphql';
import { gatewayError } from '../request/errors.ts';

/** Refuses operations whose fields nest deeper than `max`. Introspection is not counted: its depth is bounded. */
export function limitDepth(max: number): ValidationRule {
  return (context) => {
    /** Depth of each fragment, found once: fragments that spread each other would be walked exponentially often. */
    const depths = new Map<FragmentDefinitionNode, number>();

    function depthOf({ selections }: SelectionSetNode): number {
      let deepest = 0;
      for (const selection of selections) deepest = Math.max(deepest, depthOfSelection(selection));
      return deepest;
    }

    function depthOfSelection(selection: SelectionSetNode['selections'][number]): number {
      if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = context.getFragment(selection.name.value);
        return fragment ? depthOfFragment(fragment) : 0;
      }
      if (selection.name.value.startsWith('__')) return 0;
      return 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0);
    }

    function depthOfFragment(fragment: FragmentDefinitionNode): number {
      const known = depths.get(fragment);
      if (known !== undefined) return known;
      // A cycle is another rule's affair.
      depths.set(fragment, 0);
      const depth = depthOf(fragment.selectionSet);
      depths.set(fragment, depth);
      return depth;
    }

    return {
      OperationDefinition(node) {
        const depth = depthOf(node.selectionSet);
        if (depth <= max) return;
        const message = `This operation is ${depth} fields deep, and ${max} is the most: ask for less, or in two operations.`;
        context.reportError(
          gatewayError('GRAPHQL_VALIDATION_FAILED', message, { reason: 'DOCUMENT_TOO_LARGE' }),
        );
      },
    };
  };
}
