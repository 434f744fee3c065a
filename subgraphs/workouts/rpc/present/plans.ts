import type { PlannedWorkoutDay__Output } from '#gen/proto/fitme/workouts/v1/PlannedWorkoutDay.ts';
import type { PrescribedWorkoutExercise__Output } from '#gen/proto/fitme/workouts/v1/PrescribedWorkoutExercise.ts';
import type { WorkoutAssignment__Output } from '#gen/proto/fitme/workouts/v1/WorkoutAssignment.ts';
import type { WorkoutPlan__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlan.ts';
import type { WorkoutPlanVersion__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanVersion.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { PrescribedExercise } from '../../rules/progression.ts';
import type { AssignmentRow, PlannedDayRow } from '../../store/assignment-reads.ts';
import type { PlanRow, PlanVersionRow } from '../../store/plan-reads.ts';
import { assignmentStates, visibilities } from './enums.ts';
import { given } from './given.ts';
import { plannedSetOf, weeksOf } from './plan-content.ts';

/** A plan as the proto says it. */
export function planOf(row: PlanRow): WorkoutPlan__Output {
  return {
    id: row.id,
    ownerId: row.ownerId ?? undefined,
    name: row.name,
    version: row.version,
    newestVersionId: row.newestVersionId,
    visibility: visibilities.valueOf(row.visibility),
    template: row.template,
    copiedFromId: row.copiedFromId ?? undefined,
    createdAt: timestampOf(row.createdAt),
    updatedAt: timestampOf(row.updatedAt),
    archivedAt: timestampOf(row.archivedAt),
  };
}

/** What a plan holds, or held, as the proto says it. */
export function planVersionOf(row: PlanVersionRow): WorkoutPlanVersion__Output {
  const { description, content, createdAt, ...same } = row;
  return {
    ...same,
    description: description ?? undefined,
    weeks: weeksOf(content),
    createdAt: timestampOf(createdAt),
  };
}

/** An assignment as the proto says it. */
export function assignmentOf(row: AssignmentRow): WorkoutAssignment__Output {
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
export function plannedDayOf({ id, workoutSessionId, ...same }: PlannedDayRow): PlannedWorkoutDay__Output {
  return { ...same, workoutAssignmentId: id, workoutSessionId: workoutSessionId ?? undefined };
}

/** What is to be done of an exercise, as the proto says it. */
export function prescribedOf({ exercise, sets }: PrescribedExercise): PrescribedWorkoutExercise__Output {
  const { exerciseId, superset, note } = exercise;
  return {
    exerciseId,
    superset: superset ?? undefined,
    sets: sets.map(({ set, loadKg }) => ({ planned: plannedSetOf(set), ...given({ loadKg }) })),
    note: note ?? undefined,
  };
}
