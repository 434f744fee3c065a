import type { EventDraft, LoggedEvent } from '#platform/event-log/event.ts';
import type { Step } from '../rules/rules.ts';

/** The topic of a conversation: everything that happens in it, numbered without gap. */
export function conversationTopic(conversationId: string): string {
  return `messaging.conversation.${conversationId}`;
}

/** The topic of a person: how much they have not read may have changed. */
export function personTopic(userId: string): string {
  return `messaging.person.${userId}`;
}

/** A conversation began: the first event of its topic. */
export function conversationStarted(conversationId: string, actorId: string): EventDraft {
  return {
    topic: conversationTopic(conversationId),
    kind: 'messaging.conversation-started',
    payload: { conversationStarted: { conversationId, actorId } },
  };
}

/** The event of a step that somebody took with a conversation. */
export function stepTaken(conversationId: string, actorId: string, step: Step): EventDraft {
  const topic = conversationTopic(conversationId);
  const subjects = { conversationId, actorId };
  switch (step.type) {
    case 'rename':
      return { topic, kind: 'messaging.conversation-renamed', payload: { conversationRenamed: subjects } };
    case 'transfer':
      return {
        topic,
        kind: 'messaging.owner-changed',
        payload: { ownerChanged: { ...subjects, participantId: step.ownerId } },
      };
    case 'add':
      return {
        topic,
        kind: 'messaging.participant-added',
        payload: { participantAdded: { ...subjects, participantId: step.userId } },
      };
    case 'remove':
      return {
        topic,
        kind: 'messaging.participant-removed',
        payload: { participantRemoved: { ...subjects, participantId: step.userId } },
      };
  }
}

/** What an event about a message names. */
export interface MessageSubjects {
  conversationId: string;
  messageId: string;
  actorId: string;
}

/** What an event about a message that was there before names. */
export interface ChangedMessageSubjects extends MessageSubjects {
  /** Of the message in the topic. */
  messageSeq: string;
}

/** A message was written. */
export function messageSent(subjects: MessageSubjects): EventDraft {
  const topic = conversationTopic(subjects.conversationId);
  return { topic, kind: 'messaging.message-sent', payload: { messageSent: subjects } };
}

/** A message has another text. */
export function messageEdited(subjects: ChangedMessageSubjects): EventDraft {
  const topic = conversationTopic(subjects.conversationId);
  return { topic, kind: 'messaging.message-edited', payload: { messageEdited: subjects } };
}

/** A message became a tombstone. */
export function messageDeleted(subjects: ChangedMessageSubjects): EventDraft {
  const topic = conversationTopic(subjects.conversationId);
  return { topic, kind: 'messaging.message-deleted', payload: { messageDeleted: subjects } };
}

/** The emoji under a message changed. */
export function reactionsChanged(subjects: ChangedMessageSubjects): EventDraft {
  const topic = conversationTopic(subjects.conversationId);
  return { topic, kind: 'messaging.reactions-changed', payload: { reactionsChanged: subjects } };
}

/** Somebody read on, up to the message with this seq. */
export function readMarkerMoved(conversationId: string, userId: string, readSeq: number): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'messaging.read-marker-moved',
    payload: { readMarkerMoved: { conversationId, participantId: userId, readSeq: String(readSeq) } },
  };
}

/** The person who joined or went by this event; null where it is about something else. */
export function memberOf(event: LoggedEvent): string | null {
  return event.participantAdded?.participantId ?? event.participantRemoved?.participantId ?? null;
}

/**
 * From where on a conversation's event looks the same to all who are in it: from itself, but that somebody who joined
 * later does not see an older message that it is about.
 */
export function sharedFrom(event: LoggedEvent): number {
  const change = event.messageEdited ?? event.messageDeleted ?? event.reactionsChanged;
  return Number(change?.messageSeq ?? event.seq);
}

/** The conversation whose unread count this event may have changed, for those who are in it; null where it does not. */
export function recountedConversation(event: LoggedEvent): string | null {
  const change =
    event.messageSent ?? event.messageDeleted ?? event.participantAdded ?? event.participantRemoved;
  return change?.conversationId ?? null;
}
