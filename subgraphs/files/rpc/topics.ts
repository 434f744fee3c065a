import { ownerOnly, type TopicDefinition } from '#platform/events/topic.ts';
import { personTopic } from '../events/events.ts';

/** What clients can listen to. */
export function createTopics(): TopicDefinition[] {
  return [{ pattern: personTopic('{id}'), mode: 'logged', authorize: ownerOnly }];
}
