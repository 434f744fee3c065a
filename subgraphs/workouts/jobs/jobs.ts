import { addDays, dayOf } from '#platform/days.ts';
import type { JobDefinition } from '#platform/jobs/jobs.ts';
import type { Store } from '../store/store.ts';

/** How long after its last day an assignment still waits for days that are done late. */
const GRACE_DAYS = 14;

/** What goes on by itself. */
export function createJobs({ sessions, assignments }: Store, now: () => number): JobDefinition[] {
  return [
    {
      name: 'workouts.abandon-idle-sessions',
      cron: '*/30 * * * *',
      run: (signal) => untilNone(() => sessions.abandonIdle(), signal),
    },
    {
      name: 'workouts.complete-assignments',
      cron: '41 * * * *',
      run: (signal) => {
        const day = addDays(dayOf(now(), 'UTC'), -GRACE_DAYS);
        return untilNone(() => assignments.completeDue(day), signal);
      },
    },
  ];
}

async function untilNone(work: () => Promise<number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await work()) > 0);
}
