import type { Resolvers } from '#gen/graphql/training.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf, timestampOf } from '#platform/service/timestamps.ts';
import {
  bookingStates,
  joinings,
  membershipStates,
  sessionStates,
  staffRoles,
  weekdays,
} from '../present-gyms.ts';

/** Types of gyms, from what their services answer. */
export function createGymTypes() {
  return {
    Gym: {
      __resolveReference: ({ id }, { gymById }) => gymById.load(id),
      websiteUrl: ({ websiteUrl }) => websiteUrl || null,
      joining: ({ joining }) => joinings.requiredNameOf(joining),
      ownRole: ({ ownRole }) => staffRoles.nameOf(ownRole),
      ownMembership: ({ id }, _arguments, { ownMembershipIn }) => ownMembershipIn.load(id),
      locations: async ({ id }, _arguments, { locationsOf }) => (await locationsOf.load(id)) ?? [],
    },

    Location: {
      gym: ({ gymId }, _arguments, { gymById }) => gymById.load(gymId),
      openingHours: (location) =>
        location.openingHours.map(({ weekday, ...span }) => ({
          ...span,
          weekday: weekdays.requiredNameOf(weekday),
        })),
      specialDays: (location) =>
        location.specialDays.map(({ day, opensAt, closesAt }) => ({
          day,
          opensAt: opensAt || null,
          closesAt: closesAt || null,
        })),
    },

    StaffMember: {
      person: ({ userId }) => stubOf(userId),
      role: ({ role }) => staffRoles.requiredNameOf(role),
      since: ({ since }) => requiredDateOf(since),
    },

    Membership: {
      gym: ({ gymId }, _arguments, { gymById }) => gymById.load(gymId),
      person: ({ userId }) => stubOf(userId),
      state: ({ state }) => membershipStates.requiredNameOf(state),
      startedAt: ({ startedAt }) => requiredDateOf(startedAt),
      lastDay: ({ lastDay }) => lastDay || null,
      endedAt: ({ endedAt }) => dateOf(endedAt),
    },

    GymClass: {
      __resolveReference: ({ id }, { classById }) => classById.load(id),
      gym: ({ gymId }, _arguments, { gymById }) => gymById.load(gymId),
      location: ({ locationId }, _arguments, { locationById }) => locationById.load(locationId),
      instructor: ({ instructorId }) => stubOf(instructorId),
      recurrenceRule: ({ recurrenceRule }) => recurrenceRule || null,
      endedAt: ({ endedAt }) => dateOf(endedAt),
    },

    ClassSession: {
      __resolveReference: ({ id }, { sessionById }) => sessionById.load(id),
      gymClass: ({ classId }, _arguments, { classById }) => classById.load(classId),
      location: ({ locationId }, _arguments, { locationById }) => locationById.load(locationId),
      instructor: ({ instructorId }) => stubOf(instructorId),
      startsAt: ({ startsAt }) => requiredDateOf(startsAt),
      endsAt: ({ endsAt }) => requiredDateOf(endsAt),
      state: ({ state }) => sessionStates.requiredNameOf(state),
      ownBooking: ({ id }, _arguments, { ownBookingOf }) => ownBookingOf.load(id),
    },

    Booking: {
      __resolveReference: ({ id }, { bookingById }) => bookingById.load(id),
      session: ({ classSessionId }, _arguments, { sessionById }) => sessionById.load(classSessionId),
      person: ({ userId }) => stubOf(userId),
      state: ({ state }) => bookingStates.requiredNameOf(state),
      bookedAt: ({ bookedAt }) => requiredDateOf(bookedAt),
      placedAt: ({ placedAt }) => dateOf(placedAt),
      checkedInAt: ({ checkedInAt }) => dateOf(checkedInAt),
      cancelledAt: ({ cancelledAt }) => dateOf(cancelledAt),
      waitingPosition: ({ waitingPosition }) => waitingPosition || null,
    },
  } satisfies Resolvers;
}

/** Queries of gyms to service calls. */
export function createGymQueries(): NonNullable<Resolvers['Query']> {
  return {
    gym: (_parent, { id }, { gymById }) => gymById.load(id),
    gymClass: (_parent, { id }, { classById }) => classById.load(id),
    classSession: (_parent, { id }, { sessionById }) => sessionById.load(id),
    booking: (_parent, { id }, { bookingById }) => bookingById.load(id),
    async gyms(_parent, { namePrefix, ...window }, { gyms }) {
      const page = await gyms.listGyms({ namePrefix, page: pageRequestOf(window) });
      return connectionOf(page, ({ gym }) => ({ node: promised(gym) }));
    },
    async gymStaff(_parent, { gymId, ...window }, { gyms }) {
      const page = await gyms.listStaff({ gymId, page: pageRequestOf(window) });
      return connectionOf(page, ({ staffMember }) => ({ node: promised(staffMember) }));
    },
    async gymMembers(_parent, { gymId, includeEnded, ...window }, { gyms }) {
      const page = await gyms.listMembers({ gymId, includeEnded, page: pageRequestOf(window) });
      return connectionOf(page, ({ membership }) => ({ node: promised(membership) }));
    },
    async gymClasses(_parent, { gymId, ...window }, { gyms }) {
      const page = await gyms.listClasses({ gymId, page: pageRequestOf(window) });
      return connectionOf(page, ({ gymClass }) => ({ node: promised(gymClass) }));
    },
    async classSessions(_parent, { gymId, classId, from, to, ...window }, { gyms }) {
      const page = await gyms.listClassSessions({
        gymId: gymId ?? '',
        classId: classId ?? '',
        from: timestampOf(from ?? null),
        to: timestampOf(to ?? null),
        page: pageRequestOf(window),
      });
      return connectionOf(page, ({ classSession }) => ({ node: promised(classSession) }));
    },
    async sessionBookings(_parent, { classSessionId, ...window }, { gyms }) {
      const page = await gyms.listSessionBookings({ classSessionId, page: pageRequestOf(window) });
      return connectionOf(page, ({ booking }) => ({ node: promised(booking) }));
    },
  };
}
