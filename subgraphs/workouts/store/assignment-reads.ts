import { z } from 'zod';
import type { Day } from '#platform/days.ts';
import type { Database } from '#platform/db/database.ts';
import { type OwnedPage, ownedPages, readPages } from '#platform/db/paged.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import { sql } from '#platform/sql/statement.ts';
import type { PlanContent } from '../rules/plan-content.ts';
import type { History, Performance } from '../rules/progression.ts';
import type { SetKind } from '../rules/sets.ts';
import { ownedCursor, type PagesQuery } from './pages.ts';

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
      return db.query(GET_ASSIGNMENTS, [ids], signal);
    },

    list(
      { activeOnly, ...query }: PagesQuery & { activeOnly: boolean },
      signal: AbortSignal,
    ): Promise<OwnedPage<AssignmentRow>[]> {
      return readPages(db, ASSIGNMENT_LIST, { ...query, values: [activeOnly] }, assignmentCursor, signal);
    },

    listDays(
      { pendingOnly, ...query }: PagesQuery & { pendingOnly: boolean },
      signal: AbortSignal,
    ): Promise<OwnedPage<PlannedDayRow>[]> {
      return readPages(db, DAY_LIST, { ...query, values: [pendingOnly] }, dayCursor, signal);
    },

    /** What the versions of these assignments hold, by their ids. */
    async contents(
      assignments: readonly Pick<AssignmentRow, 'workoutPlanVersionId'>[],
      signal: AbortSignal,
    ): Promise<ReadonlyMap<string, PlanContent>> {
      const ids = assignments.map(({ workoutPlanVersionId }) => workoutPlanVersionId);
      const rows = await db.query(CONTENTS, [ids], signal);
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
        db.query(SETS_OF_DAYS, [ids, exerciseIds], signal),
        db.query(MAXIMA, [userIds, exerciseIds], signal),
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

export const GET_ASSIGNMENTS = sql<[ids: readonly string[]], AssignmentRow>(
  `${ASSIGNMENTS} WHERE a.id = ANY ($1::uuid[])`,
);

const assignmentCursor = ownedCursor('assignments', z.tuple([cursorInstant, z.uuid()]));

export const ASSIGNMENT_LIST = ownedPages<[activeOnly: boolean], AssignmentRow, [number, string]>({
  rows: ASSIGNMENTS,
  owner: '"userId"',
  where: `(NOT $2 OR t.state = 'ACTIVE')`,
  by: [
    ['"createdAt"', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'DESC',
  keysOf: ({ createdAt, id }) => [createdAt.getTime(), id],
});

const dayCursor = ownedCursor('planned-days', z.tuple([z.iso.date(), z.int(), z.int()]));

export const DAY_LIST = ownedPages<[pendingOnly: boolean], PlannedDayRow, [string, number, number]>({
  rows: `
    SELECT d.assignment_id AS id, d.week AS "weekNumber", d.day AS "dayNumber", d.name,
      d.due_on::text AS "dueOn", d.session_id AS "workoutSessionId"
    FROM planned_days d`,
  owner: 'id',
  where: '(NOT $2 OR t."workoutSessionId" IS NULL)',
  by: [
    ['"dueOn"', 'text'],
    ['"weekNumber"', 'integer'],
    ['"dayNumber"', 'integer'],
  ],
  order: 'ASC',
  keysOf: ({ dueOn, weekNumber, dayNumber }) => [dueOn, weekNumber, dayNumber],
});

export const CONTENTS = sql<[versionIds: readonly string[]], { id: string; content: PlanContent }>(
  'SELECT id, content FROM plan_versions WHERE id = ANY ($1::uuid[])',
);

export const SETS_OF_DAYS = sql<
  [assignmentIds: readonly string[], exerciseIds: readonly string[]],
  SetOfDay,
  'workoutAssignmentId' | 'weekNumber' | 'dayNumber'
>(`
  SELECT s.assignment_id AS "workoutAssignmentId", t.exercise_id AS "exerciseId", s.id AS "workoutSessionId",
    s.week AS "weekNumber", s.day AS "dayNumber", t.kind, t.reps, t.load_kg::float8 AS "loadKg"
  FROM sessions s JOIN sets t ON t.session_id = s.id
  WHERE s.assignment_id = ANY ($1::uuid[]) AND s.state = 'FINISHED' AND t.exercise_id = ANY ($2::uuid[])
  ORDER BY s.started_at, s.id, t.position`);

export const MAXIMA = sql<[userIds: readonly string[], exerciseIds: readonly string[]], Maximum>(`
  SELECT user_id AS "userId", exercise_id AS "exerciseId", value::float8 AS value FROM records
  WHERE user_id = ANY ($1::uuid[]) AND exercise_id = ANY ($2::uuid[]) AND kind = 'ESTIMATED_ONE_REP_MAX' AND is_current`);
