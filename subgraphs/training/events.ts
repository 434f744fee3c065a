import type { EventDraft } from '#platform/events/event.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import type { Permission } from './rules/relationships.ts';

/** The topic of a person: what happens to them as a trainer, and as a client. */
export function personTopic(personId: string): string {
  return `training.person.${personId}`;
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
  return [trainerId, clientId].map((personId) => ({
    topic: personTopic(personId),
    kind: 'training.relationship-changed',
    payload: {
      relationshipChanged: { relationshipId: id, trainerId, clientId, actorId: actorId ?? '' },
    },
  }));
}
