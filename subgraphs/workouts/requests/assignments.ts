import { z } from 'zod';
import type { AssignmentsServiceDefinition } from '#gen/proto/fitme/workouts/v1/AssignmentsService.ts';
import { id, idempotencyKey, ids, optionalText } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { day, placeInPlan, windowOnEach } from './fields.ts';

/** The most prescriptions that one call makes: each reads all of a plan, up to 150 KB. */
export const maximumPrescriptions = 20;

const aboutAssignment = z.object({ workoutAssignmentId: id });

/** What requests must hold beyond their proto types. */
export const assignmentRequests: RequestSchemas<AssignmentsServiceDefinition> = {
  AssignWorkoutPlan: z.object({
    workoutPlanId: id,
    userId: id,
    startsOn: day.optional(),
    note: optionalText(1_000, 'A note').optional(),
    idempotencyKey,
  }),
  FollowWorkoutPlan: z.object({ workoutPlanId: id, startsOn: day.optional(), idempotencyKey }),
  MoveWorkoutAssignment: aboutAssignment,
  EndWorkoutAssignment: aboutAssignment,
  BatchGetWorkoutAssignments: z.object({ ids: ids(1_000) }),
  BatchListWorkoutAssignments: windowOnEach('userIds').and(z.object({ activeOnly: z.boolean() })),
  BatchListPlannedWorkoutDays: windowOnEach('workoutAssignmentIds').and(
    z.object({ pendingOnly: z.boolean() }),
  ),
  BatchPrescribeWorkouts: z.object({
    workoutAssignmentIds: ids(maximumPrescriptions),
    ...placeInPlan,
  }),
};
