import type { TopicDefinition } from '#platform/domain.ts';
import { ownerOnly } from '#platform/events/owner-only.ts';
import { inboxTopic } from '../events/events.ts';

/** What clients can listen to. */
export function createTopics(): TopicDefinition[] {
  return [{ pattern: inboxTopic('{id}'), mode: 'logged', authorize: ownerOnly }];
}
