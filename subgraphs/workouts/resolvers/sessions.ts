import type { Resolvers } from '#gen/graphql/workouts.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { connectionOf } from '#platform/graphql/connections.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { sessionStates, setKinds } from '../present/enums.ts';
import { instantIn, said } from './inputs.ts';

/** Training as it is done. */
export const sessionResolvers = {
  Query: {
    workoutSession: (_parent, { id }, { sessionById }) => sessionById.load(id),
  },

  Mutation: {
    async startWorkoutSession(_parent, { input }, { sessions }) {
      const { title, plannedDay, startedAt, idempotencyKey } = input;
      const { session } = await sessions.startWorkoutSession({
        title: title ?? '',
        ...plannedDay,
        startedAt: instantIn(startedAt),
        idempotencyKey,
      });
      return { session: promised(session) };
    },
    async logWorkoutSet(_parent, { input }, { sessions }) {
      const { sessionId, exerciseId, kind, doneAt, idempotencyKey, ...values } = input;
      const { set, session } = await sessions.logWorkoutSet({
        sessionId,
        exerciseId,
        kind: setKinds.valueOf(kind),
        ...said(values),
        doneAt: instantIn(doneAt),
        idempotencyKey,
      });
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
      assignmentId === '' ? null : assignmentById.load(assignmentId),
    week: ({ week }) => week || null,
    day: ({ day }) => day || null,
    startedAt: ({ startedAt }) => requiredDateOf(startedAt),
    endedAt: ({ endedAt }) => dateOf(endedAt),
    note: ({ note }) => note || null,
    async sets({ id }, window, { setsOf }) {
      const page = await setsOf(window, {}).load(id);
      return page && connectionOf(page, ({ set }) => ({ node: promised(set) }));
    },
  },

  WorkoutSet: {
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
    kind: ({ kind }) => setKinds.requiredNameOf(kind),
    reps: ({ reps }) => reps ?? null,
    loadKg: ({ loadKg }) => loadKg ?? null,
    rpe: ({ rpe }) => rpe ?? null,
    durationS: ({ durationS }) => durationS ?? null,
    distanceM: ({ distanceM }) => distanceM ?? null,
    doneAt: ({ doneAt }) => requiredDateOf(doneAt),
  },
} satisfies Resolvers;
