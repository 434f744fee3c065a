import type { Appointment__Output } from '#gen/proto/fitme/training/v1/Appointment.ts';
import type { ClientRelationship__Output } from '#gen/proto/fitme/training/v1/ClientRelationship.ts';
import type { ClientRelationshipChange__Output } from '#gen/proto/fitme/training/v1/ClientRelationshipChange.ts';
import { ClientRelationshipSide } from '#gen/proto/fitme/training/v1/ClientRelationshipSide.ts';
import { ClientRelationshipState } from '#gen/proto/fitme/training/v1/ClientRelationshipState.ts';
import { ClientRelationshipStep } from '#gen/proto/fitme/training/v1/ClientRelationshipStep.ts';
import type { Grant__Output } from '#gen/proto/fitme/training/v1/Grant.ts';
import type { TrainerProfile__Output } from '#gen/proto/fitme/training/v1/TrainerProfile.ts';
import { TrainerRateUnit } from '#gen/proto/fitme/training/v1/TrainerRateUnit.ts';
import { TrainerSpeciality } from '#gen/proto/fitme/training/v1/TrainerSpeciality.ts';
import { notFound } from '#platform/errors.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { TrainerProfile } from '../../rules/profiles.ts';
import type { Appointment } from '../../store/appointments.ts';
import type {
  ClientRelationshipChangeView,
  ClientRelationshipView,
  GrantView,
} from '../../store/relationship-reads.ts';

/** Enums, between the contracts and the domain, which calls them what GraphQL does. */
export const states = mapEnum(ClientRelationshipState, 'CLIENT_RELATIONSHIP_STATE_');
export const steps = mapEnum(ClientRelationshipStep, 'CLIENT_RELATIONSHIP_STEP_');
export const sides = mapEnum(ClientRelationshipSide, 'CLIENT_RELATIONSHIP_SIDE_');
export const specialities = mapEnum(TrainerSpeciality, 'TRAINER_SPECIALITY_');
export const rateUnits = mapEnum(TrainerRateUnit, 'TRAINER_RATE_UNIT_');

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
    about: profile.about ?? undefined,
    qualifications: profile.qualifications,
    specialities: profile.specialities.map(specialities.valueOf),
    rates: profile.rates.map(({ unit, ...rate }) => ({ ...rate, unit: rateUnits.valueOf(unit) })),
    acceptsClients: profile.acceptsClients,
    version: profile.version,
  };
}

/** A relationship as the proto says it. */
export function relationshipOf(view: ClientRelationshipView): ClientRelationship__Output {
  return {
    id: view.id,
    trainerId: view.trainerId,
    clientId: view.clientId,
    state: states.valueOf(view.state),
    permissions: view.permissions.map(permissions.valueOf),
    message: view.message ?? undefined,
    openedAt: timestampOf(view.openedAt),
    acceptedAt: timestampOf(view.acceptedAt),
    pausedById: view.pausedById ?? undefined,
    endedAt: timestampOf(view.endedAt),
    changedAt: timestampOf(view.changedAt),
    version: view.version,
  };
}

/** Something that happened in a relationship, as the proto says it. */
export function changeOf(view: ClientRelationshipChangeView): ClientRelationshipChange__Output {
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
  const { place, startsAt, endsAt, cancelledAt, cancelledById, ...same } = appointment;
  return {
    ...same,
    place: place ?? undefined,
    startsAt: timestampOf(startsAt),
    endsAt: timestampOf(endsAt),
    cancelledAt: timestampOf(cancelledAt),
    cancelledById: cancelledById ?? undefined,
  };
}

/** A grant as the proto says it. */
export function grantOf({ trainerId, clientId, permissions: granted }: GrantView): Grant__Output {
  return { trainerId, clientId, permissions: granted.map(permissions.valueOf) };
}
