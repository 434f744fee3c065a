import type { Appointment__Output } from '#gen/proto/fitme/training/v1/Appointment.ts';
import type { ClassBooking__Output } from '#gen/proto/fitme/training/v1/ClassBooking.ts';
import type { ClassSession__Output } from '#gen/proto/fitme/training/v1/ClassSession.ts';
import type { ClientRelationship__Output } from '#gen/proto/fitme/training/v1/ClientRelationship.ts';
import type { ClientRelationshipChange__Output } from '#gen/proto/fitme/training/v1/ClientRelationshipChange.ts';
import type { Gym__Output } from '#gen/proto/fitme/training/v1/Gym.ts';
import type { GymClass__Output } from '#gen/proto/fitme/training/v1/GymClass.ts';
import type { GymLocation__Output } from '#gen/proto/fitme/training/v1/GymLocation.ts';
import type { GymMembership__Output } from '#gen/proto/fitme/training/v1/GymMembership.ts';
import type { GymStaffMember__Output } from '#gen/proto/fitme/training/v1/GymStaffMember.ts';
import type { TrainerProfile__Output } from '#gen/proto/fitme/training/v1/TrainerProfile.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** What resolvers get as their parent: the services' own messages, and bare ids for what other domains own. */
export type TrainerProfileModel = TrainerProfile__Output;
export type ClientRelationshipModel = ClientRelationship__Output;
export type ClientRelationshipChangeModel = ClientRelationshipChange__Output;
export type AppointmentModel = Appointment__Output;
export type GymModel = Gym__Output;
export type GymLocationModel = GymLocation__Output;
export type GymStaffMemberModel = GymStaffMember__Output;
export type GymMembershipModel = GymMembership__Output;
export type GymClassModel = GymClass__Output;
export type ClassSessionModel = ClassSession__Output;
export type ClassBookingModel = ClassBooking__Output;
export type ViewerModel = ViewerEntity;

export interface UserModel {
  id: string;
}
