import type { Fulfils } from '../document/type-conditions.ts';
import type { RootFetchNode } from '../planning/query-plan.ts';
import type { SubgraphError, SubgraphResponse } from '../transport/endpoint.ts';
import { isObject, mergeInto } from '../transport/json.ts';
import type { PlanCompiling } from './compile-options.ts';
import { firstPath } from './error-path.ts';
import { applyRewrites, rewritePath } from './rewrites.ts';
import { addError, type Run, type Step } from './run.ts';
import { patternOf, type ResponsePath, walk } from './walk.ts';

/** Compiles what brings to a run what a subgraph sent of itself, as if it were the answer to this fetch. */
export function compileReceived(
  node: RootFetchNode,
  fulfils: Fulfils,
): (run: Run, received: SubgraphResponse) => Promise<void> {
  return (run, received) => compileRootFetch(node, { compileSend: () => async () => received, fulfils })(run);
}

/** Compiles a fetch of root fields. */
export function compileRootFetch(
  node: RootFetchNode,
  { compileSend, fulfils }: Pick<PlanCompiling, 'compileSend' | 'fulfils'>,
): Step {
  const { subgraph, operation, path, outputRewrites } = node;
  const send = compileSend(node);

  function tell(run: Run, error: SubgraphError, hasData: boolean): void {
    const inner = error.path ?? (hasData ? [] : firstPath(operation));
    const rewritten = rewritePath(inner, outputRewrites);
    for (const place of path.length === 0 ? [[]] : placesOf(run))
      addError(run, subgraph, error, [...place, ...rewritten], hasData ? undefined : [patternOf(path)]);
  }

  function placesOf(run: Run): ResponsePath[] {
    const places: ResponsePath[] = [];
    const trail: (string | number)[] = [];
    walk(run.data, path, fulfils, () => places.push([...trail]), trail);
    return places;
  }

  return async (run) => {
    const { data, errors = [] } = await send(run, '');
    for (const error of errors) tell(run, error, isObject(data));
    if (!isObject(data)) return;
    applyRewrites(data, outputRewrites, fulfils);
    if (path.length === 0) mergeInto(run.data, data);
    else walk(run.data, path, fulfils, (object) => mergeInto(object, structuredClone(data)));
  };
}
