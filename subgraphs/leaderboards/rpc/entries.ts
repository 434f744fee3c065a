import { z } from 'zod';
import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import { defineCursor } from '#platform/service/cursor.ts';
import { type PageWindow, windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { readerOf, requirePerson } from '#platform/viewer.ts';
import type { BoardPart } from './entry-reads.ts';
import type { ServiceParts } from './parts.ts';

type Methods = 'BatchListLeaderboardEntries' | 'BatchListLeaderboardEntriesAroundOwn';

/** Who stands where. */
export function createEntryHandlers({
  store: { boards },
  entries,
}: Pick<ServiceParts, 'store' | 'entries'>): Pick<Handlers<LeaderboardsServiceDefinition>, Methods> {
  return {
    async BatchListLeaderboardEntries({ leaderboardIds, periodsAgo, page }, { viewer, signal }) {
      const viewerId = readerOf(viewer);
      const views = await boards.get(viewerId, leaderboardIds, periodsAgo, signal);
      const starts = new Map(views.map(({ id, startsOn }) => [id, startsOn]));
      // A cursor comes only where one board is named.
      const [only] = views;
      const window = windowOf(page, rankCursor(only?.id ?? '', only?.startsOn ?? ''));
      const { first, last } = placesOf(window);
      const parts = await entries.read(viewerId, views, first, Math.max(first, last), signal);
      const nothing = { entries: [], firstRank: 0, lastRank: 0 };
      return {
        pages: parts.map((part) =>
          pageOf(last < first ? { ...part, ...nothing } : part, starts.get(part.leaderboardId) ?? ''),
        ),
      };
    },

    async BatchListLeaderboardEntriesAroundOwn({ leaderboardIds, radius, periodsAgo }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const views = await boards.get(viewerId, leaderboardIds, periodsAgo, signal);
      const parts = await entries.readAround(viewerId, views, radius, signal);
      return {
        neighbourhoods: parts
          .filter((part) => part.entries.length > 0)
          .map((part) => ({ leaderboardId: part.leaderboardId, entries: part.entries })),
      };
    },
  };
}

/** Cursors of a board in a period: ranks. They tell nothing of who stands there, and a page is read in O(log n). */
function rankCursor(leaderboardId: string, startsOn: string) {
  return defineCursor(
    `leaderboards.entries.${leaderboardId}.${startsOn}`,
    z.tuple([z.int().min(1).max(1e9)]),
  );
}

/** From 0, both included; below 0 they count from the end. Nothing stands in front of the first place. */
function placesOf({ direction, size, from }: PageWindow<[number]>): { first: number; last: number } {
  if (direction === 'forwards') {
    const first = from?.[0] ?? 0;
    return { first, last: first + size - 1 };
  }
  if (from === null) return { first: -size, last: -1 };
  const last = from[0] - 2;
  return { first: Math.max(0, last - size + 1), last };
}

/** `size` tells whether more follow: no place is read for it. */
function pageOf({ leaderboardId, size, entries, firstRank, lastRank }: BoardPart, startsOn: string) {
  const cursor = rankCursor(leaderboardId, startsOn);
  const edges = entries.map((entry) => ({ entry, cursor: cursor.encode([entry.rank]) }));
  return {
    leaderboardId: leaderboardId,
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor,
      endCursor: edges.at(-1)?.cursor,
      hasNextPage: lastRank > 0 && lastRank < size,
      hasPreviousPage: firstRank > 1,
    },
    totalCount: size,
  };
}
