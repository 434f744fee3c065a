import type { DocumentNode } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import { readCacheControl } from './caching/cache-control.ts';
import { compileDeferring } from './defer/defer.ts';
import { defers } from './document/defer-rules.ts';
import { operationOf } from './document/fragments.ts';
import { createTypeConditions } from './document/type-conditions.ts';
import { createRepresentations } from './execution/shared-representations.ts';
import { CompiledExecution, type ExecutionParts } from './operation/compiled-execution.ts';
import type { CompiledOperation } from './operation/compiled-operation.ts';
import type { CompileOptions, Executor, ExecutorOptions } from './operation/executor.ts';
import { compileOperation } from './operation/operation.ts';
import { inTurns, observed, type Planner } from './planning/planner.ts';
import { createPlanner } from './planning/planner-choice.ts';
import { createPreparations } from './planning/planner-documents.ts';
import { readLiveFields } from './subscriptions/live-fields.ts';
import { readSharedFields } from './subscriptions/shared-fields.ts';

/** Executes with plans that are compiled to closures. */
export class CompiledExecutor implements Executor {
  readonly defers = true;
  readonly #log: Logger;
  readonly #planner: Promise<Planner>;
  readonly #parts: Omit<ExecutionParts, 'planner'>;

  constructor({ loaded, endpoints, socketUrls, planning, log }: ExecutorOptions) {
    this.#log = log;
    this.#planner = createPlanner(loaded, log, planning);
    // Whoever waits for it gets the reason.
    this.#planner.catch(() => {});
    const fulfils = createTypeConditions(loaded.supergraphSchema);
    this.#parts = {
      endpoints,
      cacheControl: readCacheControl(loaded.supergraphSchema),
      fulfils,
      representations: createRepresentations(fulfils),
      preparations: createPreparations(loaded, planning.overrideLabels),
      liveFields: readLiveFields(loaded),
      socketUrls,
      sharedFields: readSharedFields(loaded),
    };
  }

  async compile(document: DocumentNode, options: CompileOptions): Promise<CompiledOperation> {
    const planner = inTurns(observed(await this.#planner, options.onPlan), options.nextTurn);
    const { operation } = operationOf(document);
    const execution = new CompiledExecution({ ...this.#parts, planner }, options, operation);
    if (!defers(document)) return compileOperation(document, options, execution);
    // The planner does not manage some fields with `@requires` below a `@defer`.
    const onFailure = (err: unknown) =>
      this.#log.warn({ err }, 'an operation cannot be planned in parts; it is answered at once');
    return compileDeferring(document, options, execution, onFailure);
  }

  async ready(): Promise<void> {
    await this.#planner;
  }

  close(): void {
    this.#planner.then(
      (planner) => planner.close(),
      () => {},
    );
  }
}
