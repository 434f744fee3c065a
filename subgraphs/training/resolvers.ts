import type { Resolvers } from '#gen/graphql/training.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf, timestampOf } from '#platform/service/timestamps.ts';
import { rateUnits, sides, specialities, states, steps } from './present.ts';
import { createGymMutations } from './resolvers/gym-mutations.ts';
import { createGymQueries, createGymTypes } from './resolvers/gyms.ts';
import { createTrainingMutations } from './resolvers/training-mutations.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: {
      ...createGymQueries(),
      clientRelationship: (_parent, { id }, { relationshipById }) => relationshipById.load(id),
      appointment: (_parent, { id }, { appointmentById }) => appointmentById.load(id),
      async trainers(_parent, { specialities: wanted, ...window }, { training }) {
        const page = await training.listTrainers({
          specialities: wanted?.map(specialities.valueOf) ?? [],
          page: pageRequestOf(window),
        });
        return connectionOf(page, ({ trainerProfile }) => ({ node: promised(trainerProfile) }));
      },
      async relationshipHistory(_parent, { relationshipId, ...window }, { training }) {
        const request = { relationshipId, page: pageRequestOf(window) };
        const page = await training.listRelationshipChanges(request);
        return connectionOf(page, ({ change }) => ({ node: promised(change) }));
      },
    },

    Mutation: { ...createTrainingMutations(), ...createGymMutations() },

    User: {
      __resolveReference: ({ id }) => ({ id }),
      trainerProfile: ({ id }, _arguments, { trainerProfileOf }) => trainerProfileOf.load(id),
      clients: createListOf('TRAINER'),
      trainers: createListOf('CLIENT'),
      async appointments({ id }, { from, to, includeCancelled, ...window }, { viewer, training }) {
        if (id !== viewer?.id) return null;
        const page = await training.listAppointments({
          from: timestampOf(from ?? null),
          to: timestampOf(to ?? null),
          includeCancelled,
          page: pageRequestOf(window),
        });
        return connectionOf(page, ({ appointment }) => ({ node: promised(appointment) }));
      },
      async gymMemberships({ id }, window, { viewer, gyms }) {
        if (id !== viewer?.id) return null;
        const page = await gyms.listMemberships({ page: pageRequestOf(window) });
        return connectionOf(page, ({ membership }) => ({ node: promised(membership) }));
      },
      async classBookings({ id }, { includePast, ...window }, { viewer, gyms }) {
        if (id !== viewer?.id) return null;
        const page = await gyms.listBookings({ includePast, page: pageRequestOf(window) });
        return connectionOf(page, ({ booking }) => ({ node: promised(booking) }));
      },
    },

    TrainerProfile: {
      trainer: ({ trainerId }) => stubOf(trainerId),
      specialities: (profile) => profile.specialities.map(specialities.requiredNameOf),
      rates: (profile) =>
        profile.rates.map(({ unit, ...rate }) => ({ ...rate, unit: rateUnits.requiredNameOf(unit) })),
    },

    ClientRelationship: {
      __resolveReference: ({ id }, { relationshipById }) => relationshipById.load(id),
      trainer: ({ trainerId }) => stubOf(trainerId),
      client: ({ clientId }) => stubOf(clientId),
      state: ({ state }) => states.requiredNameOf(state),
      permissions: (relationship) => relationship.permissions.map(permissions.requiredNameOf),
      message: ({ message }) => message || null,
      openedAt: ({ openedAt }) => requiredDateOf(openedAt),
      acceptedAt: ({ acceptedAt }) => dateOf(acceptedAt),
      pausedBy: ({ pausedById }) => stubOf(pausedById),
      endedAt: ({ endedAt }) => dateOf(endedAt),
      changedAt: ({ changedAt }) => requiredDateOf(changedAt),
      nextAppointment: ({ id }, _arguments, { nextAppointmentOf }) => nextAppointmentOf.load(id),
    },

    RelationshipChange: {
      step: ({ step }) => steps.requiredNameOf(step),
      actor: ({ actorId }) => stubOf(actorId),
      permissions: (change) => change.permissions.map(permissions.requiredNameOf),
      changedAt: ({ changedAt }) => requiredDateOf(changedAt),
    },

    Appointment: {
      __resolveReference: ({ id }, { appointmentById }) => appointmentById.load(id),
      relationship: ({ relationshipId }, _arguments, { relationshipById }) =>
        relationshipById.load(relationshipId),
      trainer: ({ trainerId }) => stubOf(trainerId),
      client: ({ clientId }) => stubOf(clientId),
      place: ({ place }) => place || null,
      startsAt: ({ startsAt }) => requiredDateOf(startsAt),
      endsAt: ({ endsAt }) => requiredDateOf(endsAt),
      createdBy: ({ createdById }) => stubOf(createdById),
      cancelledAt: ({ cancelledAt }) => dateOf(cancelledAt),
      cancelledBy: ({ cancelledById }) => stubOf(cancelledById),
    },

    ...createGymTypes(),
  };
}

type UserResolvers = NonNullable<Resolvers['User']>;
type ListResolver = Extract<UserResolvers['clients'], (...parts: never) => unknown>;

/** Somebody's relationships on one side, for themselves alone. */
function createListOf(side: 'TRAINER' | 'CLIENT'): ListResolver {
  return async ({ id }, { states: wanted, ...window }, { viewer, training }) => {
    if (id !== viewer?.id) return null;
    const page = await training.listClientRelationships({
      side: sides.valueOf(side),
      states: wanted?.map(states.valueOf) ?? [],
      page: pageRequestOf(window),
    });
    return connectionOf(page, ({ relationship }) => ({ node: promised(relationship) }));
  };
}
