import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { LoggedEvent } from '#platform/event-log/event.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import type { ArrivalStore } from '../store/arrivals.ts';

/** Who is to be told of each message, by the message's id. */
type Recipients = ReadonlyMap<string, readonly string[]>;

/** Friend requests: asked, accepted, and gone. */
export function createUsersConsumer(arrivals: ArrivalStore): ConsumerDefinition<PrismaClient, null> {
  return {
    name: 'inbox-of-users',
    from: 'users',
    kinds: [
      'users.friend-requested',
      'users.friend-accepted',
      'users.friendship-ended',
      'users.person-blocked',
    ],
    load: async () => null,
    async apply(transaction, event) {
      const occurredAt = requiredDateOf(event.occurredAt);
      if (event.friendRequested) {
        const { friendRequestId, requesterId, addresseeId } = event.friendRequested;
        await arrivals.notifyOfFriendship(transaction, {
          kind: 'FRIEND_REQUESTED',
          ownerId: addresseeId,
          actorId: requesterId,
          friendRequestId,
          occurredAt,
        });
      } else if (event.friendAccepted) {
        const { friendRequestId, requesterId, addresseeId } = event.friendAccepted;
        await arrivals.resolveFriendRequest(transaction, friendRequestId);
        await arrivals.notifyOfFriendship(transaction, {
          kind: 'FRIEND_ACCEPTED',
          ownerId: requesterId,
          actorId: addresseeId,
          friendRequestId,
          occurredAt,
        });
      } else if (event.friendshipEnded) {
        const { actorId, otherId } = event.friendshipEnded;
        await arrivals.removeFriendship(transaction, [actorId, otherId]);
      } else if (event.personBlocked) {
        const { blockerId, blockedId } = event.personBlocked;
        await arrivals.removeFriendship(transaction, [blockerId, blockedId]);
      }
    },
  };
}

/** Messages: written, read, and no longer one's own to read. */
export function createMessagingConsumer(
  arrivals: ArrivalStore,
  messaging: ServiceClient<MessagingServiceDefinition>,
): ConsumerDefinition<PrismaClient, Recipients> {
  return {
    name: 'inbox-of-messaging',
    from: 'messaging',
    // A message to a full group changes an inbox each for hundreds of people.
    batch: 20,
    kinds: ['messaging.message-sent', 'messaging.read-marker-moved', 'messaging.participant-removed'],
    load: (events) => loadRecipients(events, messaging),
    async apply(transaction, event, recipients) {
      if (event.messageSent) {
        const { conversationId, messageId, actorId } = event.messageSent;
        await arrivals.notifyOfMessage(transaction, {
          recipientIds: recipients.get(messageId) ?? [],
          actorId,
          conversationId,
          messageId,
          seq: Number(event.seq),
          occurredAt: requiredDateOf(event.occurredAt),
        });
      } else if (event.readMarkerMoved) {
        const { participantId, conversationId, readSeq } = event.readMarkerMoved;
        await arrivals.resolveConversation(transaction, {
          ownerId: participantId,
          conversationId,
          upToSeq: Number(readSeq),
        });
      } else if (event.participantRemoved) {
        const { participantId, conversationId } = event.participantRemoved;
        await arrivals.resolveConversation(transaction, {
          ownerId: participantId,
          conversationId,
          upToSeq: Number(event.seq),
        });
      }
    },
  };
}

async function loadRecipients(
  events: readonly LoggedEvent[],
  messaging: ServiceClient<MessagingServiceDefinition>,
): Promise<Recipients> {
  const messageIds = events.flatMap(({ messageSent }) => (messageSent ? [messageSent.messageId] : []));
  if (messageIds.length === 0) return new Map();
  const { recipients } = await messaging.batchGetRecipients({ messageIds }, { as: 'service' });
  return new Map(recipients.map(({ messageId, userIds }) => [messageId, userIds]));
}
