import { z } from 'zod';
import type { Day } from '#platform/days.ts';
import type { Database } from '#platform/db/database.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import type { PlanContent } from '../rules/plan-content.ts';
import type { History, Performance } from '../rules/progression.ts';
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

    /** What the versions of these assignments hold, by their ids. */
    async contents(
      assignments: readonly Pick<AssignmentRow, 'workoutPlanVersionId'>[],
      signal: AbortSignal,
    ): Promise<ReadonlyMap<string, PlanContent>> {
      const ids = assignments.map(({ workoutPlanVersionId }) => workoutPlanVersionId);
      const sql = 'SELECT id, content FROM plan_versions WHERE id = ANY ($1::uuid[])';
      const rows = await db.query<{ id: string; content: PlanContent }>(sql, [ids], signal);
      return new Map(rows.map(({ id, content }) => [id, content]));
    },

    /** Of each of these assignments: how the exercises were done on its finished days, and the maxima of who follows it. */
    async past(
      assignments: readonly Pick<AssignmentRow, 'id' | 'userId'>[],
      exerciseIds: readonly string[],
      signal: AbortSignal,
    ): Promise<ReadonlyMap<string, History>> {
      const [ids, userIds] = [assignments.map(({ id }) => id), assignments.map(({ userId }) => userId)];
      const [sets, maxima] = await Promise.all([
        db.query<SetOfDay>(SETS_OF_DAYS, [ids, exerciseIds], signal),
        db.query<Maximum>(MAXIMA, [userIds, exerciseIds], signal),
      ]);
      const setsOf = Map.groupBy(sets, ({ workoutAssignmentId }) => workoutAssignmentId);
      const maximaOf = Map.groupBy(maxima, ({ userId }) => userId);
      return new Map(
        assignments.map(({ id, userId }) => [
          id,
          {
            performances: performancesOf(setsOf.get(id) ?? []),
            oneRepMaxima: new Map(maximaOf.get(userId)?.map(({ exerciseId, value }) => [exerciseId, value])),
          },
        ]),
      );
    },
  };
}

interface Maximum {
  userId: string;
  exerciseId: string;
  value: number;
}

interface SetOfDay {
  workoutAssignmentId: string;
  exerciseId: string;
  workoutSessionId: string;
  weekNumber: number;
  dayNumber: number;
  kind: SetKind;
  reps: number | null;
  loadKg: number | null;
}

function performancesOf(sets: readonly SetOfDay[]): History['performances'] {
  const byExercise = Map.groupBy(sets, ({ exerciseId }) => exerciseId);
  return new Map([...byExercise].map(([exerciseId, done]) => [exerciseId, byDay(done)]));
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
  SELECT s.assignment_id AS "workoutAssignmentId", t.exercise_id AS "exerciseId", s.id AS "workoutSessionId",
    s.week AS "weekNumber", s.day AS "dayNumber", t.kind, t.reps, t.load_kg::float8 AS "loadKg"
  FROM sessions s JOIN sets t ON t.session_id = s.id
  WHERE s.assignment_id = ANY ($1::uuid[]) AND s.state = 'FINISHED' AND t.exercise_id = ANY ($2::uuid[])
  ORDER BY s.started_at, s.id, t.position`;

const MAXIMA = `
  SELECT user_id AS "userId", exercise_id AS "exerciseId", value::float8 AS value FROM records
  WHERE user_id = ANY ($1::uuid[]) AND exercise_id = ANY ($2::uuid[]) AND kind = 'ESTIMATED_ONE_REP_MAX' AND is_current`;
