import { validate as isUuid } from 'uuid';
import type { TopicDefinition } from '#platform/events/topic.ts';
import type { TrainerGrants } from '#platform/grants/trainer-grants.ts';
import { memberOf, personTopic, shoppingListTopic } from '../events/events.ts';
import type { Store } from '../store/store.ts';

/** What clients can listen to. */
export function createTopics({ shopping }: Store, grants: TrainerGrants): TopicDefinition[] {
  return [
    {
      pattern: personTopic('{id}'),
      mode: 'logged',
      // Events name ids alone: a trainer may know since when, and reads only what the grant lets them read.
      async authorize(viewer, id, call) {
        if (viewer.kind !== 'person' || !isUuid(id)) return null;
        const permitted = await grants.permits(viewer.id, id, 'DIET', call.signal);
        return permitted ? { fromSeq: 1, toSeq: null } : null;
      },
      accessChangedFor: ({ dietAccessChanged }) => (dietAccessChanged ? [dietAccessChanged.trainerId] : []),
    },
    {
      pattern: shoppingListTopic('{id}'),
      mode: 'logged',
      async authorize(viewer, id, call) {
        if (viewer.kind !== 'person' || !isUuid(id)) return null;
        const interval = await shopping.findInterval(viewer.id, id, call.signal);
        return interval && { fromSeq: interval.joinedSeq, toSeq: interval.leftSeq };
      },
      accessChangedFor(event) {
        const member = memberOf(event);
        return member === null ? [] : [member];
      },
    },
  ];
}
