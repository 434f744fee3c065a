import type { Conversation__Output } from '#gen/proto/fitme/messaging/v1/Conversation.ts';
import { ConversationKind } from '#gen/proto/fitme/messaging/v1/ConversationKind.ts';
import type { ConversationParticipant__Output } from '#gen/proto/fitme/messaging/v1/ConversationParticipant.ts';
import type { Message__Output } from '#gen/proto/fitme/messaging/v1/Message.ts';
import type { MessagePage__Output } from '#gen/proto/fitme/messaging/v1/MessagePage.ts';
import { notFound } from '#platform/errors.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { ConversationView, ParticipantView } from '../store/conversation-reads.ts';
import type { MessagesPage, MessageView } from '../store/message-reads.ts';

/** Kinds, between the contracts and the domain, which calls them what GraphQL does. */
export const kinds = mapEnum(ConversationKind, 'CONVERSATION_KIND_');

/** What a read by id has found. */
export function found<View>(view: View | undefined, what: string): View {
  if (view === undefined) throw notFound(what);
  return view;
}

/** A conversation as the proto says it. */
export function conversationOf(view: ConversationView): Conversation__Output {
  const { kind, title, ownerId, createdAt, lastActivityAt, ...same } = view;
  return {
    ...same,
    kind: kinds.valueOf(kind),
    title: title ?? undefined,
    ownerId: ownerId ?? undefined,
    createdAt: timestampOf(createdAt),
    lastActivityAt: timestampOf(lastActivityAt),
  };
}

/** A participant as the proto says it. */
export function participantOf({
  conversationId,
  userId,
  joinedAt,
}: ParticipantView): ConversationParticipant__Output {
  return { conversationId, userId, joinedAt: timestampOf(joinedAt) };
}

/** A message as the proto says it. */
export function messageOf(view: MessageView): Message__Output {
  const { seq, senderId, body, replyToMessageId, sentAt, editedAt, deletedAt, ...same } = view;
  return {
    ...same,
    seq: String(seq),
    senderId: senderId ?? undefined,
    body: body ?? undefined,
    replyToMessageId: replyToMessageId ?? undefined,
    sentAt: timestampOf(sentAt),
    editedAt: timestampOf(editedAt),
    deletedAt: timestampOf(deletedAt),
  };
}

/** A page of a conversation's history as the proto says it. */
export function messagePageOf({ conversationId, page }: MessagesPage): MessagePage__Output {
  const edges = page.edges.map(({ row, cursor }) => ({ message: messageOf(row), cursor }));
  return { conversationId, edges, pageInfo: page.pageInfo };
}
