import type { JobDefinition } from '#platform/jobs/jobs.ts';
import type { Standings } from '../adapters/ranks/standings.ts';
import type { PeriodStore } from '../store/periods.ts';

/** Twice the time between two runs: a period that begins is found, though a run was late. */
const BEGUN_WITHIN_MS = 10 * 60_000;

/** What the clock does to boards: months and weeks begin, and their ranks become final. */
export function createJobs(periods: PeriodStore, standings: Standings): JobDefinition[] {
  return [
    {
      name: 'begin-periods',
      cron: '*/5 * * * *',
      async run(signal) {
        await standings.wake(await periods.listBegun(BEGUN_WITHIN_MS, signal));
      },
    },
    {
      name: 'close-periods',
      cron: '17 * * * *',
      async run(signal) {
        await periods.close(signal);
        await periods.prune(signal);
      },
    },
  ];
}
