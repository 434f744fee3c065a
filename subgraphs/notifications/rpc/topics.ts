import { ownerOnly, type TopicDefinition } from '#platform/events/topic.ts';
import { inboxTopic } from '../events/events.ts';

/** What clients can listen to. */
export function createTopics(): TopicDefinition[] {
  return [{ pattern: inboxTopic('{id}'), mode: 'logged', authorize: ownerOnly }];
}
