import { z } from 'zod';
import type { Day } from '#platform/days.ts';
import type { Database } from '#platform/db/database.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import type { PlanContent } from '../rules/plan-content.ts';
import type { Performance } from '../rules/progression.ts';
import type { SetKind } from '../rules/sets.ts';
import { type OwnedList, type OwnedPage, type PagesQuery, readPages } from './pages.ts';

/** Somebody follows a version of a plan. */
export interface AssignmentRow {
  id: string;
  workoutPlanId: string;
  workoutPlanVersionId: string;
  userId: string;
  /** Null where the account was erased. */
  assignedById: string | null;
  startsOn: Day;
  endsOn: Day;
  state: 'ACTIVE' | 'COMPLETED' | 'ENDED';
  note: string | null;
  dayCount: number;
  doneDayCount: number;
  createdAt: Date;
  endedAt: Date | null;
}

/** A day of an assignment. */
export interface PlannedDayRow {
  /** Of the assignment: its days have none of their own. */
  id: string;
  weekNumber: number;
  dayNumber: number;
  name: string;
  dueOn: Day;
  workoutSessionId: string | null;
}

/** What was done on days of an assignment, and the maxima of who did it. */
export interface Past {
  performances: ReadonlyMap<string, readonly Performance[]>;
  oneRepMaxima: ReadonlyMap<string, number>;
}

/** Who follows what, and how far they are; who may see it is asked before or after. */
export function createAssignmentReads(db: Database<unknown>) {
  return {
    get(ids: readonly string[], signal: AbortSignal): Promise<AssignmentRow[]> {
      return db.query(`${ASSIGNMENTS} WHERE a.id = ANY ($1::uuid[])`, [ids], signal);
    },

    list(
      { activeOnly, ...query }: PagesQuery & { activeOnly: boolean },
      signal: AbortSignal,
    ): Promise<OwnedPage<AssignmentRow>[]> {
      const where = activeOnly ? [{ sql: 't.state = ?::assignment_state', value: 'ACTIVE' }] : [];
      return readPages(db, assignmentList, { ...query, where }, signal);
    },

    listDays(
      { pendingOnly, ...query }: PagesQuery & { pendingOnly: boolean },
      signal: AbortSignal,
    ): Promise<OwnedPage<PlannedDayRow>[]> {
      const where = pendingOnly ? [{ sql: '(t."workoutSessionId" IS NULL) = ?', value: true }] : [];
      return readPages(db, dayList, { ...query, where }, signal);
    },

    /** What the version of an assignment holds. */
    async content(workoutPlanVersionId: string, signal: AbortSignal): Promise<PlanContent | null> {
      const [row] = await db.query<{ content: PlanContent }>(
        'SELECT content FROM plan_versions WHERE id = $1',
        [workoutPlanVersionId],
        signal,
      );
      return row?.content ?? null;
    },

    /** Which exercises somebody did on finished days of an assignment, the oldest first, and what their maxima are. */
    async past(
      { id, userId }: Pick<AssignmentRow, 'id' | 'userId'>,
      exerciseIds: readonly string[],
      signal: AbortSignal,
    ): Promise<Past> {
      const [sets, maxima] = await Promise.all([
        db.query<SetOfDay>(SETS_OF_DAYS, [id, exerciseIds], signal),
        db.query<{ exerciseId: string; value: number }>(MAXIMA, [userId, exerciseIds], signal),
      ]);
      const byExercise = Map.groupBy(sets, ({ exerciseId }) => exerciseId);
      return {
        performances: new Map([...byExercise].map(([exerciseId, done]) => [exerciseId, byDay(done)])),
        oneRepMaxima: new Map(maxima.map(({ exerciseId, value }) => [exerciseId, value])),
      };
    },
  };
}

interface SetOfDay {
  exerciseId: string;
  workoutSessionId: string;
  weekNumber: number;
  dayNumber: number;
  kind: SetKind;
  reps: number | null;
  loadKg: number | null;
}

function byDay(sets: readonly SetOfDay[]): Performance[] {
  return [...Map.groupBy(sets, ({ workoutSessionId }) => workoutSessionId).values()].map((done) => ({
    weekNumber: done[0]?.weekNumber ?? 0,
    dayNumber: done[0]?.dayNumber ?? 0,
    sets: done,
  }));
}

const ASSIGNMENTS = `
  SELECT a.id, a.plan_id AS "workoutPlanId", a.plan_version_id AS "workoutPlanVersionId", a.user_id AS "userId",
    a.assigned_by_id AS "assignedById", a.starts_on::text AS "startsOn", a.ends_on::text AS "endsOn", a.state, a.note,
    (SELECT count(*)::int FROM planned_days d WHERE d.assignment_id = a.id) AS "dayCount",
    (SELECT count(d.session_id)::int FROM planned_days d WHERE d.assignment_id = a.id) AS "doneDayCount",
    a.created_at AS "createdAt", a.ended_at AS "endedAt"
  FROM assignments a`;

const assignmentList: OwnedList<AssignmentRow, [number, string]> = {
  name: 'assignments',
  rows: ASSIGNMENTS,
  owner: 'userId',
  sort: [
    { column: 'createdAt', type: 'timestamptz' },
    { column: 'id', type: 'uuid' },
  ],
  order: 'DESC',
  keys: z.tuple([cursorInstant, z.uuid()]),
  keysOf: ({ createdAt, id }) => [createdAt.getTime(), id],
};

const dayList: OwnedList<PlannedDayRow, [string, number, number]> = {
  name: 'planned-days',
  rows: `
    SELECT d.assignment_id AS id, d.week AS "weekNumber", d.day AS "dayNumber", d.name,
      d.due_on::text AS "dueOn", d.session_id AS "workoutSessionId"
    FROM planned_days d`,
  owner: 'id',
  sort: [
    { column: 'dueOn', type: 'text' },
    { column: 'weekNumber', type: 'integer' },
    { column: 'dayNumber', type: 'integer' },
  ],
  order: 'ASC',
  keys: z.tuple([z.iso.date(), z.int(), z.int()]),
  keysOf: ({ dueOn, weekNumber, dayNumber }) => [dueOn, weekNumber, dayNumber],
};

const SETS_OF_DAYS = `
  SELECT t.exercise_id AS "exerciseId", s.id AS "workoutSessionId", s.week AS "weekNumber", s.day AS "dayNumber",
    t.kind, t.reps,
    t.load_kg::float8 AS "loadKg"
  FROM sessions s JOIN sets t ON t.session_id = s.id
  WHERE s.assignment_id = $1 AND s.state = 'FINISHED' AND t.exercise_id = ANY ($2::uuid[])
  ORDER BY s.started_at, s.id, t.position`;

const MAXIMA = `
  SELECT exercise_id AS "exerciseId", value::float8 AS value FROM records
  WHERE user_id = $1 AND exercise_id = ANY ($2::uuid[]) AND kind = 'ESTIMATED_ONE_REP_MAX' AND is_current`;
