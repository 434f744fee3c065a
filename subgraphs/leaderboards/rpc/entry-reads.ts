import type { KeyObject } from 'node:crypto';
import type { LeaderboardEntry__Output } from '#gen/proto/fitme/leaderboards/v1/LeaderboardEntry.ts';
import type { Standings } from '../adapters/ranks/standings.ts';
import { pseudonymOf } from '../rules/pseudonyms.ts';
import { goalPercentOf, mayName, scoreOf } from '../rules/rules.ts';
import { type Place, type RankSet, rankSetId } from '../rules/standings.ts';
import type { BoardStore, BoardView } from '../store/boards.ts';
import type { PlaceStore, PlacesBySet, Sight } from '../store/places.ts';

/** A part of a board, as one person may see it. */
export interface BoardPart {
  leaderboardId: string;
  /** How many are ranked. */
  size: number;
  entries: LeaderboardEntry__Output[];
  /** Rank of the first place that was read; 0 where none was. */
  firstRank: number;
  /** Rank of the last place that was read; 0 where none was. */
  lastRank: number;
}

/** Boards as people may see them: places from the standings, names by what each player lets the viewer know. */
export interface Entries {
  /**
   * Places from `first` to `last` of each, from 0, both included; below 0 they count from the end. Null stands for all who
   * may see these boards: places and scores, and of nobody what they are called. Friends' boards are not among them then.
   */
  read(
    viewerId: string | null,
    views: readonly BoardView[],
    first: number,
    last: number,
    signal: AbortSignal,
  ): Promise<BoardPart[]>;
  /** The viewer's places, with those around them. */
  readAround(
    viewerId: string,
    views: readonly BoardView[],
    radius: number,
    signal: AbortSignal,
  ): Promise<BoardPart[]>;
}

export interface EntriesOptions {
  standings: Standings;
  boards: BoardStore;
  places: PlaceStore;
  pseudonymKey: KeyObject;
}

type Window = (size: number, ownIndex: number) => { first: number; last: number };

/** However many boards are asked for, PostgreSQL answers three statements at most: friends, names, and what Redis lacks. */
export function createEntries({ standings, boards, places, pseudonymKey }: EntriesOptions): Entries {
  /** On a friends' board the viewer and their friends are ranked among themselves: they are few, and read as a whole. */
  async function readFriends(
    viewerId: string,
    views: readonly BoardView[],
    windowOf: Window,
    signal: AbortSignal,
  ): Promise<PlacesBySet> {
    if (views.length === 0) return new Map();
    const friendIds = await boards.listFriends(viewerId, signal);
    const found = await standings.readAmong(views.map(setOf), [viewerId, ...friendIds], signal);
    for (const all of found.values()) {
      const ownIndex = all.places.findIndex(({ userId }) => userId === viewerId);
      const { first, last } = windowOf(all.size, ownIndex);
      all.places = all.places.slice(first, last + 1);
    }
    return found;
  }

  async function present(
    viewerId: string | null,
    views: readonly BoardView[],
    found: PlacesBySet,
    signal: AbortSignal,
  ): Promise<BoardPart[]> {
    const placesOf = (view: BoardView) => found.get(rankSetId(setOf(view)))?.places ?? [];
    const standing = views.flatMap((view) =>
      placesOf(view).map(({ userId }) => ({ ...setOf(view), userId })),
    );
    const sights = standing.length === 0 ? [] : await places.sights(viewerId, standing, signal);
    const sightOf = new Map(sights.map((sight) => [`${rankSetId(sight)}.${sight.userId}`, sight]));
    return views.map((view) => {
      const set = setOf(view);
      const ranked = placesOf(view);
      const entries = ranked.flatMap((place) => {
        const sight = sightOf.get(`${rankSetId(set)}.${place.userId}`);
        if (sight === undefined) return [];
        const who = viewerId === null ? NOBODY : whoIs(view, place, sight);
        return [{ ...scoreAt(view, place), ...who }];
      });
      return {
        leaderboardId: view.id,
        size: found.get(rankSetId(set))?.size ?? 0,
        entries,
        firstRank: ranked[0]?.rank ?? 0,
        lastRank: ranked.at(-1)?.rank ?? 0,
      };
    });
  }

  function whoIs({ id }: BoardView, { userId }: Place, sight: Sight) {
    const isNamed = mayName(sight);
    const who = isNamed ? { playerId: userId } : { pseudonym: pseudonymOf(pseudonymKey, id, userId) };
    return { ...who, own: sight.same };
  }

  async function readBoth(
    viewerId: string | null,
    views: readonly BoardView[],
    windowOf: Window,
    readOthers: (sets: RankSet[]) => Promise<PlacesBySet>,
    signal: AbortSignal,
  ): Promise<BoardPart[]> {
    const [amongFriends, others] = await Promise.all([
      viewerId === null ? NO_PLACES : readFriends(viewerId, views.filter(isFriends), windowOf, signal),
      readOthers(views.filter((view) => !isFriends(view)).map(setOf)),
    ]);
    return present(viewerId, views, new Map([...amongFriends, ...others]), signal);
  }

  return {
    read: (viewerId, views, first, last, signal) =>
      readBoth(
        viewerId,
        views,
        (size) => (first < 0 ? { first: Math.max(0, size + first), last: size - 1 } : { first, last }),
        (sets) => standings.read(sets, first, last, signal),
        signal,
      ),
    readAround: (viewerId, views, radius, signal) =>
      readBoth(
        viewerId,
        views,
        (_size, own) =>
          own < 0 ? { first: 0, last: -1 } : { first: Math.max(0, own - radius), last: own + radius },
        (sets) => standings.readAround(sets, viewerId, radius, signal),
        signal,
      ),
  };
}

/** What all who may see a board know of who stands there. */
const NOBODY = { own: false };

const NO_PLACES: PlacesBySet = new Map();

function scoreAt(view: BoardView, { rank, score }: Place) {
  const goalPercent = goalPercentOf(view, score);
  return { rank, score: scoreOf(view, score), ...(goalPercent !== null && { goalPercent }) };
}

function isFriends({ kind }: BoardView): boolean {
  return kind === 'FRIENDS';
}

function setOf({ id, startsOn }: BoardView): RankSet {
  return { leaderboardId: id, startsOn };
}
