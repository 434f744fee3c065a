import { Kind, type SelectionSetNode, type ValidationRule } from 'graphql';
import { gatewayError } from '../request/errors.ts';

/** More than any client asks for; to see whether they fit together, each is compared with each. */
const MAX_REPEATS = 50;

/** Refuses operations and fragments that ask for what will be one field of the answer over and over. */
export function limitRepeats(max = MAX_REPEATS): ValidationRule {
  return (context) => {
    /** Whether sets that are answered as one repeat a field too often, or what they hold does. */
    function repeats(sets: readonly SelectionSetNode[]): boolean {
      const asked = new Map<string, { times: number; inner: SelectionSetNode[] }>();
      const isTooOften = sets.some((set) => count(set, asked));
      return isTooOften || [...asked.values()].some(({ inner }) => inner.length > 0 && repeats(inner));
    }

    function count(
      { selections }: SelectionSetNode,
      asked: Map<string, { times: number; inner: SelectionSetNode[] }>,
    ): boolean {
      return selections.some((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
        if (selection.kind === Kind.INLINE_FRAGMENT) return count(selection.selectionSet, asked);
        const name = (selection.alias ?? selection.name).value;
        const field = asked.get(name) ?? { times: 0, inner: [] };
        asked.set(name, field);
        field.times += 1;
        if (selection.selectionSet) field.inner.push(selection.selectionSet);
        return field.times > max;
      });
    }

    function check({ selectionSet }: { selectionSet: SelectionSetNode }): void {
      if (!repeats([selectionSet])) return;
      const message = `This document asks for one field more than ${max} times in one place: ask for it once.`;
      context.reportError(
        gatewayError('GRAPHQL_VALIDATION_FAILED', message, { reason: 'DOCUMENT_TOO_LARGE' }),
      );
    }

    return { OperationDefinition: check, FragmentDefinition: check };
  };
}
