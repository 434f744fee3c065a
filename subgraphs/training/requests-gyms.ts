import { z } from 'zod';
import { GymJoining } from '#gen/proto/fitme/training/v1/GymJoining.ts';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import { StaffRole } from '#gen/proto/fitme/training/v1/StaffRole.ts';
import { Weekday } from '#gen/proto/fitme/training/v1/Weekday.ts';
import { isDay } from '#platform/days.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import {
  id,
  idempotencyKey,
  ids,
  optionalHttpsUrl,
  optionalId,
  optionalText,
  timeZone,
} from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { expectedVersion, instant, listOf, oneLine, setValue, wholeNumber } from './request-parts.ts';
import { faultsOfOpeningHours, faultsOfSpecialDays, type HoursFault } from './rules/hours.ts';

const day = z.string().refine(isDay, 'takes an ISO date, for example "2026-12-24"');
const optionalDay = z
  .string()
  .refine((text) => text === '' || isDay(text), 'takes an ISO date, for example "2026-12-24"');

/** What of a gym is told by hand. */
export const gym = z.object({
  name: oneLine(1, 120),
  description: optionalText(2_000, 'A description'),
  websiteUrl: optionalHttpsUrl,
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
  .array(z.object({ day, opensAt: z.string(), closesAt: z.string() }))
  .max(100, 'takes at most 100')
  .superRefine((days, context) => {
    for (const fault of faultsOfSpecialDays(days)) context.addIssue(issueOf(fault));
  });

/** What of a location is told by hand. */
export const location = z.object({
  name: oneLine(1, 120),
  streetAddress: oneLine(0, 200),
  postalCode: oneLine(0, 20),
  city: oneLine(0, 100),
  country: z.string().regex(/^[A-Z]{2}$/, 'takes an ISO 3166-1 alpha-2 code, for example "CH"'),
  timeZone,
  openingHours,
  specialDays,
});

/** What of a class is told by hand; whether its times can be held together is a matter of rules. */
export const gymClass = z.object({
  title: oneLine(1, 120),
  description: optionalText(2_000, 'A description'),
  instructorId: optionalId,
  capacity: wholeNumber(1, 500),
  startsAtLocal: z.string().max(30, 'takes a time, for example "2026-11-30T18:00"'),
  durationMinutes: wholeNumber(5, 720),
  recurrenceRule: optionalText(500, 'A rule'),
  excludedDays: listOf(day, 366, 'Name each day once.'),
  cancellationNoticeMinutes: wholeNumber(0, 10_080),
});

/** What requests must hold beyond their proto types. */
export const gymsRequests: RequestSchemas<GymsServiceDefinition> = {
  CreateGym: gym.extend({ idempotencyKey }),
  UpdateGym: z.object({ gymId: id, updateMask, expectedVersion }),
  BatchGetGyms: z.object({ ids: ids(1_000) }),
  ListGyms: z.object({ namePrefix: optionalText(120, 'A name'), page: pageRequest }),
  AddLocation: location.extend({ gymId: id, idempotencyKey }),
  UpdateLocation: z.object({
    ...{ locationId: id, updateMask, expectedVersion },
    ...{ openingHours: changedPart, specialDays: changedPart },
  }),
  BatchListLocations: z.object({ gymIds: ids(1_000) }),
  BatchGetLocations: z.object({ ids: ids(1_000) }),
  SetStaff: z.object({ gymId: id, userId: id, role: setValue(StaffRole, 'Name the role.') }),
  RemoveStaff: z.object({ gymId: id, userId: id }),
  ListStaff: z.object({ gymId: id, page: pageRequest }),

  JoinGym: z.object({ gymId: id, idempotencyKey }),
  AddMember: z.object({ gymId: id, userId: id, lastDay: optionalDay, idempotencyKey }),
  EndMembership: z.object({ membershipId: id }),
  ListMemberships: z.object({ page: pageRequest }),
  ListMembers: z.object({ gymId: id, includeEnded: z.boolean(), page: pageRequest }),
  BatchGetOwnMemberships: z.object({ gymIds: ids(1_000) }),
  ListActiveMemberships: z.object({
    afterGymId: optionalId,
    afterUserId: optionalId,
    limit: wholeNumber(1, 1_000),
  }),

  CreateClass: gymClass.extend({ locationId: id, idempotencyKey }),
  UpdateClass: z.object({ classId: id, updateMask, expectedVersion, excludedDays: changedPart }),
  EndClass: z.object({ classId: id }),
  BatchGetClasses: z.object({ ids: ids(1_000) }),
  ListClasses: z.object({ gymId: id, page: pageRequest }),
  ListClassSessions: z
    .object({ gymId: optionalId, classId: optionalId, from: instant, to: instant, page: pageRequest })
    .superRefine(({ gymId, classId, from, to }, context) => {
      if ((gymId === '') === (classId === '')) {
        context.addIssue({ code: 'custom', path: ['gymId'], message: 'Name a gym or a class, not both.' });
      }
      if (from !== null && to !== null && Number(to.seconds) < Number(from.seconds)) {
        context.addIssue({
          code: 'custom',
          path: ['to'],
          message: 'lies in front of from: take a later one',
        });
      }
    }),
  BatchGetClassSessions: z.object({ ids: ids(1_000) }),
  CancelClassSession: z.object({ classSessionId: id }),

  BookClassSession: z.object({ classSessionId: id, idempotencyKey }),
  CancelBooking: z.object({ bookingId: id }),
  CheckIn: z.object({ bookingId: id }),
  ListBookings: z.object({ includePast: z.boolean(), page: pageRequest }),
  ListSessionBookings: z.object({ classSessionId: id, page: pageRequest }),
  BatchGetBookings: z.object({ ids: ids(1_000) }),
  BatchGetOwnBookings: z.object({ classSessionIds: ids(1_000) }),
};

function issueOf({ index, field, message }: HoursFault) {
  return { code: 'custom' as const, path: [index, field], message };
}
