import type { Appointment__Output } from '#gen/proto/fitme/training/v1/Appointment.ts';
import type { Booking__Output } from '#gen/proto/fitme/training/v1/Booking.ts';
import type { ClassSession__Output } from '#gen/proto/fitme/training/v1/ClassSession.ts';
import type { ClientRelationship__Output } from '#gen/proto/fitme/training/v1/ClientRelationship.ts';
import type { Gym__Output } from '#gen/proto/fitme/training/v1/Gym.ts';
import type { GymClass__Output } from '#gen/proto/fitme/training/v1/GymClass.ts';
import type { Location__Output } from '#gen/proto/fitme/training/v1/Location.ts';
import type { Membership__Output } from '#gen/proto/fitme/training/v1/Membership.ts';
import type { RelationshipChange__Output } from '#gen/proto/fitme/training/v1/RelationshipChange.ts';
import type { StaffMember__Output } from '#gen/proto/fitme/training/v1/StaffMember.ts';
import type { TrainerProfile__Output } from '#gen/proto/fitme/training/v1/TrainerProfile.ts';

/** What resolvers get as their parent: the services' own messages, and bare ids for what other domains own. */
export type TrainerProfileModel = TrainerProfile__Output;
export type ClientRelationshipModel = ClientRelationship__Output;
export type RelationshipChangeModel = RelationshipChange__Output;
export type AppointmentModel = Appointment__Output;
export type GymModel = Gym__Output;
export type LocationModel = Location__Output;
export type StaffMemberModel = StaffMember__Output;
export type MembershipModel = Membership__Output;
export type GymClassModel = GymClass__Output;
export type ClassSessionModel = ClassSession__Output;
export type BookingModel = Booking__Output;

export interface UserModel {
  id: string;
}
