import { setImmediate } from 'node:timers/promises';
import type { Engine, UsedOperation } from './engine.ts';

export interface WarmUpOptions {
  /** Longest time, milliseconds: what is left then is compiled when somebody runs it. */
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Compiles operations of the supergraph in use for the next one, before that is served: one at a time, with all that waits
 * let through in between. What is no valid operation there is dropped.
 *
 * @returns how many are ready
 * @throws where the engine cannot plan at all
 */
export async function warmUp(
  engine: Engine,
  operations: readonly UsedOperation[],
  { timeoutMs, signal }: WarmUpOptions,
): Promise<number> {
  const until = performance.now() + timeoutMs;
  let ready = 0;
  await engine.ready();
  for (const operation of operations) {
    if (performance.now() > until || signal.aborted) break;
    ready += await engine.warm(operation).then(
      () => 1,
      () => 0,
    );
    await setImmediate();
  }
  return ready;
}
