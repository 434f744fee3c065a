import { setTimeout as pause } from 'node:timers/promises';

/** For how long a delivery tries again while a subgraph is away, milliseconds. */
const RETRY_FOR_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Codes of what a subgraph may answer when it is asked again. */
const TRANSIENT: ReadonlySet<unknown> = new Set(['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);

/** The result of an event. */
export interface CompletedText {
  /** JSON. */
  body: string;
  /** False where a subgraph that is away left something out. */
  isWhole: boolean;
}

/** Whether what an error of this code left out is there when it is asked for again. */
export function isTransient(code: unknown): boolean {
  return TRANSIENT.has(code);
}

/**
 * Completes a payload, and again while a subgraph that it needs is away: what a query may lack, an event would have lost
 * for good. In the end the answer is what there is, with its errors.
 *
 * @throws the signal's reason
 */
export async function completeWithRetry(
  complete: () => Promise<CompletedText>,
  signal: AbortSignal,
): Promise<string> {
  const until = Date.now() + RETRY_FOR_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const { body, isWhole } = await complete();
    if (isWhole || Date.now() > until) return body;
    await pause(pauseMs * (0.5 + Math.random() / 2), undefined, { signal });
  }
}
