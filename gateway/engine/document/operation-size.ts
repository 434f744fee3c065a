import { type DocumentNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { conditionVariables, MAX_PLAN_VARIANTS } from './condition-variants.ts';
import { fragmentsOf, operationOf } from './fragments.ts';

/**
 * How many bytes a compiled operation takes: its document, the closures that write each of its fields, and its plans. The
 * factors are those of operations whose heap was measured (`tests/plan-cache.test.ts` measures again); for plans that
 * conditions call for, the most there can be are counted from the start.
 */
export function sizeOf(document: DocumentNode): number {
  let nodes = 0;
  let characters = 0;
  visit(document, {
    enter(node) {
      nodes += 1;
      if ('value' in node && typeof node.value === 'string') characters += node.value.length;
    },
  });
  const plans = Math.min(2 ** conditionVariables(document).length, MAX_PLAN_VARIANTS);
  const fields = expandedFields(document);
  return BASE_BYTES + NODE_BYTES * nodes + characters + fields * (WRITER_BYTES + PLAN_BYTES * plans);
}

const BASE_BYTES = 3_000;
/** The planner's documents and the client's share few nodes. */
const NODE_BYTES = 360;
const WRITER_BYTES = 300;
const PLAN_BYTES = 130;

/** Fields of an operation once its fragments are written out: each is compiled where it stands. */
function expandedFields(document: DocumentNode): number {
  const fragments = fragmentsOf(document);
  const counts = new Map<string, number>();

  function countOf({ selections }: SelectionSetNode): number {
    let count = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) count += countOfFragment(selection.name.value);
      else {
        count += selection.kind === Kind.FIELD ? 1 : 0;
        count += selection.selectionSet ? countOf(selection.selectionSet) : 0;
      }
    }
    return count;
  }

  function countOfFragment(name: string): number {
    const known = counts.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const count = fragment ? countOf(fragment.selectionSet) : 0;
    counts.set(name, count);
    return count;
  }

  return countOf(operationOf(document).selectionSet);
}
