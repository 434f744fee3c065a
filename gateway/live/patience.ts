import { setTimeout as pause } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';

/** How long a delivery waits for a subgraph that is away, milliseconds. */
const PATIENCE_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Codes of what a subgraph gives when it is asked again. */
const PASSING: ReadonlySet<unknown> = new Set(['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);

/**
 * Completes a payload, and again while a subgraph that it needs is away: what a query may lack, an event would have lost
 * for good. In the end the answer is what there is, with its errors.
 *
 * @throws the signal's reason
 */
export async function completePatiently(
  complete: () => Promise<ExecutionResult>,
  signal: AbortSignal,
): Promise<ExecutionResult> {
  const until = Date.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const result = await complete();
    const isWhole = !result.errors?.some(({ extensions }) => PASSING.has(extensions['code']));
    if (isWhole || Date.now() > until) return result;
    await pause(pauseMs * (0.5 + Math.random() / 2), undefined, { signal });
  }
}
