import { z } from 'zod';
import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import { WorkoutSessionState } from '#gen/proto/fitme/workouts/v1/WorkoutSessionState.ts';
import { WorkoutSetKind } from '#gen/proto/fitme/workouts/v1/WorkoutSetKind.ts';
import { updateMask } from '#platform/service/changes.ts';
import { id, idempotencyKey, ids, optionalText, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import {
  distanceM,
  durationSeconds,
  eachOnce,
  instant,
  loadKg,
  named,
  reps,
  rpe,
  wholeBetween,
  windowOnEach,
} from './fields.ts';

const kind = named(WorkoutSetKind, 'Name what the set was for.');

/** What of a set can be changed, and what it must hold then; null for none. */
export const changeableSet = z.object({
  kind,
  reps: reps.nullable(),
  loadKg: loadKg.nullable(),
  rpe: rpe.nullable(),
  durationSeconds: durationSeconds.nullable(),
  distanceM: distanceM.nullable(),
});

const aboutSession = z.object({ workoutSessionId: id });
const states = eachOnce(named(WorkoutSessionState, 'Name where sessions stand.'), {
  least: 0,
  most: 4,
  what: 'states',
});

/** What requests must hold beyond their proto types. */
export const sessionRequests: RequestSchemas<SessionsServiceDefinition> = {
  StartWorkoutSession: z
    .object({
      title: z.literal('').or(text(100, 'A title')).optional(),
      workoutAssignmentId: id.optional(),
      weekNumber: wholeBetween(1, 52, 'weeks').optional(),
      dayNumber: wholeBetween(1, 7, 'days').optional(),
      startedAt: instant,
      idempotencyKey,
    })
    .superRefine(({ workoutAssignmentId, weekNumber, dayNumber }, context) => {
      const unsaid = [workoutAssignmentId, weekNumber, dayNumber].filter((part) => part === undefined);
      if (unsaid.length === 0 || unsaid.length === 3) return;
      const message = 'Name assignment, week and day, or none of them for a free session.';
      context.addIssue({ code: 'custom', path: ['workoutAssignmentId'], message });
    }),
  LogWorkoutSet: z.object({
    workoutSessionId: id,
    exerciseId: id,
    kind,
    reps: reps.optional(),
    loadKg: loadKg.optional(),
    rpe: rpe.optional(),
    durationSeconds: durationSeconds.optional(),
    distanceM: distanceM.optional(),
    doneAt: instant,
    idempotencyKey,
  }),
  UpdateWorkoutSet: z.object({ workoutSetId: id, updateMask }),
  DeleteWorkoutSet: z.object({ workoutSetId: id }),
  PauseWorkoutSession: aboutSession,
  ResumeWorkoutSession: aboutSession,
  FinishWorkoutSession: z.object({
    workoutSessionId: id,
    endedAt: instant,
    note: optionalText(1_000, 'A note').optional(),
  }),
  AbandonWorkoutSession: aboutSession,
  BatchGetWorkoutSessions: z.object({ ids: ids(1_000) }),
  BatchListWorkoutSessions: windowOnEach('userIds').and(z.object({ states })),
  BatchListWorkoutSets: windowOnEach('workoutSessionIds'),
};
