import { z } from 'zod';
import type { Day } from '#platform/days.ts';
import type { Database } from '#platform/db/database.ts';
import { type OwnedList, type OwnedPage, ownedPages, readPages } from '#platform/db/paged.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import { sql } from '#platform/sql/statement.ts';
import type { OneRepMaxFormula } from '../rules/one-rep-max.ts';
import type { RecordKind } from '../rules/records.ts';
import { ownedCursor, type PagesQuery } from './pages.ts';

/** The best that somebody did in an exercise, up to then. */
export interface RecordRow {
  id: string;
  userId: string;
  exerciseId: string;
  kind: RecordKind;
  value: number;
  previousValue: number | null;
  formula: OneRepMaxFormula | null;
  workoutSessionId: string;
  achievedAt: Date;
  current: boolean;
}

/** A week of somebody. */
export interface WeekRow {
  userId: string;
  monday: Day;
  sessionCount: number;
  setCount: number;
  volumeKg: number;
  durationSeconds: number;
  dueDayCount: number;
  doneDayCount: number;
}

/** What a finished session adds up to. */
export interface TotalsRow {
  workoutSessionId: string;
  userId: string;
  finishedAt: Date;
  volumeKg: number;
  setCount: number;
  durationSeconds: number;
  localDay: Day;
}

/** What training adds up to, one statement a read; who may see it is asked before or after. */
export function createProgressReads(db: Database<unknown>) {
  return {
    getRecords(ids: readonly string[], signal: AbortSignal): Promise<RecordRow[]> {
      return db.query(GET_RECORDS, [ids], signal);
    },

    /** The records that a session set or broke. */
    async recordsOf(workoutSessionId: string, signal: AbortSignal): Promise<string[]> {
      const rows = await db.query(RECORDS_OF_SESSION, [workoutSessionId], signal);
      return rows.map(({ id }) => id);
    },

    listRecords(
      { exerciseId, currentOnly, ...query }: PagesQuery & { exerciseId: string | null; currentOnly: boolean },
      signal: AbortSignal,
    ): Promise<OwnedPage<RecordRow>[]> {
      if (exerciseId === null)
        return readPages(db, RECORD_LIST, { ...query, values: [currentOnly] }, recordCursor, signal);
      const values: [boolean, string] = [currentOnly, exerciseId];
      return readPages(db, RECORDS_OF_EXERCISE, { ...query, values }, recordCursor, signal);
    },

    /**
     * The last weeks of these people, the newest first.
     * @param people - With the day that it is for each of them, and the Monday before.
     */
    listWeeks(
      people: readonly { userId: string; monday: Day; today: Day }[],
      weekCount: number,
      signal: AbortSignal,
    ): Promise<WeekRow[]> {
      return db.query(
        WEEKS,
        [
          people.map(({ userId }) => userId),
          people.map(({ monday }) => monday),
          people.map(({ today }) => today),
          weekCount,
        ],
        signal,
      );
    },

    /** Those of these sessions that are finished. */
    totals(workoutSessionIds: readonly string[], signal: AbortSignal): Promise<TotalsRow[]> {
      return db.query(TOTALS, [workoutSessionIds], signal);
    },
  };
}

const RECORDS = `
  SELECT r.id, r.user_id AS "userId", r.exercise_id AS "exerciseId", r.kind, r.value::float8 AS value,
    r.previous_value::float8 AS "previousValue", r.formula, r.session_id AS "workoutSessionId",
    r.achieved_at AS "achievedAt", r.is_current AS "current"
  FROM records r`;

export const GET_RECORDS = sql<[ids: readonly string[]], RecordRow>(
  `${RECORDS} WHERE r.id = ANY ($1::uuid[])`,
);

export const RECORDS_OF_SESSION = sql<[workoutSessionId: string], { id: string }>(
  'SELECT id FROM records WHERE session_id = $1 ORDER BY id',
);

const recordCursor = ownedCursor('records', z.tuple([cursorInstant, z.uuid()]));

const LIST: OwnedList<RecordRow, [number, string]> = {
  rows: RECORDS,
  owner: '"userId"',
  where: '(NOT $2 OR t."current")',
  by: [
    ['"achievedAt"', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'DESC',
  keysOf: ({ achievedAt, id }) => [achievedAt.getTime(), id],
};

export const RECORD_LIST = ownedPages<[currentOnly: boolean], RecordRow, [number, string]>(LIST);

export const RECORDS_OF_EXERCISE = ownedPages<
  [currentOnly: boolean, exerciseId: string],
  RecordRow,
  [number, string]
>({ ...LIST, where: `${LIST.where} AND t."exerciseId" = $3` });

/** As rules/sessions.ts: durationSeconds, of sessions that are over. */
const DURATION_S = 'floor(extract(epoch FROM s.ended_at - s.started_at) - s.paused_ms / 1000.0)';

export const WEEKS = sql<
  [userIds: readonly string[], mondays: readonly Day[], todays: readonly Day[], weekCount: number],
  WeekRow
>(`
  WITH person AS (
    SELECT * FROM unnest($1::uuid[], $2::date[], $3::date[]) AS p (id, monday, today)
  ), week AS (
    SELECT p.id, p.monday - 7 * n AS monday FROM person p CROSS JOIN generate_series(0, $4::int - 1) AS n
  ), trained AS (
    SELECT s.user_id, date_trunc('week', s.local_day)::date AS monday, count(*)::int AS session_count,
      sum(s.set_count)::int AS set_count, sum(s.volume_kg)::float8 AS volume_kg, sum(${DURATION_S})::int AS duration_s
    FROM person p JOIN sessions s ON s.user_id = p.id AND s.local_day >= p.monday - 7 * ($4::int - 1)
    WHERE s.state = 'FINISHED' GROUP BY 1, 2
  ), planned AS (
    SELECT d.user_id, date_trunc('week', d.due_on)::date AS monday, count(*)::int AS due_count,
      count(d.session_id)::int AS done_count
    FROM person p JOIN planned_days d ON d.user_id = p.id
      AND d.due_on BETWEEN p.monday - 7 * ($4::int - 1) AND p.today
    GROUP BY 1, 2
  )
  SELECT w.id AS "userId", w.monday::text AS monday, COALESCE(t.session_count, 0) AS "sessionCount",
    COALESCE(t.set_count, 0) AS "setCount", COALESCE(t.volume_kg, 0) AS "volumeKg",
    COALESCE(t.duration_s, 0) AS "durationSeconds", COALESCE(l.due_count, 0) AS "dueDayCount",
    COALESCE(l.done_count, 0) AS "doneDayCount"
  FROM week w LEFT JOIN trained t ON t.user_id = w.id AND t.monday = w.monday
    LEFT JOIN planned l ON l.user_id = w.id AND l.monday = w.monday
  ORDER BY w.id, w.monday DESC`);

export const TOTALS = sql<[workoutSessionIds: readonly string[]], TotalsRow, 'finishedAt'>(`
  SELECT s.id AS "workoutSessionId", s.user_id AS "userId", s.ended_at AS "finishedAt", s.volume_kg::float8 AS "volumeKg",
    s.set_count AS "setCount", ${DURATION_S}::int AS "durationSeconds", s.local_day::text AS "localDay"
  FROM sessions s WHERE s.id = ANY ($1::uuid[]) AND s.state = 'FINISHED'`);
