import { ownerOnly, type TopicDefinition } from '#platform/events/topic.ts';
import { gymTopic, personTopic } from '../events/events.ts';

/** What clients can listen to. */
export function createTopics(): TopicDefinition[] {
  return [
    { pattern: personTopic('{id}'), mode: 'logged', authorize: ownerOnly },
    {
      // What a gym's schedule looks like is for every member of the platform to see.
      pattern: gymTopic('{id}'),
      mode: 'logged',
      authorize: async ({ kind }) => (kind === 'person' ? { fromSeq: 1, toSeq: null } : null),
    },
  ];
}
