import { withoutTrace } from '#observability/tracing.ts';
import { createLocalPlaces } from '../connections/occupancy.ts';
import { overTime } from '../connections/over-time.ts';
import type { MoveOptions } from '../delivery/subscription.ts';

/** A subscription's place among those that run. */
export interface RunningPlace {
  /** It listens: from now on it counts, and is moved with all others. */
  begun(move: Move): void;
  /** It ended, or did not begin. */
  over(): void;
}

type Move = (options: MoveOptions) => void;

/** The subscriptions that run in this gateway. */
export interface Running {
  /**
   * A place for one that is about to begin; null where its viewer has as many as they may.
   *
   * @param viewerId null for nobody, whose number is not limited
   */
  enter(viewerId: string | null): RunningPlace | null;
  size(): number;
  /** Moves all that run now, in no order over this time; a later call takes the place of one that is under way. */
  moveAll(spreadMs: number, signal: AbortSignal): void;
}

/** Makes the list, empty. */
export function createRunning(maxPerViewer: number): Running {
  const running = new Set<Move>();
  const viewers = createLocalPlaces();
  let moving = new AbortController();
  return {
    enter(viewerId) {
      if (viewerId !== null && viewers.countOf(viewerId) >= maxPerViewer) return null;
      if (viewerId !== null) viewers.take(viewerId);
      let own: Move | undefined;
      return {
        begun(move) {
          own = move;
          running.add(move);
        },
        over() {
          if (own !== undefined) running.delete(own);
          if (viewerId !== null) viewers.leave(viewerId);
        },
      };
    },
    size: () => running.size,
    moveAll(spreadMs, signal) {
      moving.abort();
      moving = new AbortController();
      const each = (move: Move) => {
        if (running.has(move)) move({ authorize: false });
      };
      const either = AbortSignal.any([moving.signal, signal]);
      // It rejects where it is stopped.
      withoutTrace(() => overTime(running, spreadMs, { signal: either, each })).catch(() => {});
    },
  };
}
