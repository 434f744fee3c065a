import type { Resolvers } from '#gen/graphql/training.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { joinings, membershipStates, staffRoles, weekdays } from '../rpc/present/gyms.ts';
import { createClassTypes, sessionsOf, spanOf } from './classes.ts';
import { foundBy } from './found.ts';

/** Types of gyms, from what their services answer. */
export function createGymTypes() {
  return {
    Gym: {
      __resolveReference: ({ id }, { gymById }) => gymById.load(id),
      joining: ({ joining }) => joinings.requiredNameOf(joining),
      ownRole: ({ ownRole }) => staffRoles.nameOf(ownRole),
      ownMembership: ({ id }, _arguments, { ownGymMembershipIn }) => ownGymMembershipIn.load(id),
      locations: async ({ id }, _arguments, { gymLocationsOf }) => (await gymLocationsOf.load(id)) ?? [],
      async staff({ id }, window, { staffOf }) {
        const page = await foundBy(staffOf(window), id);
        return connectionOf(page, ({ gymStaffMember }) => ({ node: promised(gymStaffMember) }));
      },
      async memberships({ id }, { includeEnded, ...window }, { membershipsOf }) {
        const page = await membershipsOf(window, { includeEnded }).load(id);
        return page && connectionOf(page, ({ gymMembership }) => ({ node: promised(gymMembership) }));
      },
      async classes({ id }, window, { classesOf }) {
        const page = await foundBy(classesOf(window), id);
        return connectionOf(page, ({ gymClass }) => ({ node: promised(gymClass) }));
      },
      async classSessions({ id }, { from, to, ...window }, { sessionsOfGym }) {
        return sessionsOf(await foundBy(sessionsOfGym(window, spanOf(from, to)), id));
      },
    },

    GymLocation: {
      __resolveReference: ({ id }, { gymLocationById }) => gymLocationById.load(id),
      gym: ({ gymId }, _arguments, { gymById }) => foundBy(gymById, gymId),
      openingHours: (location) =>
        location.openingHours.map(({ weekday, ...span }) => ({
          ...span,
          weekday: weekdays.requiredNameOf(weekday),
        })),
      specialDays: (location) =>
        location.specialDays.map(({ day, opensAt = null, closesAt = null }) => ({ day, opensAt, closesAt })),
    },

    GymStaffMember: {
      user: ({ userId }) => stubOf(userId),
      role: ({ role }) => staffRoles.requiredNameOf(role),
      startedAt: ({ startedAt }) => requiredDateOf(startedAt),
    },

    GymMembership: {
      __resolveReference: ({ id }, { gymMembershipById }) => gymMembershipById.load(id),
      gym: ({ gymId }, _arguments, { gymById }) => foundBy(gymById, gymId),
      user: ({ userId }) => stubOf(userId),
      state: ({ state }) => membershipStates.requiredNameOf(state),
      startedAt: ({ startedAt }) => requiredDateOf(startedAt),
      endedAt: ({ endedAt }) => dateOf(endedAt),
    },

    ...createClassTypes(),
  } satisfies Resolvers;
}

/** Queries of gyms to service calls. */
export function createGymQueries(): NonNullable<Resolvers['Query']> {
  return {
    gym: (_parent, { id }, { gymById }) => gymById.load(id),
    gymLocation: (_parent, { id }, { gymLocationById }) => gymLocationById.load(id),
    gymMembership: (_parent, { id }, { gymMembershipById }) => gymMembershipById.load(id),
    gymClass: (_parent, { id }, { gymClassById }) => gymClassById.load(id),
    classSession: (_parent, { id }, { classSessionById }) => classSessionById.load(id),
    classBooking: (_parent, { id }, { classBookingById }) => classBookingById.load(id),
    async gyms(_parent, { namePrefix, ...window }, { gyms }) {
      const page = await gyms.listGyms({ namePrefix, page: pageRequestOf(window) });
      return connectionOf(page, ({ gym }) => ({ node: promised(gym) }));
    },
  };
}
