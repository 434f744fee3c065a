import { LRUCache } from 'lru-cache';
import type { Counter, Wanted } from './counter.ts';

/** Counts that are taken from here as long as something is left of what was taken from the shared ones. */
export interface Allowances {
  /** As {@link Counter}, but answers null where all could be taken, and at once where nobody had to be asked. */
  spend(wanted: readonly Wanted[]): Refused | null | Promise<Refused | null>;
}

export interface Refused {
  /** Which of the counts had too little left. */
  lacking: number;
  retryAfterMs: number;
}

interface Allowance {
  left: number;
  /** When what is left is forgotten: it belongs to the window in which it was taken. */
  endsAt: number;
  /** Until then nobody needs to be asked. */
  refusedUntil: number;
}

/** Far more than one process serves in a window; whoever is forgotten is counted anew, from the shared count. */
const ALLOWANCES_KEPT = 100_000;

/** Makes the allowances of one process. */
export function createAllowances(counter: Counter, now: () => number): Allowances {
  const allowances = new LRUCache<string, Allowance>({ max: ALLOWANCES_KEPT });

  function leftOf({ key }: Wanted, at: number): number {
    const allowance = allowances.get(key);
    return allowance === undefined || allowance.endsAt <= at ? 0 : allowance.left;
  }

  function add(key: string, more: Partial<Allowance>, count: number, at: number): void {
    const known = allowances.get(key);
    const left = known === undefined || known.endsAt <= at ? 0 : known.left;
    allowances.set(key, { endsAt: 0, refusedUntil: 0, ...known, ...more, left: left + count });
  }

  function takeLocally(wanted: readonly Wanted[]): void {
    for (const { key, needed } of wanted) {
      const allowance = allowances.get(key);
      if (allowance !== undefined) allowance.left -= needed;
    }
  }

  async function ask(wanted: readonly Wanted[], at: number): Promise<Refused | null> {
    const asked = wanted.filter((each) => leftOf(each, at) < each.needed);
    const answer = await counter.take(asked);
    if ('lacking' in answer) {
      const { lacking, retryAfterMs } = answer;
      const count = asked[lacking];
      if (count === undefined) return null;
      // Somebody who needs less may still have it.
      if (count.needed === 1) add(count.key, { refusedUntil: now() + retryAfterMs }, 0, now());
      return { lacking: wanted.indexOf(count), retryAfterMs };
    }
    for (const [index, { key, windowMs }] of asked.entries())
      add(key, { endsAt: now() + windowMs }, answer.taken[index] ?? 0, now());
    takeLocally(wanted);
    return null;
  }

  return {
    spend(wanted) {
      const at = now();
      let isEnough = true;
      for (const [lacking, each] of wanted.entries()) {
        if (leftOf(each, at) >= each.needed) continue;
        isEnough = false;
        const until = allowances.peek(each.key)?.refusedUntil ?? 0;
        if (until > at) return { lacking, retryAfterMs: Math.ceil(until - at) };
      }
      if (!isEnough) return ask(wanted, at);
      takeLocally(wanted);
      return null;
    },
  };
}
