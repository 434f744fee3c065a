import { validate as isUuid } from 'uuid';
import type { LoggedEvent } from '#platform/event-log/event.ts';
import { ownerOnly, type TopicDefinition } from '#platform/events/topic.ts';
import {
  conversationTopic,
  memberOf,
  personTopic,
  recountedConversation,
  sharedFrom,
} from '../events/events.ts';
import type { Store } from '../store/store.ts';

/** What clients can listen to. */
export function createTopics({ conversations }: Store): TopicDefinition[] {
  return [
    {
      pattern: conversationTopic('{id}'),
      mode: 'logged',
      async authorize(viewer, id, call) {
        if (viewer.kind !== 'person' || !isUuid(id)) return null;
        const interval = await conversations.findInterval(viewer.id, id, call.signal);
        return interval && { fromSeq: interval.joinedSeq, toSeq: interval.leftSeq };
      },
      accessChangedFor(event) {
        const member = memberOf(event);
        return member === null ? [] : [member];
      },
      sharedFrom,
    },
    {
      // Whoever listens asks again how much is unread; that markers moved stands in the log, what was written elsewhere.
      pattern: personTopic('{id}'),
      mode: 'state',
      authorize: ownerOnly,
    },
  ];
}

/** The topics of those whose unread counts these events may have changed. */
export async function wakesOf({ conversations }: Store, events: readonly LoggedEvent[]): Promise<string[]> {
  const recounted = new Set(events.map(recountedConversation).filter((id) => id !== null));
  const gone = events.map(memberOf).filter((id) => id !== null);
  const present = recounted.size === 0 ? [] : await conversations.listPresent([...recounted]);
  return [...new Set([...present, ...gone])].map(personTopic);
}
