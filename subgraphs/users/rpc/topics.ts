import { ownerOnly, type TopicDefinition } from '#platform/events/topic.ts';
import { personTopic, REVOCATIONS_TOPIC } from '../events/events.ts';

/** What clients can listen to. */
export function createTopics(): TopicDefinition[] {
  return [
    // Read by everyone who verifies tokens, under a token of their own; no person listens to it.
    { pattern: REVOCATIONS_TOPIC, mode: 'logged', authorize: async () => null },
    { pattern: personTopic('{id}'), mode: 'logged', authorize: ownerOnly },
  ];
}
