import type { Resolvers } from '#gen/graphql/workouts.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import type { Context } from '../context.ts';
import {
  formulas,
  measurementKinds,
  measurementUnits,
  recordKinds,
  sessionStates,
} from '../present/enums.ts';
import { instantIn } from './inputs.ts';

/** What training and measuring add to people. What the viewer may not see of somebody is null. */
export const peopleResolvers = {
  Mutation: {
    async recordMeasurement(_parent, { input }, { measurements }) {
      const { measurement } = await measurements.recordMeasurement({
        ...input,
        kind: measurementKinds.valueOf(input.kind),
        unit: measurementUnits.valueOf(input.unit),
        measuredAt: instantIn(input.measuredAt),
      });
      return { measurement: promised(measurement) };
    },
    async deleteMeasurement(_parent, { input }, { measurements }) {
      await measurements.deleteMeasurement(input);
      return input;
    },
  },

  Viewer: {
    __resolveReference: viewerOf,
    async workoutPlans(_viewer, { templatesOnly, ...window }, { plans }) {
      const page = await plans.listPlans({ templatesOnly, page: pageRequestOf(window) });
      return connectionOf(page, ({ plan }) => ({ node: promised(plan) }));
    },
  },

  User: {
    __resolveReference: ({ id }) => ({ id }),
    async workoutAssignments({ id }, { activeOnly, ...window }, { assignmentsOf }) {
      const page = await assignmentsOf(window, { activeOnly }).load(id);
      return page && connectionOf(page, ({ assignment }) => ({ node: promised(assignment) }));
    },
    async workoutSessions({ id }, { states, ...window }, { sessionsOf }) {
      const filter = { states: states?.map(sessionStates.valueOf) ?? [] };
      const page = await sessionsOf(window, filter).load(id);
      return page && connectionOf(page, ({ session }) => ({ node: promised(session) }));
    },
    openWorkoutSession: ({ id }, _arguments, context) => newestSession(id, ['ACTIVE', 'PAUSED'], context),
    lastWorkoutSession: ({ id }, _arguments, context) => newestSession(id, ['FINISHED'], context),
    async personalRecords({ id }, { exerciseId, currentOnly, ...window }, { recordsOf }) {
      const page = await recordsOf(window, { exerciseId: exerciseId ?? undefined, currentOnly }).load(id);
      return page && connectionOf(page, ({ record }) => ({ node: promised(record) }));
    },
    workoutWeeks: ({ id }, { first }, { weeksOf }) => weeksOf(first).load(id),
    async bodyMeasurements({ id }, { kind, ...window }, { measurementsOf }) {
      const page = await measurementsOf(window, { kind: measurementKinds.valueOf(kind) }).load(id);
      return page && connectionOf(page, ({ measurement }) => ({ node: promised(measurement) }));
    },
    latestMeasurements: ({ id }, _arguments, { latestMeasurementsOf }) => latestMeasurementsOf.load(id),
    weightTrend: ({ id }, { days }, { weightTrendOf }) => weightTrendOf(days).load(id),
  },

  PersonalRecord: {
    __resolveReference: ({ id }, { recordById }) => recordById.load(id),
    person: ({ userId }) => ({ id: userId }),
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
    kind: ({ kind }) => recordKinds.requiredNameOf(kind),
    formula: ({ formula }) => formulas.nameOf(formula),
    session: ({ sessionId }, _arguments, { sessionById }) => sessionById.load(sessionId),
    achievedAt: ({ achievedAt }) => requiredDateOf(achievedAt),
  },

  BodyMeasurement: {
    __resolveReference: ({ id }, { measurementById }) => measurementById.load(id),
    person: ({ userId }) => ({ id: userId }),
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
  return page?.edges[0]?.session ?? null;
}
