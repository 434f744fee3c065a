import { z } from 'zod';
import { SessionState } from '#gen/proto/fitme/workouts/v1/SessionState.ts';
import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import { SetKind } from '#gen/proto/fitme/workouts/v1/SetKind.ts';
import { updateMask } from '#platform/service/changes.ts';
import { id, idempotencyKey, ids, optionalText, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import {
  distanceM,
  durationS,
  eachOnce,
  instant,
  loadKg,
  named,
  reps,
  rpe,
  wholeBetween,
  windowOnEach,
} from './fields.ts';

const kind = named(SetKind, 'Name what the set was for.');

/** What of a set can be changed, and what it must hold then; null for none. */
export const changeableSet = z.object({
  kind,
  reps: reps.nullable(),
  loadKg: loadKg.nullable(),
  rpe: rpe.nullable(),
  durationS: durationS.nullable(),
  distanceM: distanceM.nullable(),
});

const aboutSession = z.object({ sessionId: id });
const states = eachOnce(named(SessionState, 'Name where sessions stand.'), {
  least: 0,
  most: 4,
  what: 'states',
});

/** What requests must hold beyond their proto types. */
export const sessionRequests: RequestSchemas<SessionsServiceDefinition> = {
  StartWorkoutSession: z
    .object({
      title: z.literal('').or(text(100, 'A title')).optional(),
      assignmentId: id.optional(),
      week: wholeBetween(1, 52, 'weeks').optional(),
      day: wholeBetween(1, 7, 'days').optional(),
      startedAt: instant,
      idempotencyKey,
    })
    .superRefine(({ assignmentId, week, day }, context) => {
      const unsaid = [assignmentId, week, day].filter((part) => part === undefined);
      if (unsaid.length === 0 || unsaid.length === 3) return;
      const message = 'Name assignment, week and day, or none of them for a free session.';
      context.addIssue({ code: 'custom', path: ['assignmentId'], message });
    }),
  LogWorkoutSet: z.object({
    sessionId: id,
    exerciseId: id,
    kind,
    reps: reps.optional(),
    loadKg: loadKg.optional(),
    rpe: rpe.optional(),
    durationS: durationS.optional(),
    distanceM: distanceM.optional(),
    doneAt: instant,
    idempotencyKey,
  }),
  UpdateWorkoutSet: z.object({ setId: id, updateMask }),
  DeleteWorkoutSet: z.object({ setId: id }),
  PauseWorkoutSession: aboutSession,
  ResumeWorkoutSession: aboutSession,
  FinishWorkoutSession: z.object({
    sessionId: id,
    endedAt: instant,
    note: optionalText(1_000, 'A note').optional(),
  }),
  AbandonWorkoutSession: aboutSession,
  BatchGetSessions: z.object({ ids: ids(1_000) }),
  BatchListSessions: windowOnEach('userIds').and(z.object({ states })),
  BatchListSets: windowOnEach('sessionIds'),
};
