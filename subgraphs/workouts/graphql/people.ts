import type { Resolvers } from '#gen/graphql/workouts.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import {
  formulas,
  measurementKinds,
  measurementUnits,
  recordKinds,
  sessionStates,
} from '../rpc/present/enums.ts';
import type { Context } from './context.ts';
import { instantIn } from './inputs.ts';

/** What training and measuring add to people. What the viewer may not see of somebody is null. */
export const peopleResolvers = {
  Query: {
    personalRecord: (_parent, { id }, { recordById }) => recordById.load(id),
    bodyMeasurement: (_parent, { id }, { measurementById }) => measurementById.load(id),
  },

  Mutation: {
    async recordBodyMeasurement(_parent, { input }, { measurements }) {
      const { bodyMeasurement } = await measurements.recordBodyMeasurement({
        ...input,
        kind: measurementKinds.valueOf(input.kind),
        unit: measurementUnits.valueOf(input.unit),
        measuredAt: instantIn(input.measuredAt),
      });
      return { bodyMeasurement: promised(bodyMeasurement) };
    },
    async deleteBodyMeasurement(_parent, { input }, { measurements }) {
      await measurements.deleteBodyMeasurement(input);
      return input;
    },
  },

  Viewer: {
    __resolveReference: viewerOf,
    async workoutPlans(_viewer, { templatesOnly, ...window }, { plans }) {
      const page = await plans.listWorkoutPlans({ templatesOnly, page: pageRequestOf(window) });
      return connectionOf(page, ({ workoutPlan }) => ({ node: promised(workoutPlan) }));
    },
  },

  User: {
    __resolveReference: ({ id }) => ({ id }),
    async workoutAssignments({ id }, { activeOnly, ...window }, { assignmentsOf }) {
      const page = await assignmentsOf(window, { activeOnly }).load(id);
      return page && connectionOf(page, ({ workoutAssignment }) => ({ node: promised(workoutAssignment) }));
    },
    async workoutSessions({ id }, { states, ...window }, { sessionsOf }) {
      const filter = { states: states?.map(sessionStates.valueOf) ?? [] };
      const page = await sessionsOf(window, filter).load(id);
      return page && connectionOf(page, ({ workoutSession }) => ({ node: promised(workoutSession) }));
    },
    openWorkoutSession: ({ id }, _arguments, context) => newestSession(id, ['ACTIVE', 'PAUSED'], context),
    lastWorkoutSession: ({ id }, _arguments, context) => newestSession(id, ['FINISHED'], context),
    async personalRecords({ id }, { exerciseId, currentOnly, ...window }, { recordsOf }) {
      const page = await recordsOf(window, { exerciseId: exerciseId ?? undefined, currentOnly }).load(id);
      return page && connectionOf(page, ({ personalRecord }) => ({ node: promised(personalRecord) }));
    },
    workoutWeeks: ({ id }, { first }, { weeksOf }) => weeksOf(first).load(id),
    async bodyMeasurements({ id }, { kind, ...window }, { measurementsOf }) {
      const page = await measurementsOf(window, { kind: measurementKinds.valueOf(kind) }).load(id);
      return page && connectionOf(page, ({ bodyMeasurement }) => ({ node: promised(bodyMeasurement) }));
    },
    latestBodyMeasurements: ({ id }, _arguments, { latestBodyMeasurementsOf }) =>
      latestBodyMeasurementsOf.load(id),
    weightTrend: ({ id }, { days }, { weightTrendOf }) => weightTrendOf(days).load(id),
  },

  PersonalRecord: {
    __resolveReference: ({ id }, { recordById }) => recordById.load(id),
    user: ({ userId }) => ({ id: userId }),
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
    kind: ({ kind }) => recordKinds.requiredNameOf(kind),
    formula: ({ formula }) => formulas.nameOf(formula),
    session: ({ workoutSessionId }, _arguments, { sessionById }) => sessionById.load(workoutSessionId),
    achievedAt: ({ achievedAt }) => requiredDateOf(achievedAt),
  },

  BodyMeasurement: {
    __resolveReference: ({ id }, { measurementById }) => measurementById.load(id),
    user: ({ userId }) => ({ id: userId }),
    kind: ({ kind }) => measurementKinds.requiredNameOf(kind),
    unit: ({ unit }) => measurementUnits.requiredNameOf(unit),
    measuredAt: ({ measuredAt }) => requiredDateOf(measuredAt),
    photo: ({ photoFileId }) => stubOf(photoFileId),
  },
} satisfies Resolvers;

async function newestSession(
  userId: string,
  states: ('ACTIVE' | 'PAUSED' | 'FINISHED')[],
  { sessionsOf }: Context,
) {
  const filter = { states: states.map(sessionStates.valueOf) };
  const page = await sessionsOf({ first: 1 }, filter).load(userId);
  return page?.edges[0]?.workoutSession ?? null;
}
