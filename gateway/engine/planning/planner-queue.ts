import { gatewayError } from '../../request/errors.ts';
import { RefusedError } from '../../request/refused-error.ts';

/** When a client may try again that found the queue full, milliseconds. */
const RETRY_AFTER_MS = 1_000;

/** More operations wait to be planned than may. */
export class PlannerBusyError extends RefusedError {
  constructor() {
    const message = 'Too many new operations wait to be planned: try again in a moment.';
    const extensions = { retryAfterMs: RETRY_AFTER_MS };
    super([gatewayError('UNAVAILABLE', message, { status: 503, extensions })]);
    this.name = 'PlannerBusyError';
  }
}

/** Bounds what is planned at a time, and what waits for it. */
export interface PlannerQueue {
  /**
   * Runs it when its turn comes, first come first served.
   *
   * @throws PlannerBusyError where too many wait already
   */
  run<Made>(plan: () => Promise<Made>): Promise<Made>;
  /** Whether nothing runs, and nothing waits. */
  isEmpty(): boolean;
}

/** Makes the queue of one planner. */
export function createPlannerQueue({ atOnce, longest }: { atOnce: number; longest: number }): PlannerQueue {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(plan) {
      if (running < atOnce) running += 1;
      else if (waiting.length >= longest) throw new PlannerBusyError();
      // The place is handed on by whoever leaves it.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await plan();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
    isEmpty: () => running === 0,
  };
}
