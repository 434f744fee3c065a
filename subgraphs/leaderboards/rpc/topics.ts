import { validate as isUuid } from 'uuid';
import type { LoggedEvent } from '#platform/event-log/event.ts';
import { ownerOnly, type TopicDefinition } from '#platform/events/topic.ts';
import { boardTopic, historyTopic, personTopic } from '../events/events.ts';
import type { Store } from '../store/store.ts';

/** What clients can listen to. */
export function createTopics({ boards }: Pick<Store, 'boards'>): TopicDefinition[] {
  return [
    { pattern: personTopic('{id}'), mode: 'logged', authorize: ownerOnly },
    {
      // Whoever listens reads the board anew. Of friends each sees a board of their own.
      pattern: boardTopic('{id}'),
      mode: 'state',
      async authorize(viewer, id, call) {
        if (viewer.kind !== 'person' || !isUuid(id)) return null;
        const [board] = await boards.get(viewer.id, [id], 0, call.signal);
        return board === undefined ? null : { fromSeq: 1, toSeq: null, isShared: board.kind !== 'FRIENDS' };
      },
    },
    // For other services; clients look at the board.
    { pattern: historyTopic('{id}'), mode: 'logged', authorize: async () => null },
  ];
}

/** Boards that look different although nobody's score changed: those of people who are named now or no longer, for one. */
export async function wakesOf(
  { boards }: Pick<Store, 'boards'>,
  events: readonly LoggedEvent[],
): Promise<string[]> {
  const renamed = events.flatMap(({ playerVisibilityChanged: change }) => change?.userId ?? []);
  const changed = events.flatMap(({ boardChanged: change }) => change?.leaderboardId ?? []);
  const leaderboardIds = renamed.length === 0 ? [] : await boards.listOf(renamed);
  return [...new Set([...leaderboardIds, ...changed])].map(boardTopic);
}
