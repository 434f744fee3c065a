import type { TopicDefinition } from '../domain.ts';

/** A topic's definition, and the id in its name. */
export interface TopicMatch {
  definition: TopicDefinition;
  /** What stands in the place of "{id}"; empty where the pattern has none. */
  id: string;
}

/** Finds the definition whose pattern ("messaging.conversation.{id}") a topic fits. An id holds no dot. */
export function matchTopic(definitions: readonly TopicDefinition[], topic: string): TopicMatch | null {
  for (const definition of definitions) {
    const [prefix = '', rest] = definition.pattern.split('{id}');
    if (rest === undefined && topic === prefix) return { definition, id: '' };
    const id = topic.slice(prefix.length);
    if (rest === '' && topic.startsWith(prefix) && id !== '' && !id.includes('.')) return { definition, id };
  }
  return null;
}
