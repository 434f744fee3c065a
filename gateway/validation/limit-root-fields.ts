import { Kind, type SelectionSetNode, type ValidationRule } from 'graphql';
import { gatewayError } from '../request/errors.ts';

/** Refuses operations that begin with more than `max` fields, those of their fragments included. */
export function limitRootFields(max: number): ValidationRule {
  return (context) => {
    /** Adds the names under which a selection set answers; a fragment is looked into once. */
    function collect({ selections }: SelectionSetNode, names: Set<string>, seen: Set<string>): void {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) names.add((selection.alias ?? selection.name).value);
        else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, names, seen);
        else if (!seen.has(selection.name.value)) {
          seen.add(selection.name.value);
          const fragment = context.getFragment(selection.name.value);
          if (fragment) collect(fragment.selectionSet, names, seen);
        }
      }
    }

    return {
      OperationDefinition({ selectionSet }) {
        const names = new Set<string>();
        collect(selectionSet, names, new Set());
        if (names.size <= max) return;
        const message = `This operation begins with more than ${max} fields: ask for less, or in several requests.`;
        context.reportError(
          gatewayError('GRAPHQL_VALIDATION_FAILED', message, { reason: 'DOCUMENT_TOO_LARGE' }),
        );
      },
    };
  };
}
