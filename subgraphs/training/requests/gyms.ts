import { z } from 'zod';
import { GymJoining } from '#gen/proto/fitme/training/v1/GymJoining.ts';
import { GymStaffRole } from '#gen/proto/fitme/training/v1/GymStaffRole.ts';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import { Weekday } from '#gen/proto/fitme/training/v1/Weekday.ts';
import { isDay } from '#platform/days.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import {
  httpsUrl,
  id,
  idempotencyKey,
  ids,
  optionalText,
  timeZone,
} from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { faultsOfOpeningHours, faultsOfSpecialDays, type HoursFault } from '../rules/hours.ts';
import { expectedVersion, instant, listOf, oneLine, setValue, wholeNumber, windowOnEach } from './fields.ts';

const day = z.string().refine(isDay, 'takes an ISO date, for example "2026-12-24"');

/** What of a gym is told by hand. */
export const gym = z.object({
  name: oneLine(1, 120),
  description: optionalText(2_000, 'A description').optional(),
  websiteUrl: httpsUrl.optional(),
  joining: setValue(GymJoining, 'Say how people become members.'),
});

const openingHours = z
  .array(
    z.object({
      weekday: setValue(Weekday, 'Name the day of the week.'),
      opensAt: z.string(),
      closesAt: z.string(),
    }),
  )
  .max(28, 'takes at most 28')
  .superRefine((hours, context) => {
    const spans = hours.map((span) => ({ ...span, weekday: span.weekday.slice('WEEKDAY_'.length) }));
    for (const fault of faultsOfOpeningHours(spans as never)) context.addIssue(issueOf(fault));
  });

const specialDays = z
  .array(z.object({ day, opensAt: z.string().optional(), closesAt: z.string().optional() }))
  .max(100, 'takes at most 100')
  .superRefine((days, context) => {
    const told = days.map(({ opensAt = null, closesAt = null, ...special }) => ({
      ...special,
      opensAt,
      closesAt,
    }));
    for (const fault of faultsOfSpecialDays(told)) context.addIssue(issueOf(fault));
  });

/** What of a location is told by hand. */
export const location = z.object({
  name: oneLine(1, 120),
  streetAddress: oneLine(0, 200).optional(),
  postalCode: oneLine(0, 20).optional(),
  city: oneLine(0, 100).optional(),
  country: z.string().regex(/^[A-Z]{2}$/, 'takes an ISO 3166-1 alpha-2 code, for example "CH"'),
  timeZone,
  openingHours,
  specialDays,
});

/** What of a class is told by hand; whether its times can be held together is a matter of rules. */
export const gymClass = z.object({
  title: oneLine(1, 120),
  description: optionalText(2_000, 'A description').optional(),
  instructorId: id.optional(),
  capacity: wholeNumber(1, 500),
  startsAtLocal: z.string().max(30, 'takes a time, for example "2026-11-30T18:00"'),
  durationMinutes: wholeNumber(5, 720),
  recurrenceRule: optionalText(500, 'A rule').optional(),
  excludedDays: listOf(day, 366, 'Name each day once.'),
  cancellationNoticeMinutes: wholeNumber(0, 10_080),
});

/** When what is listed begins. */
const span = { from: instant, to: instant };

/** What requests must hold beyond their proto types. */
export const gymsRequests: RequestSchemas<GymsServiceDefinition> = {
  CreateGym: gym.extend({ idempotencyKey }),
  UpdateGym: z.object({ gymId: id, updateMask, expectedVersion }),
  BatchGetGyms: z.object({ ids: ids(1_000) }),
  ListGyms: z.object({ namePrefix: optionalText(120, 'A name').optional(), page: pageRequest }),
  AddGymLocation: location.extend({ gymId: id, idempotencyKey }),
  UpdateGymLocation: z.object({
    ...{ gymLocationId: id, updateMask, expectedVersion },
    ...{ openingHours: changedPart, specialDays: changedPart },
  }),
  BatchListGymLocations: z.object({ gymIds: ids(1_000) }),
  BatchGetGymLocations: z.object({ ids: ids(1_000) }),
  SetGymStaffMember: z.object({ gymId: id, userId: id, role: setValue(GymStaffRole, 'Name the role.') }),
  RemoveGymStaffMember: z.object({ gymId: id, userId: id }),
  BatchListGymStaff: windowOnEach('gymIds', {}),

  JoinGym: z.object({ gymId: id, idempotencyKey }),
  AddGymMember: z.object({ gymId: id, userId: id, lastDay: day.optional(), idempotencyKey }),
  EndGymMembership: z.object({ gymMembershipId: id }),
  ListOwnGymMemberships: z.object({ page: pageRequest }),
  BatchListGymMemberships: windowOnEach('gymIds', { includeEnded: z.boolean() }),
  BatchGetGymMemberships: z.object({ ids: ids(1_000) }),
  BatchGetOwnGymMemberships: z.object({ gymIds: ids(1_000) }),
  ListActiveGymMemberships: z.object({
    afterGymId: id.optional(),
    afterUserId: id.optional(),
    limit: wholeNumber(1, 1_000),
  }),

  CreateGymClass: gymClass.extend({ gymLocationId: id, idempotencyKey }),
  UpdateGymClass: z.object({ gymClassId: id, updateMask, expectedVersion, excludedDays: changedPart }),
  EndGymClass: z.object({ gymClassId: id }),
  BatchGetGymClasses: z.object({ ids: ids(1_000) }),
  BatchListGymClasses: windowOnEach('gymIds', {}),
  BatchListClassSessionsOfGyms: windowOnEach('gymIds', span).superRefine(inOrder),
  BatchListClassSessionsOfClasses: windowOnEach('gymClassIds', span).superRefine(inOrder),
  BatchGetClassSessions: z.object({ ids: ids(1_000) }),
  CancelClassSession: z.object({ classSessionId: id }),

  BookClassSession: z.object({ classSessionId: id, idempotencyKey }),
  CancelClassBooking: z.object({ classBookingId: id }),
  CheckInClassBooking: z.object({ classBookingId: id }),
  ListOwnClassBookings: z.object({ includePast: z.boolean(), page: pageRequest }),
  BatchListClassBookings: windowOnEach('classSessionIds', {}),
  BatchGetClassBookings: z.object({ ids: ids(1_000) }),
  BatchGetOwnClassBookings: z.object({ classSessionIds: ids(1_000) }),
};

function issueOf({ index, field, message }: HoursFault) {
  return { code: 'custom' as const, path: [index, field], message };
}

function inOrder({ from, to }: z.infer<z.ZodObject<typeof span>>, context: z.RefinementCtx): void {
  if (from === null || to === null || Number(to.seconds) >= Number(from.seconds)) return;
  context.addIssue({ code: 'custom', path: ['to'], message: 'lies in front of from: take a later one' });
}
