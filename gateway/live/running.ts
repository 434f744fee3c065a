import { setTimeout as pause } from 'node:timers/promises';
import { withoutTrace } from '#observability/tracing.ts';
import type { MoveOptions } from './subscription.ts';

/** A subscription that runs. */
export interface RunningSubscription {
  /** There once it has begun. */
  move?: (options: MoveOptions) => void;
  unlisten?: () => void;
}

/** The subscriptions that run in this gateway. */
export interface Running {
  enter(): RunningSubscription;
  leave(subscription: RunningSubscription): void;
  size(): number;
  /** Moves all that run now, in no order over this time; a later call takes the place of one that is under way. */
  moveAll(spreadMs: number, signal: AbortSignal): void;
}

/** How often some are moved, milliseconds. */
const STEP_MS = 20;

/** Makes the list, empty. */
export function createRunning(): Running {
  const running = new Set<RunningSubscription>();
  let moving = new AbortController();

  async function move(spreadMs: number, signal: AbortSignal): Promise<void> {
    const all = shuffled([...running]);
    const atOnce = Math.max(1, Math.ceil((all.length * STEP_MS) / Math.max(spreadMs, STEP_MS)));
    while (all.length > 0) {
      if (spreadMs > 0) await pause(STEP_MS, undefined, { signal });
      for (const each of all.splice(-atOnce)) if (running.has(each)) each.move?.({ authorize: false });
    }
  }

  return {
    enter() {
      const subscription: RunningSubscription = {};
      running.add(subscription);
      return subscription;
    },
    leave(subscription) {
      running.delete(subscription);
      subscription.unlisten?.();
    },
    size: () => running.size,
    moveAll(spreadMs, signal) {
      moving.abort();
      moving = new AbortController();
      const either = AbortSignal.any([moving.signal, signal]);
      // It rejects where it is stopped.
      withoutTrace(() => move(spreadMs, either)).catch(() => {});
    },
  };
}

function shuffled<Item>(items: Item[]): Item[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [items[last], items[other]] = [items[other] as Item, items[last] as Item];
  }
  return items;
}
