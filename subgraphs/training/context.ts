import type DataLoader from 'dataloader';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { IncomingCall } from '#platform/call.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import type {
  AppointmentModel,
  BookingModel,
  ClassSessionModel,
  ClientRelationshipModel,
  GymClassModel,
  GymModel,
  LocationModel,
  MembershipModel,
  TrainerProfileModel,
} from './models.ts';

/** What resolvers work with during one request. */
export interface Context {
  viewer: Viewer | null;
  training: LocalClient<TrainingServiceDefinition>;
  gyms: LocalClient<GymsServiceDefinition>;
  trainerProfileOf: DataLoader<string, TrainerProfileModel | null>;
  relationshipById: DataLoader<string, ClientRelationshipModel | null>;
  appointmentById: DataLoader<string, AppointmentModel | null>;
  /** By relationship. */
  nextAppointmentOf: DataLoader<string, AppointmentModel | null>;
  gymById: DataLoader<string, GymModel | null>;
  locationById: DataLoader<string, LocationModel | null>;
  /** By gym. */
  locationsOf: DataLoader<string, LocationModel[] | null>;
  /** By gym: the viewer's. */
  ownMembershipIn: DataLoader<string, MembershipModel | null>;
  classById: DataLoader<string, GymClassModel | null>;
  sessionById: DataLoader<string, ClassSessionModel | null>;
  bookingById: DataLoader<string, BookingModel | null>;
  /** By session: the viewer's. */
  ownBookingOf: DataLoader<string, BookingModel | null>;
}

export function createContext(
  services: { training: Service<TrainingServiceDefinition>; gyms: Service<GymsServiceDefinition> },
  call: IncomingCall,
  viewer: Viewer | null,
): Context {
  const training = services.training.local(call);
  const gyms = services.gyms.local(call);
  return { viewer, training, gyms, ...createTrainingLoaders(training), ...createGymLoaders(gyms) };
}

function createTrainingLoaders(training: Context['training']) {
  return {
    trainerProfileOf: createLoader<TrainerProfileModel>(async (trainerIds) => {
      const { trainerProfiles } = await training.batchGetTrainerProfiles({ trainerIds });
      return trainerProfiles.map((profile) => [profile.trainerId, profile]);
    }),
    relationshipById: createLoader<ClientRelationshipModel>(async (ids) => {
      const { relationships } = await training.batchGetClientRelationships({ ids });
      return relationships.map((relationship) => [relationship.id, relationship]);
    }),
    appointmentById: createLoader<AppointmentModel>(async (ids) => {
      const { appointments } = await training.batchGetAppointments({ ids });
      return appointments.map((appointment) => [appointment.id, appointment]);
    }),
    nextAppointmentOf: createLoader<AppointmentModel>(async (relationshipIds) => {
      const { appointments } = await training.batchGetNextAppointments({ relationshipIds });
      return appointments.map((appointment) => [appointment.relationshipId, appointment]);
    }),
  };
}

function createGymLoaders(gyms: Context['gyms']) {
  return {
    gymById: createLoader<GymModel>(async (ids) => {
      const found = await gyms.batchGetGyms({ ids });
      return found.gyms.map((gym) => [gym.id, gym]);
    }),
    locationById: createLoader<LocationModel>(async (ids) => {
      const { locations } = await gyms.batchGetLocations({ ids });
      return locations.map((location) => [location.id, location]);
    }),
    locationsOf: createLoader<LocationModel[]>(async (gymIds) => {
      const { locations } = await gyms.batchListLocations({ gymIds });
      return [...Map.groupBy(locations, ({ gymId }) => gymId)];
    }),
    ownMembershipIn: createLoader<MembershipModel>(async (gymIds) => {
      const { memberships } = await gyms.batchGetOwnMemberships({ gymIds });
      return memberships.map((membership) => [membership.gymId, membership]);
    }),
    classById: createLoader<GymClassModel>(async (ids) => {
      const { classes } = await gyms.batchGetClasses({ ids });
      return classes.map((gymClass) => [gymClass.id, gymClass]);
    }),
    sessionById: createLoader<ClassSessionModel>(async (ids) => {
      const { classSessions } = await gyms.batchGetClassSessions({ ids });
      return classSessions.map((session) => [session.id, session]);
    }),
    bookingById: createLoader<BookingModel>(async (ids) => {
      const { bookings } = await gyms.batchGetBookings({ ids });
      return bookings.map((booking) => [booking.id, booking]);
    }),
    ownBookingOf: createLoader<BookingModel>(async (classSessionIds) => {
      const { bookings } = await gyms.batchGetOwnBookings({ classSessionIds });
      return bookings.map((booking) => [booking.classSessionId, booking]);
    }),
  };
}
