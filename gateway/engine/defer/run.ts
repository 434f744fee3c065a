import type { SelectionSetNode } from 'graphql';
import type { GatewayContext } from '../../request/context.ts';
import type { TagsOf } from '../caching/caching.ts';
import type { Fragments } from '../document/fragments.ts';
import { addRefusal, type Run, type RunError, type Step } from '../execution/run.ts';
import type { TypeConditionTest } from '../execution/walk.ts';
import type { OperationResult } from '../operation/compiled-operation.ts';
import type { PlanVariants } from '../operation/plan-variants.ts';
import type { DataNames } from '../planning/data-names.ts';
import type { FinishedPart, FinishedParts, PendingPart } from '../response/parts.ts';
import type { WriteResponse } from '../response/response-writer.ts';
import { explainNull } from '../response/unexplained-nulls.ts';
import type { Writing } from '../response/value-writer.ts';
import { isObject, type JsonObject, type JsonValue, mergeInto } from '../transport/json.ts';
import { belongsTo, insideOf, selects } from './errors.ts';
import type { DeferredFragment } from './fragments.ts';
import { type DeliveredObject, denies, objectAt, placesOf } from './places.ts';

/** An operation in parts, ready to run. */
export interface CompiledParts {
  plans: PlanVariants;
  write: WriteResponse;
  /** The selections that are not deferred. */
  selectionSet: SelectionSetNode;
  deferred: readonly CompiledFragment[];
  fragments: Fragments;
  typeApplies: TypeConditionTest;
  names: DataNames;
  /** Tells the entities in what was fetched for the first part; null where no cache has to know. */
  tagsOf: TagsOf | null;
}

export interface CompiledFragment extends DeferredFragment {
  write: WriteResponse;
  inner: readonly CompiledFragment[];
}

/** Holds what one run is given. */
export interface PartsRequest extends Pick<Writing, 'variables' | 'introspected'> {
  context: GatewayContext;
}

/** Runs an operation up to its first answer; the rest is fetched meanwhile, and written as it is asked for. */
export async function runParts(
  { write, selectionSet, deferred, fragments, typeApplies, names, tagsOf }: CompiledParts,
  step: Step | null,
  { variables, introspected, context }: PartsRequest,
): Promise<OperationResult> {
  const begun = new Map<string, Promise<Run>>();
  const run: Run = {
    data: {},
    errors: [],
    variables,
    context,
    names,
    underWay: new Map(),
    deferring: { begun, fetches: null },
  };
  let ids = 0;

  await step?.(run);
  const data = write(run.data, writingOf(run, []));
  const parsed: JsonValue = JSON.parse(data);
  /** The client has this by now. */
  const client: JsonObject = isObject(parsed) ? parsed : {};
  const first = isObject(parsed) ? [{ path: [], dataPath: [], written: parsed, fetched: run.data }] : [];
  const { parts, errors } = leaveFor(deferred, first, { outer: run, selectionSet });
  return {
    data,
    errors,
    ...(tagsOf && { entities: () => tagsOf(run.data) }),
    ...(parts.length > 0 && { rest: { pending: announced(parts), parts: later(parts) } }),
  };

  async function* later(expected: readonly Part[]): AsyncGenerator<FinishedParts> {
    const waiting = new Map<Part, Promise<{ part: Part; done: Run }>>();
    const wait = (part: Part) => {
      const done = part.run.then((own) => ({ part, done: own }));
      // The failure is reported when the part's turn comes.
      done.catch(() => {});
      waiting.set(part, done);
    };
    expected.forEach(wait);
    while (waiting.size > 0) {
      const { part, done } = await Promise.race(waiting.values());
      waiting.delete(part);
      const { finished, parts: inner } = finish(part, done);
      inner.forEach(wait);
      yield { finished, pending: announced(inner), hasNext: waiting.size > 0 };
    }
  }

  function finish({ fragment, places, inherited }: Part, own: Run) {
    for (const error of inherited)
      if (!own.errors.some((each) => isSame(each, error))) own.errors.push(error);
    const finished: FinishedPart[] = [];
    const delivered: DeliveredObject[] = [];
    for (const { pending, object } of places) {
      const { path, dataPath } = object;
      const fetched = objectAt(own.data, dataPath) ?? object.fetched;
      const text = fragment.write(fetched, writingOf(own, path));
      const written: JsonValue = JSON.parse(text);
      const present = objectAt(client, path);
      const isDenial = present !== undefined && isObject(written) && denies(written, present);
      finished.push({ ...pending, data: isDenial ? 'null' : text, errors: [] });
      if (isDenial) explainNull(own.errors, CHANGED, path);
      else if (present !== undefined && isObject(written)) {
        delivered.push({ path, dataPath, written, fetched });
        mergeInto(present, structuredClone(written));
      }
    }
    const { parts, errors } = leaveFor(fragment.inner, delivered, {
      outer: own,
      selectionSet: fragment.selectionSet,
      places: places.map(({ object }) => object.path),
    });
    return { finished: withErrors(finished, errors), parts };
  }

  /** The parts that stand in what was delivered; errors of their fields come with them. */
  function leaveFor(
    inner: readonly CompiledFragment[],
    delivered: readonly DeliveredObject[],
    { outer, selectionSet: own, places = [[]] }: Outer,
  ): { parts: Part[]; errors: RunError[] } {
    const parts = inner.flatMap((fragment): Part[] => {
      const objects = delivered.flatMap((each) => placesOf(fragment, each, { variables, typeApplies }));
      if (objects.length === 0) return [];
      const { key, label } = fragment;
      // A part that was fetched with the outer one waits for nothing.
      const ready = begun.get(key) ?? Promise.resolve({ ...outer, errors: [] });
      const known = objects.map((object) => {
        ids += 1;
        return { pending: { id: String(ids), path: object.path, label }, object };
      });
      return [{ fragment, places: known, run: ready, inherited: [] }];
    });
    const errors = outer.errors.filter((error) => {
      const takers = parts.filter((part) => belongsTo(part, error, fragments));
      for (const { inherited } of takers) inherited.push(error);
      return takers.length === 0 || isSelected(own, error, places);
    });
    return { parts, errors };
  }

  function isSelected(own: SelectionSetNode, { path }: RunError, places: readonly DeliveredObject['path'][]) {
    return places.some((place) => {
      const inside = path && insideOf(path, place);
      return inside ? selects(own, inside, fragments) : false;
    });
  }

  function writingOf(own: Run, place: DeliveredObject['path']): Writing {
    const path = [...place];
    return {
      variables,
      introspected,
      path,
      reportInvalid: (message) => explainNull(own.errors, message, path),
      reportRefusal: (refusal) => addRefusal(own, refusal, [...path]),
    };
  }
}

const CHANGED = 'This part does not fit what came before it: ask again.';

interface Part {
  fragment: CompiledFragment;
  places: readonly { pending: PendingPart; object: DeliveredObject }[];
  /** Ends when everything is fetched. */
  run: Promise<Run>;
  /** Errors of its fields that another part's fetches brought. */
  inherited: RunError[];
}

interface Outer {
  outer: Run;
  selectionSet: SelectionSetNode;
  places?: readonly DeliveredObject['path'][];
}

function announced(parts: readonly Part[]): PendingPart[] {
  return parts.flatMap(({ places }) => places.map(({ pending }) => pending));
}

/** Each error with the part that it is about; those without a place with the first. */
function withErrors(parts: readonly FinishedPart[], errors: readonly RunError[]): FinishedPart[] {
  const about = errors.map((error) =>
    Math.max(
      parts.findIndex(({ path }) => error.path !== undefined && insideOf(error.path, path) !== null),
      0,
    ),
  );
  return parts.map((part, index) => ({ ...part, errors: errors.filter((_, each) => about[each] === index) }));
}

function isSame(one: RunError, other: RunError): boolean {
  return one.message === other.message && String(one.path) === String(other.path);
}
