import { z } from 'zod';
import type { Day } from '#platform/days.ts';
import type { Database } from '#platform/db/database.ts';
import { type OwnedPage, ownedPages, readPages } from '#platform/db/paged.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import { sql } from '#platform/sql/statement.ts';
import type { SessionState } from '../rules/sessions.ts';
import type { SetKind, SetValues } from '../rules/sets.ts';
import { ownedCursor, type PagesQuery } from './pages.ts';

/** A session, without its sets. */
export interface SessionRow {
  id: string;
  userId: string;
  state: SessionState;
  title: string;
  /** Null in a free session, as are week and day. */
  workoutAssignmentId: string | null;
  weekNumber: number | null;
  dayNumber: number | null;
  startedAt: Date;
  endedAt: Date | null;
  pausedAt: Date | null;
  pausedMs: number;
  localDay: Day;
  volumeKg: number;
  setCount: number;
  note: string | null;
}

/** A set that was done. */
export interface SetRow extends SetValues {
  id: string;
  workoutSessionId: string;
  position: number;
  exerciseId: string;
  kind: SetKind;
  doneAt: Date;
}

/** Training as it was done; who may see it is asked before or after. */
export function createSessionReads(db: Database<unknown>) {
  return {
    get(ids: readonly string[], signal: AbortSignal): Promise<SessionRow[]> {
      return db.query(GET_SESSIONS, [ids], signal);
    },

    list(
      { states, ...query }: PagesQuery & { states: readonly SessionState[] },
      signal: AbortSignal,
    ): Promise<OwnedPage<SessionRow>[]> {
      return readPages(db, SESSION_LIST, { ...query, values: [states] }, sessionCursor, signal);
    },

    getSets(ids: readonly string[], signal: AbortSignal): Promise<SetRow[]> {
      return db.query(GET_SETS, [ids], signal);
    },

    listSets(query: PagesQuery, signal: AbortSignal): Promise<OwnedPage<SetRow>[]> {
      return readPages(db, SET_LIST, { ...query, values: [] }, setCursor, signal);
    },

    /** Who trained in each of these sessions. */
    peopleOf(ids: readonly string[], signal: AbortSignal): Promise<{ id: string; userId: string }[]> {
      return db.query(PEOPLE_OF_SESSIONS, [ids], signal);
    },
  };
}

const SESSIONS = `
  SELECT s.id, s.user_id AS "userId", s.state, s.title, s.assignment_id AS "workoutAssignmentId",
    s.week AS "weekNumber", s.day AS "dayNumber",
    s.started_at AS "startedAt", s.ended_at AS "endedAt", s.paused_at AS "pausedAt", s.paused_ms AS "pausedMs",
    s.local_day::text AS "localDay", s.volume_kg::float8 AS "volumeKg", s.set_count AS "setCount", s.note
  FROM sessions s`;

const SETS = `
  SELECT t.id, t.session_id AS "workoutSessionId", t.position, t.exercise_id AS "exerciseId", t.kind, t.reps,
    t.load_kg::float8 AS "loadKg", t.rpe::float8 AS rpe, t.duration_s AS "durationSeconds",
    t.distance_m::float8 AS "distanceM", t.done_at AS "doneAt"
  FROM sets t`;

export const GET_SESSIONS = sql<[ids: readonly string[]], SessionRow>(
  `${SESSIONS} WHERE s.id = ANY ($1::uuid[])`,
);

export const GET_SETS = sql<[ids: readonly string[]], SetRow>(`${SETS} WHERE t.id = ANY ($1::uuid[])`);

export const PEOPLE_OF_SESSIONS = sql<[ids: readonly string[]], { id: string; userId: string }>(
  'SELECT id, user_id AS "userId" FROM sessions WHERE id = ANY ($1::uuid[])',
);

const sessionCursor = ownedCursor('sessions', z.tuple([cursorInstant, z.uuid()]));

export const SESSION_LIST = ownedPages<[states: readonly SessionState[]], SessionRow, [number, string]>({
  rows: SESSIONS,
  owner: '"userId"',
  where: '(cardinality($2::session_state[]) = 0 OR t.state = ANY ($2))',
  by: [
    ['"startedAt"', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'DESC',
  keysOf: ({ startedAt, id }) => [startedAt.getTime(), id],
});

const setCursor = ownedCursor('sets', z.tuple([z.int()]));

export const SET_LIST = ownedPages<[], SetRow, [number]>({
  rows: SETS,
  owner: '"workoutSessionId"',
  by: [['position', 'integer']],
  order: 'ASC',
  keysOf: ({ position }) => [position],
});
