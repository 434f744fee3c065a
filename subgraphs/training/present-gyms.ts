import type { Booking__Output } from '#gen/proto/fitme/training/v1/Booking.ts';
import { BookingState } from '#gen/proto/fitme/training/v1/BookingState.ts';
import type { ClassSession__Output } from '#gen/proto/fitme/training/v1/ClassSession.ts';
import { ClassSessionState } from '#gen/proto/fitme/training/v1/ClassSessionState.ts';
import type { Gym__Output } from '#gen/proto/fitme/training/v1/Gym.ts';
import type { GymClass__Output } from '#gen/proto/fitme/training/v1/GymClass.ts';
import { GymJoining } from '#gen/proto/fitme/training/v1/GymJoining.ts';
import type { Location__Output } from '#gen/proto/fitme/training/v1/Location.ts';
import type { Membership__Output } from '#gen/proto/fitme/training/v1/Membership.ts';
import { MembershipState } from '#gen/proto/fitme/training/v1/MembershipState.ts';
import type { StaffMember__Output } from '#gen/proto/fitme/training/v1/StaffMember.ts';
import { StaffRole } from '#gen/proto/fitme/training/v1/StaffRole.ts';
import { Weekday } from '#gen/proto/fitme/training/v1/Weekday.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { BookingView } from './store/booking-reads.ts';
import type { ClassSessionView, ClassView } from './store/classes.ts';
import type { GymView } from './store/gyms.ts';
import type { LocationView } from './store/locations.ts';
import type { MembershipView } from './store/memberships.ts';
import type { StaffView } from './store/staff.ts';

/** Enums, between the contracts and the domain, which calls them what GraphQL does. */
export const joinings = mapEnum(GymJoining, 'GYM_JOINING_');
export const staffRoles = mapEnum(StaffRole, 'STAFF_ROLE_');
export const membershipStates = mapEnum(MembershipState, 'MEMBERSHIP_STATE_');
export const weekdays = mapEnum(Weekday, 'WEEKDAY_');
export const sessionStates = mapEnum(ClassSessionState, 'CLASS_SESSION_STATE_');
export const bookingStates = mapEnum(BookingState, 'BOOKING_STATE_');

/** A gym as the proto says it. */
export function gymOf({ joining, ownRole, ...same }: GymView): Gym__Output {
  return { ...same, joining: joinings.valueOf(joining), ownRole: staffRoles.valueOf(ownRole) };
}

/** A location as the proto says it. */
export function locationOf({ openingHours, ...same }: LocationView): Location__Output {
  const hours = openingHours.map(({ weekday, ...span }) => ({ ...span, weekday: weekdays.valueOf(weekday) }));
  return { ...same, openingHours: hours };
}

/** Somebody of a gym's staff as the proto says it. */
export function staffMemberOf({ role, since, ...same }: StaffView): StaffMember__Output {
  return { ...same, role: staffRoles.valueOf(role), since: timestampOf(since) };
}

/** A membership as the proto says it. */
export function membershipOf({ startedAt, lastDay, endedAt, ...same }: MembershipView): Membership__Output {
  return {
    ...same,
    state: membershipStates.valueOf(endedAt === null ? 'ACTIVE' : 'ENDED'),
    startedAt: timestampOf(startedAt),
    lastDay: lastDay ?? '',
    endedAt: timestampOf(endedAt),
  };
}

/** A class as the proto says it. */
export function classOf({ instructorId, endedAt, ...same }: ClassView): GymClass__Output {
  return { ...same, instructorId: instructorId ?? '', endedAt: timestampOf(endedAt) };
}

/** A session as the proto says it. */
export function classSessionOf({
  instructorId,
  startsAt,
  endsAt,
  state,
  ...same
}: ClassSessionView): ClassSession__Output {
  return {
    ...same,
    instructorId: instructorId ?? '',
    startsAt: timestampOf(startsAt),
    endsAt: timestampOf(endsAt),
    state: sessionStates.valueOf(state),
  };
}

/** A booking as the proto says it. */
export function bookingOf({ startsAt: _startsAt, ...view }: BookingView): Booking__Output {
  return {
    ...view,
    state: bookingStates.valueOf(view.state),
    bookedAt: timestampOf(view.bookedAt),
    placedAt: timestampOf(view.placedAt),
    checkedInAt: timestampOf(view.checkedInAt),
    cancelledAt: timestampOf(view.cancelledAt),
  };
}
