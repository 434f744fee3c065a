import type { JobDefinition } from '#platform/jobs/jobs.ts';
import type { Planning } from '../rpc/planning.ts';
import type { Store } from '../store/store.ts';

/** What the domain does by the clock. Each does the rest where it was cut off. */
export function createJobs({ memberships }: Store, planning: Planning): JobDefinition[] {
  return [
    { name: 'plan-class-sessions', cron: '17 * * * *', run: (signal) => planning.planAll(signal) },
    { name: 'end-memberships', cron: '2 * * * *', run: (signal) => memberships.endExpired(signal) },
  ];
}
