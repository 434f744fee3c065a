import { z } from 'zod';
import type { AssignmentsServiceDefinition } from '#gen/proto/fitme/workouts/v1/AssignmentsService.ts';
import { id, idempotencyKey, ids, optionalText } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { day, wholeBetween, windowOnEach } from './fields.ts';

const aboutAssignment = z.object({ assignmentId: id });

/** What requests must hold beyond their proto types. */
export const assignmentRequests: RequestSchemas<AssignmentsServiceDefinition> = {
  AssignWorkoutPlan: z.object({
    planId: id,
    userId: id,
    startsOn: day.optional(),
    note: optionalText(1_000, 'A note').optional(),
    idempotencyKey,
  }),
  FollowWorkoutPlan: z.object({ planId: id, startsOn: day.optional(), idempotencyKey }),
  MoveWorkoutAssignment: aboutAssignment,
  EndWorkoutAssignment: aboutAssignment,
  BatchGetAssignments: z.object({ ids: ids(1_000) }),
  BatchListAssignments: windowOnEach('userIds').and(z.object({ activeOnly: z.boolean() })),
  BatchListPlannedDays: windowOnEach('assignmentIds').and(z.object({ pendingOnly: z.boolean() })),
  PrescribeDay: z.object({
    assignmentId: id,
    week: wholeBetween(1, 52, 'weeks'),
    day: wholeBetween(1, 7, 'days'),
  }),
};
