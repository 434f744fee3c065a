import type { Resolvers } from '#gen/graphql/training.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { rateUnits, specialities, states, steps } from '../rpc/present/training.ts';
import { foundBy } from './found.ts';
import { createGymMutations } from './gym-mutations.ts';
import { createGymQueries, createGymTypes } from './gyms.ts';
import { createTrainingMutations } from './training-mutations.ts';
import { viewerResolvers } from './viewer.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: {
      ...createGymQueries(),
      clientRelationship: (_parent, { id }, { clientRelationshipById }) => clientRelationshipById.load(id),
      appointment: (_parent, { id }, { appointmentById }) => appointmentById.load(id),
      async trainerProfiles(_parent, { specialities: wanted, ...window }, { training }) {
        const page = await training.listTrainerProfiles({
          specialities: wanted?.map(specialities.valueOf) ?? [],
          page: pageRequestOf(window),
        });
        return connectionOf(page, ({ trainerProfile }) => ({ node: promised(trainerProfile) }));
      },
    },

    Mutation: { ...createTrainingMutations(), ...createGymMutations() },

    Viewer: viewerResolvers,

    User: {
      __resolveReference: ({ id }) => ({ id }),
      trainerProfile: ({ id }, _arguments, { trainerProfileOf }) => trainerProfileOf.load(id),
    },

    TrainerProfile: {
      trainer: ({ trainerId }) => stubOf(trainerId),
      specialities: (profile) => profile.specialities.map(specialities.requiredNameOf),
      rates: (profile) =>
        profile.rates.map(({ price, unit }) => ({
          price: promised(price),
          unit: rateUnits.requiredNameOf(unit),
        })),
    },

    ClientRelationship: {
      __resolveReference: ({ id }, { clientRelationshipById }) => clientRelationshipById.load(id),
      trainer: ({ trainerId }) => stubOf(trainerId),
      client: ({ clientId }) => stubOf(clientId),
      state: ({ state }) => states.requiredNameOf(state),
      permissions: (relationship) => relationship.permissions.map(permissions.requiredNameOf),
      openedAt: ({ openedAt }) => requiredDateOf(openedAt),
      acceptedAt: ({ acceptedAt }) => dateOf(acceptedAt),
      pausedBy: ({ pausedById }) => stubOf(pausedById),
      endedAt: ({ endedAt }) => dateOf(endedAt),
      changedAt: ({ changedAt }) => requiredDateOf(changedAt),
      nextAppointment: ({ id }, _arguments, { nextAppointmentOf }) => nextAppointmentOf.load(id),
      async history({ id }, window, { historyOf }) {
        const page = await foundBy(historyOf(window), id);
        return connectionOf(page, ({ clientRelationshipChange }) => ({
          node: promised(clientRelationshipChange),
        }));
      },
    },

    ClientRelationshipChange: {
      step: ({ step }) => steps.requiredNameOf(step),
      actor: ({ actorId }) => stubOf(actorId),
      permissions: (change) => change.permissions.map(permissions.requiredNameOf),
      changedAt: ({ changedAt }) => requiredDateOf(changedAt),
    },

    Appointment: {
      __resolveReference: ({ id }, { appointmentById }) => appointmentById.load(id),
      clientRelationship: ({ clientRelationshipId }, _arguments, { clientRelationshipById }) =>
        foundBy(clientRelationshipById, clientRelationshipId),
      trainer: ({ trainerId }) => stubOf(trainerId),
      client: ({ clientId }) => stubOf(clientId),
      startsAt: ({ startsAt }) => requiredDateOf(startsAt),
      endsAt: ({ endsAt }) => requiredDateOf(endsAt),
      createdBy: ({ createdById }) => stubOf(createdById),
      cancelledAt: ({ cancelledAt }) => dateOf(cancelledAt),
      cancelledBy: ({ cancelledById }) => stubOf(cancelledById),
    },

    ...createGymTypes(),
  };
}
