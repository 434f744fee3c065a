import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import { bigramsOf, maySeeProfile, type ProfileVisibility } from '../rules/rules.ts';
import type { Card } from './people.ts';

/** What a person tells about themselves. */
export interface ProfileRow {
  id: string;
  bio: string | null;
  locale: string;
  timeZone: string;
  units: 'METRIC' | 'IMPERIAL';
  /** YYYY-MM-DD. */
  bornOn: string | null;
  sex: 'FEMALE' | 'MALE' | 'OTHER' | null;
  heightCm: number | null;
  objective: 'LOSE_WEIGHT' | 'GAIN_MUSCLE' | 'MAINTAIN' | 'ENDURANCE' | 'STRENGTH' | null;
  version: number;
}

/** Rank of the match, and the handle, which is unique. */
export type SearchKeys = [rank: number, handle: string];
export const searchCursor = defineCursor<SearchKeys>(
  'users.search',
  z.tuple([z.int().min(0).max(4), z.string()]),
);

/** Reads on people that depend on who asks. */
export interface ProfileStore {
  /** Those that the viewer may see, in any order; one statement. */
  visibleProfiles(viewerId: string, ids: readonly string[], signal: AbortSignal): Promise<ProfileRow[]>;
  /** Those of people who exist, in any order; one statement. */
  timeZones(ids: readonly string[], signal: AbortSignal): Promise<{ userId: string; timeZone: string }[]>;
  /** People whose handle begins with a text, or whose name contains it, but for those who block the viewer. */
  search(search: Search, signal: AbortSignal): Promise<Page<Card>>;
}

export interface Search {
  viewerId: string;
  /** As `searchable` makes it, at least two characters. */
  text: string;
  window: PageWindow<SearchKeys>;
}

export function createProfileStore({ query }: Database<PrismaClient>): ProfileStore {
  return {
    async visibleProfiles(viewerId, ids, signal) {
      const rows = await query(PROFILES, [viewerId, ids], signal);
      const visible = rows.filter((row) => maySeeProfile({ ...row, self: row.id === viewerId }));
      return visible.map(
        ({ profileVisibility: _visibility, friend: _friend, blocksViewer: _blocks, ...profile }) => profile,
      );
    },

    timeZones: (ids, signal) => query(TIME_ZONES, [ids], signal),

    async search({ viewerId, text, window }, signal) {
      const rows = await readWindow({ query }, SEARCH, [viewerId, text, bigramsOf(text)], window, signal);
      const page = pageOf(rows, window, searchCursor, (row) => [row.rank, row.handle]);
      return {
        ...page,
        edges: page.edges.map(({ row: { rank: _rank, ...card }, cursor }) => ({ row: card, cursor })),
      };
    },
  };
}

interface ProfileFacts extends ProfileRow {
  profileVisibility: ProfileVisibility;
  friend: boolean;
  blocksViewer: boolean;
}

export const TIME_ZONES = sql<[ids: readonly string[]], { userId: string; timeZone: string }>(
  'SELECT id AS "userId", time_zone AS "timeZone" FROM people WHERE id = ANY ($1::uuid[])',
);

export const PROFILES = sql<[viewerId: string, ids: readonly string[]], ProfileFacts>(`
  SELECT p.id, p.bio, p.locale, p.time_zone AS "timeZone", p.units,
         to_char(p.born_on, 'YYYY-MM-DD') AS "bornOn", p.sex, p.height_cm AS "heightCm", p.objective, p.version,
         p.profile_visibility AS "profileVisibility",
         EXISTS (SELECT FROM friendships f WHERE f.user_id = p.id AND f.friend_id = $1::uuid) AS friend,
         EXISTS (SELECT FROM blocks b WHERE b.blocker_id = p.id AND b.blocked_id = $1::uuid) AS "blocksViewer"
    FROM people p
   WHERE p.id = ANY ($2::uuid[])`);

/**
 * The bigram index finds the few who can match; the two conditions behind it say who does. What a handle or name is
 * matched by decides the rank: the whole handle, its start, the name's start, a word's start, anywhere in the name.
 */
export const SEARCH = paged<
  [viewerId: string, text: string, bigrams: readonly string[]],
  Card & { rank: number },
  SearchKeys
>(
  {
    by: [
      ['rank', 'integer'],
      ['handle', 'text'],
    ],
    order: 'ASC',
  },
  ({ behind, order, limit }) => `
    WITH matches AS (
      SELECT p.id, p.name, p.handle, p.avatar_url AS "avatarUrl", p.avatar_file_id AS "avatarFileId",
             CASE WHEN p.handle = $2 THEN 0
                  WHEN starts_with(p.handle, $2) THEN 1
                  WHEN starts_with(p.search_name, $2) THEN 2
                  WHEN position(' ' || $2 IN p.search_name) > 0 THEN 3
                  ELSE 4 END AS rank
        FROM people p
       WHERE p.search_bigrams @> $3::text[]
         AND (starts_with(p.handle, $2) OR position($2 IN p.search_name) > 0)
         AND NOT EXISTS (SELECT FROM blocks b WHERE b.blocker_id = p.id AND b.blocked_id = $1::uuid)
    )
    SELECT * FROM matches
     WHERE ${behind} ORDER BY ${order} LIMIT ${limit}`,
);
