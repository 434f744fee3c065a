import type { Assignment__Output } from '#gen/proto/fitme/workouts/v1/Assignment.ts';
import type { Plan__Output } from '#gen/proto/fitme/workouts/v1/Plan.ts';
import type { PlannedDay__Output } from '#gen/proto/fitme/workouts/v1/PlannedDay.ts';
import type { PlanVersion__Output } from '#gen/proto/fitme/workouts/v1/PlanVersion.ts';
import type { PrescribedExercise__Output } from '#gen/proto/fitme/workouts/v1/PrescribedExercise.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { PrescribedExercise } from '../rules/progression.ts';
import type { AssignmentRow, PlannedDayRow } from '../store/assignment-reads.ts';
import type { PlanRow, PlanVersionRow } from '../store/plan-reads.ts';
import { assignmentStates, visibilities } from './enums.ts';
import { given } from './given.ts';
import { contentOf, plannedSetOf } from './plan-content.ts';

/** A plan as the proto says it. */
export function planOf(row: PlanRow): Plan__Output {
  return {
    id: row.id,
    ownerId: row.ownerId ?? undefined,
    name: row.name,
    version: row.version,
    versionId: row.versionId,
    visibility: visibilities.valueOf(row.visibility),
    isTemplate: row.isTemplate,
    copiedFromId: row.copiedFromId ?? undefined,
    createdAt: timestampOf(row.createdAt),
    updatedAt: timestampOf(row.updatedAt),
    archivedAt: timestampOf(row.archivedAt),
  };
}

/** What a plan holds, or held, as the proto says it. */
export function planVersionOf(row: PlanVersionRow): PlanVersion__Output {
  const { description, content, createdAt, ...same } = row;
  return {
    ...same,
    description: description ?? undefined,
    content: contentOf(content),
    createdAt: timestampOf(createdAt),
  };
}

/** An assignment as the proto says it. */
export function assignmentOf(row: AssignmentRow): Assignment__Output {
  const { state, assignedById, note, createdAt, endedAt, ...same } = row;
  return {
    ...same,
    assignedById: assignedById ?? undefined,
    note: note ?? undefined,
    state: assignmentStates.valueOf(state),
    createdAt: timestampOf(createdAt),
    endedAt: timestampOf(endedAt),
  };
}

/** A day of an assignment as the proto says it. */
export function plannedDayOf({ id, week, day, name, dueOn, sessionId }: PlannedDayRow): PlannedDay__Output {
  return { assignmentId: id, week, day, name, dueOn, sessionId: sessionId ?? undefined };
}

/** What is to be done of an exercise, as the proto says it. */
export function prescribedOf({ exercise, sets }: PrescribedExercise): PrescribedExercise__Output {
  const { exerciseId, superset, note } = exercise;
  return {
    exerciseId,
    superset: superset ?? undefined,
    sets: sets.map(({ set, loadKg }) => ({ set: plannedSetOf(set), ...given({ loadKg }) })),
    note: note ?? undefined,
  };
}
