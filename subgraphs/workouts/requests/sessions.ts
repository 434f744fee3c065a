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
  placeInPlan,
  reps,
  rpe,
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
  StartWorkoutSession: z.object({
    title: z.literal('').or(text(100, 'A title')).optional(),
    plannedDay: z.object({ workoutAssignmentId: id, ...placeInPlan }).nullable(),
    startedAt: instant,
    idempotencyKey,
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
