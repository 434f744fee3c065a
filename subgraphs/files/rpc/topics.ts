import type { TopicDefinition } from '#platform/domain.ts';
import { ownerOnly } from '#platform/events/owner-only.ts';
import { personTopic } from '../events/events.ts';

/** What clients can listen to. */
export function createTopics(): TopicDefinition[] {
  return [{ pattern: personTopic('{id}'), mode: 'logged', authorize: ownerOnly }];
}
