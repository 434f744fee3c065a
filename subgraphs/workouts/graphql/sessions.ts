import type { Resolvers } from '#gen/graphql/workouts.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { connectionOf } from '#platform/graphql/connections.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { sessionStates, setKinds } from '../rpc/present/enums.ts';
import { instantIn } from './inputs.ts';

/** Training as it is done. */
export const sessionResolvers = {
  Query: {
    workoutSession: (_parent, { id }, { sessionById }) => sessionById.load(id),
  },

  Mutation: {
    async startWorkoutSession(_parent, { input }, { sessions }) {
      const request = { ...input, startedAt: instantIn(input.startedAt) };
      const { workoutSession } = await sessions.startWorkoutSession(request);
      return { workoutSession: promised(workoutSession) };
    },
    async logWorkoutSet(_parent, { input }, { sessions }) {
      const request = { ...input, kind: setKinds.valueOf(input.kind), doneAt: instantIn(input.doneAt) };
      const { workoutSet, workoutSession } = await sessions.logWorkoutSet(request);
      return { workoutSet: promised(workoutSet), workoutSession: promised(workoutSession) };
    },
    async updateWorkoutSet(_parent, { input: { workoutSetId, ...changes } }, { sessions }) {
      const request = { ...changesOf(changes), kind: setKinds.valueOf(changes.kind) };
      const { workoutSet, workoutSession } = await sessions.updateWorkoutSet({ workoutSetId, ...request });
      return { workoutSet: promised(workoutSet), workoutSession: promised(workoutSession) };
    },
    async deleteWorkoutSet(_parent, { input }, { sessions }) {
      const { workoutSession } = await sessions.deleteWorkoutSet(input);
      return { workoutSession: promised(workoutSession) };
    },
    async pauseWorkoutSession(_parent, { input }, { sessions }) {
      const { workoutSession } = await sessions.pauseWorkoutSession(input);
      return { workoutSession: promised(workoutSession) };
    },
    async resumeWorkoutSession(_parent, { input }, { sessions }) {
      const { workoutSession } = await sessions.resumeWorkoutSession(input);
      return { workoutSession: promised(workoutSession) };
    },
    async finishWorkoutSession(_parent, { input }, { sessions, recordById }) {
      const request = { ...input, endedAt: instantIn(input.endedAt) };
      const { workoutSession, personalRecordIds } = await sessions.finishWorkoutSession(request);
      const records = await Promise.all(personalRecordIds.map((id) => recordById.load(id)));
      const personalRecords = records.filter((record) => record !== null);
      return { workoutSession: promised(workoutSession), personalRecords };
    },
    async abandonWorkoutSession(_parent, { input }, { sessions }) {
      const { workoutSession } = await sessions.abandonWorkoutSession(input);
      return { workoutSession: promised(workoutSession) };
    },
  },

  WorkoutSession: {
    __resolveReference: ({ id }, { sessionById }) => sessionById.load(id),
    user: ({ userId }) => ({ id: userId }),
    state: ({ state }) => sessionStates.requiredNameOf(state),
    assignment: ({ workoutAssignmentId }, _arguments, { assignmentById }) =>
      workoutAssignmentId === undefined ? null : assignmentById.load(workoutAssignmentId),
    startedAt: ({ startedAt }) => requiredDateOf(startedAt),
    endedAt: ({ endedAt }) => dateOf(endedAt),
    async sets({ id }, window, { setsOf }) {
      const page = await setsOf(window).load(id);
      return page && connectionOf(page, ({ workoutSet }) => ({ node: promised(workoutSet) }));
    },
  },

  WorkoutSet: {
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
    kind: ({ kind }) => setKinds.requiredNameOf(kind),
    doneAt: ({ doneAt }) => requiredDateOf(doneAt),
  },
} satisfies Resolvers;
