import type { ClassBooking__Output } from '#gen/proto/fitme/training/v1/ClassBooking.ts';
import { ClassBookingState } from '#gen/proto/fitme/training/v1/ClassBookingState.ts';
import type { ClassSession__Output } from '#gen/proto/fitme/training/v1/ClassSession.ts';
import { ClassSessionState } from '#gen/proto/fitme/training/v1/ClassSessionState.ts';
import type { Gym__Output } from '#gen/proto/fitme/training/v1/Gym.ts';
import type { GymClass__Output } from '#gen/proto/fitme/training/v1/GymClass.ts';
import { GymJoining } from '#gen/proto/fitme/training/v1/GymJoining.ts';
import type { GymLocation__Output } from '#gen/proto/fitme/training/v1/GymLocation.ts';
import type { GymMembership__Output } from '#gen/proto/fitme/training/v1/GymMembership.ts';
import { GymMembershipState } from '#gen/proto/fitme/training/v1/GymMembershipState.ts';
import type { GymStaffMember__Output } from '#gen/proto/fitme/training/v1/GymStaffMember.ts';
import { GymStaffRole } from '#gen/proto/fitme/training/v1/GymStaffRole.ts';
import { Weekday } from '#gen/proto/fitme/training/v1/Weekday.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { ClassBookingView } from '../../store/booking-reads.ts';
import type { ClassSessionView, GymClassView } from '../../store/class-reads.ts';
import type { GymView } from '../../store/gyms.ts';
import type { GymLocationView } from '../../store/locations.ts';
import type { GymMembershipView } from '../../store/memberships.ts';
import type { GymStaffView } from '../../store/staff.ts';

/** Enums, between the contracts and the domain, which calls them what GraphQL does. */
export const joinings = mapEnum(GymJoining, 'GYM_JOINING_');
export const staffRoles = mapEnum(GymStaffRole, 'GYM_STAFF_ROLE_');
export const membershipStates = mapEnum(GymMembershipState, 'GYM_MEMBERSHIP_STATE_');
export const weekdays = mapEnum(Weekday, 'WEEKDAY_');
export const sessionStates = mapEnum(ClassSessionState, 'CLASS_SESSION_STATE_');
export const bookingStates = mapEnum(ClassBookingState, 'CLASS_BOOKING_STATE_');

/** A gym as the proto says it. */
export function gymOf({ description, websiteUrl, joining, ownRole, ...same }: GymView): Gym__Output {
  return {
    ...same,
    description: description ?? undefined,
    websiteUrl: websiteUrl ?? undefined,
    joining: joinings.valueOf(joining),
    ownRole: staffRoles.valueOf(ownRole),
  };
}

/** A location as the proto says it. */
export function locationOf({ openingHours, specialDays, ...view }: GymLocationView): GymLocation__Output {
  return {
    ...view,
    streetAddress: view.streetAddress ?? undefined,
    postalCode: view.postalCode ?? undefined,
    city: view.city ?? undefined,
    openingHours: openingHours.map(({ weekday, ...span }) => ({
      ...span,
      weekday: weekdays.valueOf(weekday),
    })),
    specialDays: specialDays.map(({ day, opensAt, closesAt }) => ({
      day,
      opensAt: opensAt ?? undefined,
      closesAt: closesAt ?? undefined,
    })),
  };
}

/** Somebody of a gym's staff as the proto says it. */
export function staffMemberOf({ role, startedAt, ...same }: GymStaffView): GymStaffMember__Output {
  return { ...same, role: staffRoles.valueOf(role), startedAt: timestampOf(startedAt) };
}

/** A membership as the proto says it. */
export function membershipOf({
  startedAt,
  lastDay,
  endedAt,
  ...same
}: GymMembershipView): GymMembership__Output {
  return {
    ...same,
    state: membershipStates.valueOf(endedAt === null ? 'ACTIVE' : 'ENDED'),
    startedAt: timestampOf(startedAt),
    lastDay: lastDay ?? undefined,
    endedAt: timestampOf(endedAt),
  };
}

/** A class as the proto says it. */
export function classOf(view: GymClassView): GymClass__Output {
  return {
    ...view,
    description: view.description ?? undefined,
    instructorId: view.instructorId ?? undefined,
    recurrenceRule: view.recurrenceRule ?? undefined,
    endedAt: timestampOf(view.endedAt),
  };
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
    instructorId: instructorId ?? undefined,
    startsAt: timestampOf(startsAt),
    endsAt: timestampOf(endsAt),
    state: sessionStates.valueOf(state),
  };
}

/** A booking as the proto says it. */
export function bookingOf({ startsAt: _startsAt, ...view }: ClassBookingView): ClassBooking__Output {
  return {
    ...view,
    state: bookingStates.valueOf(view.state),
    bookedAt: timestampOf(view.bookedAt),
    placedAt: timestampOf(view.placedAt),
    checkedInAt: timestampOf(view.checkedInAt),
    cancelledAt: timestampOf(view.cancelledAt),
    waitingPosition: view.waitingPosition ?? undefined,
  };
}
