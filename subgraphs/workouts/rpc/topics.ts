import { validate as isUuid } from 'uuid';
import type { LoggedEvent } from '#platform/event-log/event.ts';
import type { TopicAccess, TopicDefinition } from '#platform/events/topic.ts';
import type { TrainerGrants } from '#platform/grants/trainer-grants.ts';
import type { Viewer } from '#platform/viewer.ts';
import { measurementsTopic, personTopic } from '../events/events.ts';

/** What clients can listen to: people to all of their own, and trainers for as long as they are let. */
export function createTopics(grants: TrainerGrants): TopicDefinition[] {
  const lookUp =
    (permission: 'WORKOUTS' | 'MEASUREMENTS') =>
    async (viewer: Viewer, userId: string, call: { signal: AbortSignal }): Promise<TopicAccess | null> => {
      if (viewer.kind !== 'person' || !isUuid(userId)) return null;
      const permitted = await grants.permits(viewer.id, userId, permission, call.signal);
      return permitted ? { fromSeq: 1, toSeq: null } : null;
    };
  return [
    {
      pattern: personTopic('{id}'),
      mode: 'logged',
      authorize: lookUp('WORKOUTS'),
      accessChangedFor: trainersOf,
    },
    {
      pattern: measurementsTopic('{id}'),
      mode: 'logged',
      authorize: lookUp('MEASUREMENTS'),
      accessChangedFor: trainersOf,
    },
  ];
}

function trainersOf({ workoutAccessChanged }: LoggedEvent): string[] {
  return workoutAccessChanged ? [workoutAccessChanged.trainerId] : [];
}
