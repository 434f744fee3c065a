import type { CallContext } from '../call.ts';
import { authentication } from './middleware/authentication.ts';
import { context } from './middleware/context.ts';
import { deadline } from './middleware/deadline.ts';
import { logging } from './middleware/logging.ts';
import { metrics } from './middleware/metrics.ts';
import { recovery } from './middleware/recovery.ts';
import { scopes } from './middleware/scopes.ts';
import { tracing } from './middleware/tracing.ts';
import { validation } from './middleware/validation.ts';
import type { Invocation, Middleware, PipelineParts } from './middleware.ts';

/**
 * Every call of every door passes through these, in this order: each relies on the ones in front of it. Recovery
 * stands inside of logging and metrics, so that a bug is logged and counted as what the caller is told (INTERNAL).
 */
export const PIPELINE: readonly Middleware[] = [
  deadline,
  context,
  tracing,
  logging,
  metrics,
  recovery,
  authentication,
  scopes,
  validation,
];

/** Runs a handler inside the pipeline. */
export function runPipeline(
  invocation: Invocation,
  handler: (request: object, call: CallContext) => Promise<unknown>,
  parts: PipelineParts,
  pipeline: readonly Middleware[] = PIPELINE,
): Promise<unknown> {
  const step = (index: number): Promise<unknown> => {
    const middleware = pipeline[index];
    if (middleware === undefined) return handler(invocation.request, invocation.call);
    return middleware(invocation, () => step(index + 1), parts);
  };
  return step(0);
}
