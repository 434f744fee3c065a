import type { Appointment__Output } from '#gen/proto/fitme/training/v1/Appointment.ts';
import type { ClientRelationship__Output } from '#gen/proto/fitme/training/v1/ClientRelationship.ts';
import type { Grant__Output } from '#gen/proto/fitme/training/v1/Grant.ts';
import { RateUnit } from '#gen/proto/fitme/training/v1/RateUnit.ts';
import type { RelationshipChange__Output } from '#gen/proto/fitme/training/v1/RelationshipChange.ts';
import { RelationshipSide } from '#gen/proto/fitme/training/v1/RelationshipSide.ts';
import { RelationshipState } from '#gen/proto/fitme/training/v1/RelationshipState.ts';
import { RelationshipStep } from '#gen/proto/fitme/training/v1/RelationshipStep.ts';
import { Speciality } from '#gen/proto/fitme/training/v1/Speciality.ts';
import type { TrainerProfile__Output } from '#gen/proto/fitme/training/v1/TrainerProfile.ts';
import { notFound } from '#platform/errors.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { TrainerProfile } from './rules/profiles.ts';
import type { Appointment } from './store/appointments.ts';
import type { GrantView, RelationshipChangeView, RelationshipView } from './store/relationship-reads.ts';

/** Enums, between the contracts and the domain, which calls them what GraphQL does. */
export const states = mapEnum(RelationshipState, 'RELATIONSHIP_STATE_');
export const steps = mapEnum(RelationshipStep, 'RELATIONSHIP_STEP_');
export const sides = mapEnum(RelationshipSide, 'RELATIONSHIP_SIDE_');
export const specialities = mapEnum(Speciality, 'SPECIALITY_');
export const rateUnits = mapEnum(RateUnit, 'RATE_UNIT_');

/** What a read by id has found. */
export function found<View>(view: View | undefined, what: string): View {
  if (view === undefined) throw notFound(what);
  return view;
}

/** A trainer's profile as the proto says it. */
export function trainerProfileOf(profile: TrainerProfile): TrainerProfile__Output {
  return {
    trainerId: profile.trainerId,
    headline: profile.headline,
    about: profile.about,
    qualifications: profile.qualifications,
    specialities: profile.specialities.map(specialities.valueOf),
    rates: profile.rates.map(({ unit, ...rate }) => ({ ...rate, unit: rateUnits.valueOf(unit) })),
    acceptsClients: profile.acceptsClients,
    version: profile.version,
  };
}

/** A relationship as the proto says it. */
export function relationshipOf(view: RelationshipView): ClientRelationship__Output {
  return {
    id: view.id,
    trainerId: view.trainerId,
    clientId: view.clientId,
    state: states.valueOf(view.state),
    permissions: view.permissions.map(permissions.valueOf),
    message: view.message,
    openedAt: timestampOf(view.openedAt),
    acceptedAt: timestampOf(view.acceptedAt),
    pausedById: view.pausedById ?? '',
    endedAt: timestampOf(view.endedAt),
    changedAt: timestampOf(view.changedAt),
    version: view.version,
  };
}

/** Something that happened in a relationship, as the proto says it. */
export function changeOf(view: RelationshipChangeView): RelationshipChange__Output {
  return {
    id: view.id,
    step: steps.valueOf(view.step),
    actorId: view.actorId,
    permissions: view.permissions.map(permissions.valueOf),
    changedAt: timestampOf(view.changedAt),
  };
}

/** An appointment as the proto says it. */
export function appointmentOf(appointment: Appointment): Appointment__Output {
  const { startsAt, endsAt, cancelledAt, cancelledById, ...same } = appointment;
  return {
    ...same,
    startsAt: timestampOf(startsAt),
    endsAt: timestampOf(endsAt),
    cancelledAt: timestampOf(cancelledAt),
    cancelledById: cancelledById ?? '',
  };
}

/** A grant as the proto says it. */
export function grantOf({ trainerId, clientId, permissions: granted }: GrantView): Grant__Output {
  return { trainerId, clientId, permissions: granted.map(permissions.valueOf) };
}
