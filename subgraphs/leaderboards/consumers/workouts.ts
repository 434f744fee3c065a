import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { ProgressServiceDefinition } from '#gen/proto/fitme/workouts/v1/ProgressService.ts';
import type { WorkoutSessionTotals__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSessionTotals.ts';
import { dayOf } from '#platform/days.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import { keptOf } from '../rules/rules.ts';
import type { ActivityStore } from '../store/activities.ts';

/** What sessions add up to, by their ids. */
type Totals = ReadonlyMap<string, WorkoutSessionTotals__Output>;

/** Events in one transaction: each computes what somebody scores on all of their boards. */
const BATCH = 50;

/** Sessions that were finished, and records that were broken in them. */
export function createWorkoutsConsumer(
  activities: ActivityStore,
  progress: Pick<ServiceClient<ProgressServiceDefinition>, 'batchGetWorkoutSessionTotals'>,
): ConsumerDefinition<PrismaClient, Totals> {
  return {
    name: 'activities-of-workouts',
    from: 'workouts',
    batch: BATCH,
    kinds: ['workouts.session-finished', 'workouts.record-broken'],
    async load(events) {
      const ids = events.flatMap(
        ({ sessionFinished, recordBroken }) => (sessionFinished ?? recordBroken)?.workoutSessionId ?? [],
      );
      const workoutSessionIds = [...new Set(ids)];
      const { totals } = await progress.batchGetWorkoutSessionTotals(
        { workoutSessionIds },
        { as: 'service' },
      );
      return new Map(totals.map((session) => [session.workoutSessionId, session]));
    },
    async apply(transaction, event, totals) {
      const { sessionFinished, recordBroken } = event;
      const session = totals.get((sessionFinished ?? recordBroken)?.workoutSessionId ?? '');
      if (sessionFinished && session) {
        await activities.recordSession(transaction, {
          eventId: event.id,
          userId: session.userId,
          occurredAt: requiredDateOf(session.finishedAt),
          day: session.localDay,
          sessionId: session.workoutSessionId,
          volumeGrams: keptOf('VOLUME', session.volumeKg),
        });
      } else if (recordBroken) {
        const { personalRecordId: recordId, userId } = recordBroken;
        const occurredAt = requiredDateOf(event.occurredAt);
        // Of a session that is not finished it is not known on which of the person's days it began.
        const day = session?.localDay ?? dayOf(occurredAt, 'UTC');
        const record = { eventId: event.id, userId, occurredAt, day, recordId };
        await activities.recordBrokenRecord(transaction, record);
      }
    },
  };
}
