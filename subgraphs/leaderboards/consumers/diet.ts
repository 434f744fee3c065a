import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import type { ActivityStore } from '../store/activities.ts';

/** Events in one transaction: each computes what somebody scores on all of their boards. */
const BATCH = 50;

/** Days that were closed within the diet's target. */
export function createDietConsumer(activities: ActivityStore): ConsumerDefinition<PrismaClient, null> {
  return {
    name: 'activities-of-diet',
    from: 'diet',
    batch: BATCH,
    kinds: ['diet.day-closed'],
    load: async () => null,
    async apply(transaction, event) {
      if (!event.dayClosed?.withinTarget) return;
      const { userId, day } = event.dayClosed;
      const occurredAt = requiredDateOf(event.occurredAt);
      await activities.recordDayOnTarget(transaction, { eventId: event.id, userId, occurredAt, day });
    },
  };
}
