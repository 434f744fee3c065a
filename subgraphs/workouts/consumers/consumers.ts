import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import type { LoggedEvent } from '#platform/event-log/event.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import type { GrantChange } from '#platform/grants/grants-consumer.ts';
import { accessChanged, measurementsTopic, personTopic } from '../events/events.ts';
import type { UsersClient } from '../rpc/days.ts';
import type { TimeZoneStore } from '../store/time-zones.ts';

/** Time zones by person. */
type TimeZones = ReadonlyMap<string, string>;

/** Where people live, once they have trained here. */
export function createUsersConsumer(
  timeZones: TimeZoneStore,
  users: UsersClient,
): ConsumerDefinition<PrismaClient, TimeZones> {
  return {
    name: 'time-zones-of-users',
    from: 'users',
    kinds: ['users.profile-changed'],
    load: (events) => loadTimeZones(events, users),
    async apply({ tx }, { profileChanged }, loaded) {
      const timeZone = profileChanged && loaded.get(profileChanged.userId);
      if (timeZone) await timeZones.keep(tx, profileChanged.userId, timeZone);
    },
  };
}

/** Tells the topics of a client what a trainer may see of them from now on: whoever may see no more is let go. */
export async function tellTopics(
  { append }: Transaction<PrismaClient>,
  { trainerId, clientId, before, after }: GrantChange,
): Promise<void> {
  const changed = ([permission, topic]: readonly ['WORKOUTS' | 'MEASUREMENTS', string]) =>
    before.includes(permission) === after.includes(permission)
      ? []
      : [accessChanged(topic, clientId, trainerId)];
  const topics = [
    ['WORKOUTS', personTopic(clientId)],
    ['MEASUREMENTS', measurementsTopic(clientId)],
  ] as const;
  const events = topics.flatMap(changed);
  if (events.length > 0) await append(...events);
}

async function loadTimeZones(events: readonly LoggedEvent[], users: UsersClient): Promise<TimeZones> {
  const userIds = events.flatMap(({ profileChanged }) => (profileChanged ? [profileChanged.userId] : []));
  if (userIds.length === 0) return new Map();
  const { timeZones } = await users.batchGetTimeZones({ userIds: [...new Set(userIds)] }, { as: 'service' });
  return new Map(timeZones.map(({ userId, timeZone }) => [userId, timeZone]));
}
