import { addDays, dayOf } from '#platform/days.ts';
import { backgroundCall } from '#platform/grpc/outgoing-call.ts';
import type { JobDefinition } from '#platform/jobs/jobs.ts';
import type { UsersClient } from '../rpc/people.ts';
import type { Store } from '../store/store.ts';

export interface JobParts {
  store: Store;
  users: UsersClient;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** Days that one turn reads; their people's time zones are one call. */
const batchSize = 500;

/** How long after its end a day stays open, milliseconds: dinner is noted after midnight too. */
const openAfterEndMs = 3 * 60 * 60_000;

/** Closes days that nobody closed, three hours after they end where their person lives. */
export function createDayClosing({ store: { foodLog }, users, now }: JobParts): JobDefinition {
  return {
    name: 'close-days',
    cron: '*/10 * * * *',
    async run(signal) {
      // It is never more than a day later anywhere than it is by UTC.
      const last = addDays(dayOf(now(), 'UTC'), 1);
      let behind = { day: '0001-01-01', userId: '00000000-0000-0000-0000-000000000000' };
      for (;;) {
        const open = await foodLog.listOpen(last, behind, batchSize, signal);
        const userIds = [...new Set(open.map(({ userId }) => userId))];
        const { timeZones } =
          userIds.length === 0
            ? { timeZones: [] }
            : await users.batchGetTimeZones({ userIds }, { as: 'service', call: backgroundCall(signal) });
        const zoneOf = new Map(timeZones.map(({ userId, timeZone }) => [userId, timeZone]));
        for (const { userId, day } of open) {
          signal.throwIfAborted();
          const closable = dayOf(now() - openAfterEndMs, zoneOf.get(userId) ?? 'UTC');
          if (day < closable) await foodLog.close(userId, day);
        }
        const end = open.at(-1);
        if (end === undefined || open.length < batchSize) return;
        behind = end;
      }
    },
  };
}
