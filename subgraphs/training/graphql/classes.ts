import type { Resolvers } from '#gen/graphql/training.ts';
import type { ClassSessionsOfGymPage__Output } from '#gen/proto/fitme/training/v1/ClassSessionsOfGymPage.ts';
import { connectionOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf, timestampOf } from '#platform/service/timestamps.ts';
import { bookingStates, sessionStates } from '../rpc/present/gyms.ts';
import { foundBy } from './found.ts';
import type { Span } from './gym-loaders.ts';

/** Types of classes, their sessions and bookings, from what their services answer. */
export function createClassTypes() {
  return {
    GymClass: {
      __resolveReference: ({ id }, { gymClassById }) => gymClassById.load(id),
      gym: ({ gymId }, _arguments, { gymById }) => foundBy(gymById, gymId),
      gymLocation: ({ gymLocationId }, _arguments, { gymLocationById }) =>
        foundBy(gymLocationById, gymLocationId),
      instructor: ({ instructorId }) => stubOf(instructorId),
      endedAt: ({ endedAt }) => dateOf(endedAt),
      async classSessions({ id }, { from, to, ...window }, { sessionsOfClass }) {
        return sessionsOf(await foundBy(sessionsOfClass(window, spanOf(from, to)), id));
      },
    },

    ClassSession: {
      __resolveReference: ({ id }, { classSessionById }) => classSessionById.load(id),
      gymClass: ({ gymClassId }, _arguments, { gymClassById }) => foundBy(gymClassById, gymClassId),
      gymLocation: ({ gymLocationId }, _arguments, { gymLocationById }) =>
        foundBy(gymLocationById, gymLocationId),
      instructor: ({ instructorId }) => stubOf(instructorId),
      startsAt: ({ startsAt }) => requiredDateOf(startsAt),
      endsAt: ({ endsAt }) => requiredDateOf(endsAt),
      state: ({ state }) => sessionStates.requiredNameOf(state),
      ownBooking: ({ id }, _arguments, { ownClassBookingOf }) => ownClassBookingOf.load(id),
      async bookings({ id }, window, { bookingsOf }) {
        const page = await bookingsOf(window).load(id);
        return page && connectionOf(page, ({ classBooking }) => ({ node: promised(classBooking) }));
      },
    },

    ClassBooking: {
      __resolveReference: ({ id }, { classBookingById }) => classBookingById.load(id),
      classSession: ({ classSessionId }, _arguments, { classSessionById }) =>
        foundBy(classSessionById, classSessionId),
      user: ({ userId }) => stubOf(userId),
      state: ({ state }) => bookingStates.requiredNameOf(state),
      bookedAt: ({ bookedAt }) => requiredDateOf(bookedAt),
      placedAt: ({ placedAt }) => dateOf(placedAt),
      checkedInAt: ({ checkedInAt }) => dateOf(checkedInAt),
      cancelledAt: ({ cancelledAt }) => dateOf(cancelledAt),
    },
  } satisfies Resolvers;
}

/** The span of time in which sessions begin, as services take it. */
export function spanOf(from: Date | null | undefined, to: Date | null | undefined): Span {
  return { from: timestampOf(from ?? null), to: timestampOf(to ?? null) };
}

/** A page of sessions, of a gym or of a class. */
export function sessionsOf(page: Pick<ClassSessionsOfGymPage__Output, 'edges' | 'pageInfo'>) {
  return connectionOf(page, ({ classSession }) => ({ node: promised(classSession) }));
}
