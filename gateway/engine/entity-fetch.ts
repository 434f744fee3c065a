import { type Collected, compileEntityBatch } from './entity-batch.ts';
import { firstPath } from './error-path.ts';
import { isObject } from './json.ts';
import type { EntityFetchNode } from './plan.ts';
import { addError, type Run, type Step } from './run.ts';
import type { CompileSend } from './send.ts';
import type { SubgraphError } from './transport/endpoint.ts';
import type { Fulfils } from './type-conditions.ts';
import { patternOf } from './walk.ts';

/** Compiles a fetch of entities: each is asked for once, wherever and however often it stands. */
export function compileEntityFetch(node: EntityFetchNode, compileSend: CompileSend, fulfils: Fulfils): Step {
  const { subgraph, operation } = node;
  const send = compileSend(node);
  const batches = node.batches.map((batch) => ({
    ...compileEntityBatch(batch, fulfils),
    responseName: batch.responseName,
    key: `${JSON.stringify(batch.variable)}:`,
  }));
  const missing = node.batches.flatMap(({ paths }) => paths.map(patternOf));

  /** One error tells of a fetch that failed as a whole, at the first place that it leaves empty. */
  function tellFailure(run: Run, error: SubgraphError, collected: readonly Collected[]): void {
    const index = collected.findIndex((each) => each.entities.length > 0);
    const batch = batches[index];
    const entities = collected[index];
    if (batch === undefined || entities === undefined) return;
    const [place = []] = batch.places(run, entities, 0);
    const [, , ...field] = firstPath(operation, batch.responseName);
    addError(run, subgraph, error, [...place, ...batch.rewrittenPath(field)], missing);
  }

  function tell(run: Run, error: SubgraphError, collected: readonly Collected[]): void {
    const [name, representation, ...rest] = error.path ?? [];
    const index = batches.findIndex(({ responseName }) => responseName === name);
    const batch = batches[index];
    const entities = collected[index];
    if (batch === undefined || entities === undefined || typeof representation !== 'number') {
      addError(run, subgraph, error, [], missing);
      return;
    }
    for (const place of batch.places(run, entities, representation))
      addError(run, subgraph, error, [...place, ...batch.rewrittenPath(rest)]);
  }

  return async (run) => {
    const collected = batches.map((batch) => batch.collect(run));
    if (collected.every((each) => each.entities.length === 0)) return;
    const variables = batches.map(({ key }, index) => {
      return `${key}[${collected[index]?.representations.join(',') ?? ''}]`;
    });
    const { data, errors = [] } = await send(run, variables.join(','));
    for (const error of errors) (isObject(data) ? tell : tellFailure)(run, error, collected);
    if (!isObject(data)) return;
    for (const [index, batch] of batches.entries()) {
      const entities = collected[index];
      if (entities !== undefined) batch.merge(data, entities);
    }
  };
}
