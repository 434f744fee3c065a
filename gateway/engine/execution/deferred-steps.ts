import type { DeferNode, DeferredPlan, PlanNode, RootFetchNode } from '../planning/query-plan.ts';
import { isObject, type JsonObject } from '../transport/json.ts';
import type { Deferring, Run, Step } from './run.ts';

/**
 * Compiles a node that defers: it is done when its primary part is. Each deferred part begins as soon as the fetches that
 * it needs are done, on data of its own: two parts may fetch the same list, and by then it may have other items.
 */
export function compileDefer({ primary, deferred }: DeferNode, compile: (node: PlanNode) => Step): Step {
  const runPrimary = primary && compile(primary);
  const parts = deferred.map((each) => ({
    label: each.label,
    needs: needsOf(each),
    step: compile(each.node),
  }));
  return async (outer) => {
    const { run, fetches } = withFetches(outer);
    const whole = Promise.withResolvers<void>();
    for (const { label, needs, step } of parts) {
      const needed = Promise.all(needs.map((id) => fetchOf(fetches, id).promise));
      // A part may depend on fetches that are skipped.
      const begun = Promise.race([needed, whole.promise]).then(() => runPart(run, step, whole.promise));
      // Whoever waits for the part gets the error.
      begun.catch(() => {});
      run.deferring?.begun.set(label, begun);
    }
    try {
      await runPrimary?.(run);
    } finally {
      whole.resolve();
    }
  };
}

/** A fetch's step that signals those who wait for it when it is done, where somebody may. */
export function signalling({ id }: Pick<RootFetchNode, 'id'>, step: Step): Step {
  if (id === undefined) return step;
  return async (run) => {
    try {
      await step(run);
    } finally {
      const fetches = run.deferring?.fetches;
      if (fetches) fetchOf(fetches, id).resolve();
    }
  };
}

/** Each plan counts its fetches anew, and an operation of several mutations has several plans. */
function withFetches(run: Run): { run: Run; fetches: Fetches } {
  const { deferring } = run;
  if (deferring === undefined) throw new Error('The plan defers, and its run does not');
  if (deferring.fetches !== null) return { run, fetches: deferring.fetches };
  const fetches: Fetches = new Map();
  return { run: { ...run, deferring: { ...deferring, fetches } }, fetches };
}

type Fetches = NonNullable<Deferring['fetches']>;

async function runPart(outer: Run, step: Step, whole: Promise<void>): Promise<Run> {
  const { promise: filled, resolve } = Promise.withResolvers<void>();
  const deferring = outer.deferring && { ...outer.deferring, filled };
  const part: Run = {
    ...outer,
    data: structuredClone(outer.data),
    errors: [],
    ...(deferring && { deferring }),
  };
  try {
    await step(part);
    // Other fetches of the outer part, which were not waited for, may hold fields of this one.
    await (outer.deferring?.filled ?? whole);
    fillIn(part.data, outer.data);
  } finally {
    resolve();
  }
  return part;
}

/** Fetches that a part needs from outside: its own, and those of the parts in it, which begin with what it has. */
function needsOf({ depends, node }: DeferredPlan): string[] {
  const { fetches, inner } = contentsOf(node);
  const needs = new Set([...depends, ...inner.flatMap(needsOf)]);
  return [...needs].filter((id) => !fetches.has(id));
}

/** Ids of the fetches of a plan, and the parts that it defers. */
function contentsOf(node: PlanNode): { fetches: ReadonlySet<string>; inner: readonly DeferredPlan[] } {
  const fetches = new Set<string>();
  const inner: DeferredPlan[] = [];
  const visit = (each: PlanNode | null): void => {
    if (each === null) return;
    if (each.kind === 'sequence' || each.kind === 'parallel') each.nodes.forEach(visit);
    else if (each.kind === 'condition') [each.whenTrue, each.whenFalse].forEach(visit);
    else if (each.kind === 'defer') {
      visit(each.primary);
      inner.push(...each.deferred);
    } else if (each.id !== undefined) fetches.add(each.id);
  };
  visit(node);
  return { fetches, inner };
}

function fetchOf(fetches: Fetches, id: string): PromiseWithResolvers<void> {
  let fetch = fetches.get(id);
  if (fetch === undefined) {
    fetch = Promise.withResolvers<void>();
    fetches.set(id, fetch);
  }
  return fetch;
}

/** Adds what an object lacks; what it has stays. */
function fillIn(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    // JSON may hold a key that would reach the prototype of all objects.
    if (key === '__proto__') continue;
    const present = Object.hasOwn(target, key) ? target[key] : undefined;
    const incoming = source[key];
    if (present === undefined) target[key] = structuredClone(incoming);
    else if (isObject(present) && isObject(incoming)) fillIn(present, incoming);
    else if (Array.isArray(present) && Array.isArray(incoming)) fillInItems(present, incoming);
  }
}

function fillInItems(target: JsonObject[string][], source: readonly JsonObject[string][]): void {
  // Lists of different lengths are not of the same moment.
  if (target.length !== source.length) return;
  for (const [index, present] of target.entries()) {
    const incoming = source[index];
    if (isObject(present) && isObject(incoming)) fillIn(present, incoming);
    else if (Array.isArray(present) && Array.isArray(incoming)) fillInItems(present, incoming);
  }
}
