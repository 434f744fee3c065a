import type { Store } from '../store/store.ts';

/** Keeps sessions in line with their classes. */
export type Planning = ReturnType<typeof createPlanning>;

export function createPlanning({ classes, bookings }: Pick<Store, 'classes' | 'bookings'>) {
  async function plan(gymClassId: string, signal?: AbortSignal): Promise<void> {
    const { surplus, fillable } = await classes.plan(gymClassId);
    // Each in a transaction of its own: hundreds may have booked it. What is cut off here, the next plan does.
    for (const id of surplus) {
      signal?.throwIfAborted();
      await bookings.cancelSession(id);
    }
    for (const id of fillable) {
      signal?.throwIfAborted();
      await bookings.fill(id);
    }
  }

  return {
    /** Brings one class's sessions to come in line. */
    plan,

    /** Plans further ahead what is not planned far enough, and clears away what has ended. */
    async planAll(signal: AbortSignal): Promise<void> {
      for (const gymClassId of await classes.listUnplanned(signal)) await plan(gymClassId, signal);
    },
  };
}
