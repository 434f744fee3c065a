import type { EventDraft } from '#platform/event-log/event.ts';

/** Ended sessions: everyone who verifies tokens follows it. */
export const REVOCATIONS_TOPIC = 'users.revocations';

/** The topic of what concerns one person. */
export function personTopic(userId: string): string {
  return `users.person.${userId}`;
}

/** A session ended: its access tokens are refused from now on. */
export function sessionRevoked(sessionId: string, userId: string): EventDraft {
  return {
    topic: REVOCATIONS_TOPIC,
    kind: 'users.session-revoked',
    payload: { sessionRevoked: { sessionId, userId } },
  };
}

/** Card, profile or its visibility changed. */
export function profileChanged(userId: string): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'users.profile-changed',
    payload: { profileChanged: { userId } },
  };
}

/** Whose friend request an event is about. */
interface Request {
  id: string;
  requesterId: string;
  addresseeId: string;
}

/** Told to who is asked. */
export function friendRequested(request: Request): EventDraft {
  return {
    topic: personTopic(request.addresseeId),
    kind: 'users.friend-requested',
    payload: { friendRequested: payloadOf(request) },
  };
}

/** Told to who had asked. */
export function friendAccepted(request: Request): EventDraft {
  return {
    topic: personTopic(request.requesterId),
    kind: 'users.friend-accepted',
    payload: { friendAccepted: payloadOf(request) },
  };
}

/** A friendship, or a request for one, is over. */
export function friendshipEnded(actorId: string, otherId: string): EventDraft {
  return {
    topic: personTopic(otherId),
    kind: 'users.friendship-ended',
    payload: { friendshipEnded: { actorId, otherId } },
  };
}

/** Told on the blocker's own topic: the blocked person is not to know. */
export function personBlocked(blockerId: string, blockedId: string): EventDraft {
  return {
    topic: personTopic(blockerId),
    kind: 'users.person-blocked',
    payload: { personBlocked: { blockerId, blockedId } },
  };
}

/** Told on the topic of who had blocked. */
export function personUnblocked(blockerId: string, blockedId: string): EventDraft {
  return {
    topic: personTopic(blockerId),
    kind: 'users.person-unblocked',
    payload: { personUnblocked: { blockerId, blockedId } },
  };
}

function payloadOf({ id, requesterId, addresseeId }: Request) {
  return { friendRequestId: id, requesterId, addresseeId };
}
