import type DataLoader from 'dataloader';
import type { ClassBookingPage__Output } from '#gen/proto/fitme/training/v1/ClassBookingPage.ts';
import type { ClassSessionsOfClassPage__Output } from '#gen/proto/fitme/training/v1/ClassSessionsOfClassPage.ts';
import type { ClassSessionsOfGymPage__Output } from '#gen/proto/fitme/training/v1/ClassSessionsOfGymPage.ts';
import type { GymClassPage__Output } from '#gen/proto/fitme/training/v1/GymClassPage.ts';
import type { GymMembershipPage__Output } from '#gen/proto/fitme/training/v1/GymMembershipPage.ts';
import type { GymStaffPage__Output } from '#gen/proto/fitme/training/v1/GymStaffPage.ts';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { Timestamp__Output } from '#gen/proto/google/protobuf/Timestamp.ts';
import { createLoader, createPageLoaders, type PageLoaders } from '#platform/graphql/loader.ts';
import type { LocalClient } from '#platform/service/service.ts';
import type {
  ClassBookingModel,
  ClassSessionModel,
  GymClassModel,
  GymLocationModel,
  GymMembershipModel,
  GymModel,
} from './models.ts';

/** When sessions begin that are listed. */
export interface Span {
  from: Timestamp__Output | null;
  to: Timestamp__Output | null;
}

/** What fields of many gyms, classes, sessions and bookings ask for, as one call each. */
export interface GymLoaders {
  gymById: DataLoader<string, GymModel | null>;
  gymLocationById: DataLoader<string, GymLocationModel | null>;
  /** By gym. */
  gymLocationsOf: DataLoader<string, GymLocationModel[] | null>;
  /** By gym. */
  staffOf: PageLoaders<GymStaffPage__Output>;
  gymMembershipById: DataLoader<string, GymMembershipModel | null>;
  /** By gym: the viewer's. */
  ownGymMembershipIn: DataLoader<string, GymMembershipModel | null>;
  /** By gym; none where the viewer is not in its staff. */
  membershipsOf: PageLoaders<GymMembershipPage__Output, { includeEnded: boolean }>;
  gymClassById: DataLoader<string, GymClassModel | null>;
  /** By gym. */
  classesOf: PageLoaders<GymClassPage__Output>;
  classSessionById: DataLoader<string, ClassSessionModel | null>;
  /** By gym. */
  sessionsOfGym: PageLoaders<ClassSessionsOfGymPage__Output, Span>;
  /** By class. */
  sessionsOfClass: PageLoaders<ClassSessionsOfClassPage__Output, Span>;
  classBookingById: DataLoader<string, ClassBookingModel | null>;
  /** By session: the viewer's. */
  ownClassBookingOf: DataLoader<string, ClassBookingModel | null>;
  /** By session; none where the viewer is not in the staff of its gym. */
  bookingsOf: PageLoaders<ClassBookingPage__Output>;
}

export function createGymLoaders(gyms: LocalClient<GymsServiceDefinition>): GymLoaders {
  return { ...loadersOfGyms(gyms), ...loadersOfClasses(gyms) };
}

function loadersOfGyms(gyms: LocalClient<GymsServiceDefinition>) {
  return {
    gymById: createLoader<GymModel>(async (ids) => {
      const found = await gyms.batchGetGyms({ ids });
      return found.gyms.map((gym) => [gym.id, gym]);
    }),
    gymLocationById: createLoader<GymLocationModel>(async (ids) => {
      const { gymLocations } = await gyms.batchGetGymLocations({ ids });
      return gymLocations.map((location) => [location.id, location]);
    }),
    gymLocationsOf: createLoader<GymLocationModel[]>(async (gymIds) => {
      const { gymLocations } = await gyms.batchListGymLocations({ gymIds });
      return [...Map.groupBy(gymLocations, ({ gymId }) => gymId)];
    }),
    staffOf: createPageLoaders('gymId', (gymIds, page) => gyms.batchListGymStaff({ gymIds, page })),
    gymMembershipById: createLoader<GymMembershipModel>(async (ids) => {
      const { gymMemberships } = await gyms.batchGetGymMemberships({ ids });
      return gymMemberships.map((membership) => [membership.id, membership]);
    }),
    ownGymMembershipIn: createLoader<GymMembershipModel>(async (gymIds) => {
      const { gymMemberships } = await gyms.batchGetOwnGymMemberships({ gymIds });
      return gymMemberships.map((membership) => [membership.gymId, membership]);
    }),
    membershipsOf: createPageLoaders('gymId', (gymIds, page, filter: { includeEnded: boolean }) =>
      gyms.batchListGymMemberships({ gymIds, page, ...filter }),
    ),
  };
}

function loadersOfClasses(gyms: LocalClient<GymsServiceDefinition>) {
  return {
    gymClassById: createLoader<GymClassModel>(async (ids) => {
      const { gymClasses } = await gyms.batchGetGymClasses({ ids });
      return gymClasses.map((gymClass) => [gymClass.id, gymClass]);
    }),
    classesOf: createPageLoaders('gymId', (gymIds, page) => gyms.batchListGymClasses({ gymIds, page })),
    classSessionById: createLoader<ClassSessionModel>(async (ids) => {
      const { classSessions } = await gyms.batchGetClassSessions({ ids });
      return classSessions.map((session) => [session.id, session]);
    }),
    sessionsOfGym: createPageLoaders('gymId', (gymIds, page, span: Span) =>
      gyms.batchListClassSessionsOfGyms({ gymIds, page, ...span }),
    ),
    sessionsOfClass: createPageLoaders('gymClassId', (gymClassIds, page, span: Span) =>
      gyms.batchListClassSessionsOfClasses({ gymClassIds, page, ...span }),
    ),
    classBookingById: createLoader<ClassBookingModel>(async (ids) => {
      const { classBookings } = await gyms.batchGetClassBookings({ ids });
      return classBookings.map((booking) => [booking.id, booking]);
    }),
    ownClassBookingOf: createLoader<ClassBookingModel>(async (classSessionIds) => {
      const { classBookings } = await gyms.batchGetOwnClassBookings({ classSessionIds });
      return classBookings.map((booking) => [booking.classSessionId, booking]);
    }),
    bookingsOf: createPageLoaders('classSessionId', (classSessionIds, page) =>
      gyms.batchListClassBookings({ classSessionIds, page }),
    ),
  };
}
