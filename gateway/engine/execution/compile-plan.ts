import type { EntityFetchNode, PlanNode, RootFetchNode } from '../planning/query-plan.ts';
import type { SubgraphError, SubgraphResponse } from '../transport/endpoint.ts';
import { isObject, type JsonObject, mergeInto } from '../transport/json.ts';
import type { CompileOptions } from './compile-options.ts';
import { compileDefer, signalling } from './deferred-steps.ts';
import { type Collected, compileEntityBatch } from './entity-batch.ts';
import { firstPath, lengthInData } from './error-path.ts';
import { addError, type Run, type Step } from './run.ts';
import {
  applyRewrites,
  patternOf,
  type ResponsePath,
  rewritePath,
  type TypeConditionTest,
  walk,
} from './walk.ts';

/** Compiles a plan into closures: what does not depend on the request is done here, once. */
export function compilePlan(node: PlanNode, options: CompileOptions): Step {
  const compile = (each: PlanNode) => compilePlan(each, options);
  switch (node.kind) {
    case 'root-fetch':
      return signalling(node, compileRootFetch(node, options));
    case 'entity-fetch':
      return signalling(node, compileEntityFetch(node, options));
    case 'sequence':
      return inSeries(node.nodes.map(compile));
    case 'parallel':
      return sideBySide(node.nodes.map(compile));
    case 'defer':
      return compileDefer(node, compile);
    case 'condition': {
      const { variable } = node;
      const whenTrue = node.whenTrue && compile(node.whenTrue);
      const whenFalse = node.whenFalse && compile(node.whenFalse);
      return async (run) => (run.variables[variable] === true ? whenTrue : whenFalse)?.(run);
    }
  }
}

function inSeries(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function sideBySide(steps: readonly Step[]): Step {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}

/** Compiles a fetch of entities: each is asked for once, wherever and however often it stands. */
function compileEntityFetch(node: EntityFetchNode, options: CompileOptions): Step {
  const { subgraph, operation } = node;
  const send = options.compileSend(node);
  const batches = node.batches.map((batch) => ({
    ...compileEntityBatch(batch, options),
    responseName: batch.responseName,
    key: `${JSON.stringify(batch.variable)}:`,
  }));
  const paths = node.batches.flatMap((batch) => batch.paths);
  const missing = () => paths.map(patternOf);

  /** One error stands for a fetch that failed as a whole, at the first place that it leaves empty. */
  function addFailure(run: Run, error: SubgraphError, collected: readonly Collected[]): void {
    const index = collected.findIndex((each) => each.entities.length > 0);
    const batch = batches[index];
    const entities = collected[index];
    if (batch === undefined || entities === undefined) return;
    const [place = []] = batch.places(run, entities, 0);
    const [, , ...field] = firstPath(operation, batch.responseName);
    addError(run, subgraph, error, [...place, ...batch.rewrittenPath(field)], missing());
  }

  function addEntityError(
    run: Run,
    error: SubgraphError,
    collected: readonly Collected[],
    data: JsonObject,
  ): void {
    const { path = [] } = error;
    const [name, representation, ...rest] = path;
    const index = batches.findIndex(({ responseName }) => responseName === name);
    const batch = batches[index];
    const entities = collected[index];
    if (batch === undefined || entities === undefined || typeof representation !== 'number') {
      addError(run, subgraph, error, [], missing());
      return;
    }
    const rewritten = batch.rewrittenPath(rest);
    const inData = rewritten.slice(0, Math.max(0, lengthInData(data, path) - 2));
    for (const place of batch.places(run, entities, representation))
      addError(run, subgraph, error, [...place, ...rewritten], [[...place, ...inData]]);
  }

  return async (run) => {
    const collected = batches.map((batch) => batch.collect(run));
    if (collected.every((each) => each.entities.length === 0)) return;
    const variables = batches.map(({ key }, index) => {
      return `${key}[${collected[index]?.representations.join(',') ?? ''}]`;
    });
    const { data, errors = [] } = await send(run, variables.join(','));
    if (!isObject(data)) {
      for (const error of errors) addFailure(run, error, collected);
      return;
    }
    for (const error of errors) addEntityError(run, error, collected, data);
    for (const [index, batch] of batches.entries()) {
      const entities = collected[index];
      if (entities !== undefined) batch.merge(data, entities);
    }
  };
}

/** Compiles what brings to a run what a subgraph sent of itself, as if it were the answer to this fetch. */
export function compileReceived(
  node: RootFetchNode,
  typeApplies: TypeConditionTest,
): (run: Run, received: SubgraphResponse) => Promise<void> {
  return (run, received) =>
    compileRootFetch(node, { compileSend: () => async () => received, typeApplies })(run);
}

/** Compiles a fetch of root fields. */
function compileRootFetch(
  node: RootFetchNode,
  { compileSend, typeApplies }: Pick<CompileOptions, 'compileSend' | 'typeApplies'>,
): Step {
  const { subgraph, operation, path, outputRewrites } = node;
  const send = compileSend(node);

  function addRootError(run: Run, error: SubgraphError, hasData: boolean): void {
    const inner = error.path ?? (hasData ? [] : firstPath(operation));
    const rewritten = rewritePath(inner, outputRewrites);
    for (const place of path.length === 0 ? [[]] : placesOf(run))
      addError(run, subgraph, error, [...place, ...rewritten], hasData ? undefined : [patternOf(path)]);
  }

  function placesOf(run: Run): ResponsePath[] {
    const places: ResponsePath[] = [];
    const trail: (string | number)[] = [];
    walk(run.data, path, typeApplies, () => places.push([...trail]), trail);
    return places;
  }

  return async (run) => {
    const { data, errors = [] } = await send(run, '');
    for (const error of errors) addRootError(run, error, isObject(data));
    if (!isObject(data)) return;
    applyRewrites(data, outputRewrites, typeApplies);
    if (path.length === 0) mergeInto(run.data, data);
    else walk(run.data, path, typeApplies, (object) => mergeInto(object, structuredClone(data)));
  };
}
