import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { CallContext } from '#platform/call.ts';
import { type Day, dayOf } from '#platform/days.ts';
import { DomainError } from '#platform/errors.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import type { TimeZoneStore } from '../store/time-zones.ts';

export type UsersClient = Pick<ServiceClient<UsersServiceDefinition>, 'batchGetTimeZones'>;

/** Which day it is for people. */
export type Days = ReturnType<typeof createDays>;

export interface DaysParts {
  timeZones: TimeZoneStore;
  users: UsersClient;
  /** The present, milliseconds since 1970. */
  now(): number;
}

export function createDays({ timeZones, users, now }: DaysParts) {
  return {
    /**
     * The day of an instant for somebody who trains. Users are asked the first time; their events keep it afterwards.
     * @throws DomainError FAILED_PRECONDITION where there is no such person any more.
     */
    async of(userId: string, instant: Date | number, call: CallContext): Promise<Day> {
      const known = (await timeZones.known([userId], call.signal)).get(userId);
      return dayOf(instant, known ?? (await ask(userId, call)));
    },

    /** Today for each of these people; in UTC for those who have never trained here. */
    async today(userIds: readonly string[], signal: AbortSignal): Promise<{ userId: string; today: Day }[]> {
      const known = await timeZones.known(userIds, signal);
      return userIds.map((userId) => ({ userId, today: dayOf(now(), known.get(userId) ?? 'UTC') }));
    },
  };

  async function ask(userId: string, call: CallContext): Promise<string> {
    const answer = await users.batchGetTimeZones({ userIds: [userId] }, { call, as: 'service' });
    const timeZone = answer.timeZones[0]?.timeZone;
    if (timeZone === undefined) {
      throw new DomainError('FAILED_PRECONDITION', 'There is no such person any more: sign up anew.');
    }
    await timeZones.learn(userId, timeZone);
    return timeZone;
  }
}
