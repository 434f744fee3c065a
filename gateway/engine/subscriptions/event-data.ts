import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { JsonObject, JsonValue } from '../transport/json.ts';
import type { Payload } from './payload.ts';

/** The data of a payload, as its live subgraph would answer them, under the names that the planner gave. */
export type EventData = (payload: Payload) => JsonObject;

type Put = (payload: Payload, into: JsonObject) => void;

/**
 * Compiles the answer of the virtual subgraph: its types hold scalars, enums and stubs, so that a payload has it all.
 * What a variable leaves out is in it nevertheless; whoever writes the response leaves it out.
 */
export function compileEventData({ selections }: SelectionSetNode): EventData {
  const puts = selections.flatMap(compilePuts);
  return (payload) => {
    const data: JsonObject = {};
    for (const put of puts) put(payload, data);
    return data;
  };
}

function compilePuts(selection: SelectionNode): Put[] {
  // A planner writes out fragments, and an event's type is one that needs no condition.
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet.selections.flatMap(compilePuts);
  if (selection.kind !== Kind.FIELD)
    throw new Error('The primary fetch of a subscription spreads a fragment');
  const { name, alias, selectionSet } = selection;
  const responseName = (alias ?? name).value;
  if (selectionSet === undefined) {
    return [(payload, into) => set(into, responseName, payload[name.value] as JsonValue)];
  }
  const inner = compileEventData(selectionSet);
  return [
    (payload, into) => {
      const stub = payload[name.value];
      set(into, responseName, isPayload(stub) ? inner(stub) : null);
    },
  ];
}

/** One response name may stand twice, with other fields each time. */
function set(into: JsonObject, name: string, value: JsonValue): void {
  const present = into[name];
  into[name] = isPayload(present) && isPayload(value) ? { ...present, ...value } : (value ?? null);
}

function isPayload(value: unknown): value is Payload & JsonObject {
  return typeof value === 'object' && value !== null;
}
