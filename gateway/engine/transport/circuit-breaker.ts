/** Closed lets all through, open none, half-open one at a time. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** An attempt's word on its subgraph. `nothing` is for those that ended for a reason of the client's. */
export type Verdict = 'answered' | 'failed' | 'nothing';

/** Stands for one admission; what is reported with it counts only in the state in which it was given. */
export type Permit = number;

export interface CircuitBreaker {
  state(): BreakerState;
  /** Null where the subgraph is not to be asked now. Every permit is reported once. */
  admit(): Permit | null;
  report(permit: Permit, verdict: Verdict): void;
  /** Milliseconds until one is let through, 0 where that is now. */
  refusedForMs(): number;
}

export interface CircuitBreakerOptions {
  /** Share of failed attempts that opens it, 0 to 1. */
  failureRate: number;
  /** Attempts within the window below which it stays closed. */
  minRequests: number;
  windowMs: number;
  openMs: number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  onTransition(to: BreakerState): void;
}

/** Parts of the sliding window: it moves by a tenth of itself at a time. */
const BUCKETS = 10;

/**
 * Makes the breaker of one subgraph: it opens on the share of failed attempts in a sliding window, and closes when a
 * single probe is answered (Nygard, Release It!, 2nd edition, "Circuit Breaker"; the rate and the least number of
 * requests are Hystrix's).
 */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { failureRate, minRequests, windowMs, openMs, now, onTransition } = options;
  const window = createWindow(windowMs / BUCKETS);
  let state: BreakerState = 'closed';
  let openUntil = 0;
  let isProbing = false;
  let generation: Permit = 0;

  function become(next: BreakerState): void {
    state = next;
    generation += 1;
    isProbing = false;
    if (next === 'open') openUntil = now() + openMs;
    if (next === 'closed') window.clear();
    onTransition(next);
  }

  function recordClosed(isFailure: boolean): void {
    const at = now();
    window.add(at, isFailure);
    if (!isFailure) return;
    const { total, failed } = window.sum(at);
    if (total >= minRequests && failed >= total * failureRate) become('open');
  }

  return {
    state: () => state,
    admit() {
      if (state === 'closed') return generation;
      if (state === 'open' && now() >= openUntil) become('half-open');
      if (state !== 'half-open' || isProbing) return null;
      isProbing = true;
      return generation;
    },
    report(permit, verdict) {
      // It began before the breaker moved, and says nothing of the subgraph as it is now.
      if (permit !== generation) return;
      if (state === 'half-open') {
        isProbing = false;
        if (verdict !== 'nothing') become(verdict === 'answered' ? 'closed' : 'open');
      } else if (verdict !== 'nothing') recordClosed(verdict === 'failed');
    },
    refusedForMs: () => (state === 'open' ? Math.max(openUntil - now(), 0) : 0),
  };
}

function createWindow(bucketMs: number) {
  const totals = new Uint32Array(BUCKETS);
  const failures = new Uint32Array(BUCKETS);
  /** Which turn of the clock a bucket counts. */
  const turns = new Float64Array(BUCKETS).fill(-BUCKETS);

  return {
    add(at: number, isFailure: boolean): void {
      const turn = Math.floor(at / bucketMs);
      const bucket = turn % BUCKETS;
      if (turns[bucket] !== turn) {
        turns[bucket] = turn;
        totals[bucket] = 0;
        failures[bucket] = 0;
      }
      totals[bucket] = (totals[bucket] ?? 0) + 1;
      if (isFailure) failures[bucket] = (failures[bucket] ?? 0) + 1;
    },
    sum(at: number): { total: number; failed: number } {
      const oldest = Math.floor(at / bucketMs) - BUCKETS + 1;
      let total = 0;
      let failed = 0;
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        if ((turns[bucket] ?? 0) < oldest) continue;
        total += totals[bucket] ?? 0;
        failed += failures[bucket] ?? 0;
      }
      return { total, failed };
    },
    clear: () => void turns.fill(-BUCKETS),
  };
}
