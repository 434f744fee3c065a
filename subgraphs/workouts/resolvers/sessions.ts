import type { Resolvers } from '#gen/graphql/workouts.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { connectionOf } from '#platform/graphql/connections.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { sessionStates, setKinds } from '../present/enums.ts';
import { instantIn } from './inputs.ts';

/** Training as it is done. */
export const sessionResolvers = {
  Query: {
    workoutSession: (_parent, { id }, { sessionById }) => sessionById.load(id),
  },

  Mutation: {
    async startWorkoutSession(_parent, { input }, { sessions }) {
      const { plannedDay, startedAt, ...same } = input;
      const request = { ...same, ...plannedDay, startedAt: instantIn(startedAt) };
      const { session } = await sessions.startWorkoutSession(request);
      return { session: promised(session) };
    },
    async logWorkoutSet(_parent, { input }, { sessions }) {
      const request = { ...input, kind: setKinds.valueOf(input.kind), doneAt: instantIn(input.doneAt) };
      const { set, session } = await sessions.logWorkoutSet(request);
      return { set: promised(set), session: promised(session) };
    },
    async updateWorkoutSet(_parent, { input: { setId, ...changes } }, { sessions }) {
      const request = { ...changesOf(changes), kind: setKinds.valueOf(changes.kind) };
      const { set, session } = await sessions.updateWorkoutSet({ setId, ...request });
      return { set: promised(set), session: promised(session) };
    },
    async deleteWorkoutSet(_parent, { input }, { sessions }) {
      const { session } = await sessions.deleteWorkoutSet(input);
      return { session: promised(session) };
    },
    async pauseWorkoutSession(_parent, { input }, { sessions }) {
      const { session } = await sessions.pauseWorkoutSession(input);
      return { session: promised(session) };
    },
    async resumeWorkoutSession(_parent, { input }, { sessions }) {
      const { session } = await sessions.resumeWorkoutSession(input);
      return { session: promised(session) };
    },
    async finishWorkoutSession(_parent, { input }, { sessions, recordById }) {
      const request = { ...input, endedAt: instantIn(input.endedAt) };
      const { session, recordIds } = await sessions.finishWorkoutSession(request);
      const records = await Promise.all(recordIds.map((id) => recordById.load(id)));
      return { session: promised(session), records: records.filter((record) => record !== null) };
    },
    async abandonWorkoutSession(_parent, { input }, { sessions }) {
      const { session } = await sessions.abandonWorkoutSession(input);
      return { session: promised(session) };
    },
  },

  WorkoutSession: {
    __resolveReference: ({ id }, { sessionById }) => sessionById.load(id),
    person: ({ userId }) => ({ id: userId }),
    state: ({ state }) => sessionStates.requiredNameOf(state),
    assignment: ({ assignmentId }, _arguments, { assignmentById }) =>
      assignmentId === undefined ? null : assignmentById.load(assignmentId),
    startedAt: ({ startedAt }) => requiredDateOf(startedAt),
    endedAt: ({ endedAt }) => dateOf(endedAt),
    async sets({ id }, window, { setsOf }) {
      const page = await setsOf(window, {}).load(id);
      return page && connectionOf(page, ({ set }) => ({ node: promised(set) }));
    },
  },

  WorkoutSet: {
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
    kind: ({ kind }) => setKinds.requiredNameOf(kind),
    doneAt: ({ doneAt }) => requiredDateOf(doneAt),
  },
} satisfies Resolvers;
