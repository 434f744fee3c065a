import type { EventDraft } from '#platform/event-log/event.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import type { Permission } from '../rules/relationships.ts';

/** The topic of a person: what happens to them as a trainer, and as a client. */
export function personTopic(userId: string): string {
  return `training.person.${userId}`;
}

/** The two of a relationship. */
export interface Pair {
  trainerId: string;
  clientId: string;
}

/** What a trainer may see of a client, from now on. */
export function grantsChanged({ trainerId, clientId }: Pair, granted: readonly Permission[]): EventDraft {
  return {
    topic: personTopic(clientId),
    kind: 'training.grants-changed',
    payload: { grantsChanged: { trainerId, clientId, permissions: granted.map(permissions.valueOf) } },
  };
}

/** A relationship changed: an event for each of the two. `actorId` is null where an account was erased. */
export function relationshipChanged(
  { id, trainerId, clientId }: Pair & { id: string },
  actorId: string | null,
): EventDraft[] {
  return [trainerId, clientId].map((userId) => ({
    topic: personTopic(userId),
    kind: 'training.relationship-changed',
    payload: {
      relationshipChanged: { clientRelationshipId: id, trainerId, clientId, actorId: actorId ?? undefined },
    },
  }));
}

/** The topic of a gym: what happens to its classes. */
export function gymTopic(gymId: string): string {
  return `training.gym.${gymId}`;
}

/** An appointment changed: an event for each of the two. `actorId` is null where an account was erased. */
export function appointmentChanged(
  { id, clientRelationshipId, trainerId, clientId }: Pair & { id: string; clientRelationshipId: string },
  actorId: string | null,
): EventDraft[] {
  return [trainerId, clientId].map((userId) => ({
    topic: personTopic(userId),
    kind: 'training.appointment-changed',
    payload: {
      appointmentChanged: { appointmentId: id, clientRelationshipId, actorId: actorId ?? undefined },
    },
  }));
}

/** Somebody became a member of a gym, or is one no longer. */
export function membershipChanged(
  { gymId, userId }: { gymId: string; userId: string },
  member: boolean,
): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'training.membership-changed',
    payload: { membershipChanged: { gymId, userId, member } },
  };
}

/** Somebody's place in a class changed. */
export function bookingChanged({
  id,
  classSessionId,
  userId,
}: {
  id: string;
  classSessionId: string;
  userId: string;
}): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'training.booking-changed',
    payload: { bookingChanged: { classBookingId: id, classSessionId, userId } },
  };
}

/** A session has other places, another time, or was cancelled. */
export function classSessionChanged({ id, gymId }: { id: string; gymId: string }): EventDraft {
  return {
    topic: gymTopic(gymId),
    kind: 'training.class-session-changed',
    payload: { classSessionChanged: { classSessionId: id, gymId } },
  };
}
