/** The most people in one conversation. */
export const maximumParticipants = 250;

/** Unread messages, and conversations with some, are counted up to here. */
export const maximumUnread = 1_000;

/** The most different emoji under one message. */
export const maximumEmoji = 50;

/** The most files that hang on one message. */
export const maximumFiles = 10;

/** Words of the registry that rules say. */
export type RefusalReason =
  | 'VERSION_STALE'
  | 'NOT_IN_CONVERSATION'
  | 'MESSAGE_DELETED'
  | 'NOT_THE_AUTHOR'
  | 'NOT_THE_OWNER'
  | 'PARTICIPANT_LIMIT'
  | 'EMOJI_LIMIT'
  | 'DIRECT_CONVERSATION';

/** A rule's no, and what to do about it. */
export interface Refusal {
  code: 'INVALID_ARGUMENT' | 'PERMISSION_DENIED' | 'FAILED_PRECONDITION' | 'CONFLICT';
  /** A word of the registry of reasons, where there is one that says more than the code. */
  reason?: RefusalReason;
  /** What the reason is about. */
  parameters?: { version?: number; maximum?: number; room?: number };
  message: string;
}

/** A conversation, as far as rules about who is in it look. */
export interface ConversationState {
  kind: 'DIRECT' | 'GROUP';
  title: string | null;
  /** Null in a direct conversation, and in a group that everybody left. */
  ownerId: string | null;
  /** Ids of those who are in it now, in the order in which they joined. */
  participantIds: readonly string[];
}

/** One change of a conversation, of which one event tells. */
export type Step =
  | { type: 'rename'; title: string }
  | { type: 'transfer'; ownerId: string }
  | { type: 'add'; userId: string }
  | { type: 'remove'; userId: string };

/** What a rule makes of a wish: the steps to take, in their order, or a refusal. */
export type Decision = { steps: Step[]; refusal?: never } | { refusal: Refusal; steps?: never };

/** Gives a group another title. */
export function rename(state: ConversationState, actorId: string, title: string): Decision {
  const refusal = refusalOfOwnerAct(state, actorId);
  if (refusal !== null) return { refusal };
  return { steps: state.title === title ? [] : [{ type: 'rename', title }] };
}

/** Passes a group on. */
export function transfer(state: ConversationState, actorId: string, newOwnerId: string): Decision {
  const refusal = refusalOfOwnerAct(state, actorId);
  if (refusal !== null) return { refusal };
  if (!state.participantIds.includes(newOwnerId)) {
    return refused('FAILED_PRECONDITION', 'Only somebody in the group can own it: add this person first.');
  }
  return { steps: newOwnerId === state.ownerId ? [] : [{ type: 'transfer', ownerId: newOwnerId }] };
}

/** Adds people to a group; those who are in it already stay as they are. */
export function add(state: ConversationState, actorId: string, userIds: readonly string[]): Decision {
  const refusal = refusalOfOwnerAct(state, actorId);
  if (refusal !== null) return { refusal };
  const added = [...new Set(userIds)].filter((userId) => !state.participantIds.includes(userId));
  const room = maximumParticipants - state.participantIds.length;
  if (added.length > room) {
    return {
      refusal: {
        code: 'FAILED_PRECONDITION',
        reason: 'PARTICIPANT_LIMIT',
        parameters: { maximum: maximumParticipants, room },
        message: `A group holds ${maximumParticipants} people: there is room for ${room} more.`,
      },
    };
  }
  return { steps: added.map((userId) => ({ type: 'add', userId })) };
}

/** Removes somebody else from a group; nothing changes where they are not in it. */
export function remove(state: ConversationState, actorId: string, userId: string): Decision {
  const refusal = refusalOfOwnerAct(state, actorId);
  if (refusal !== null) return { refusal };
  if (userId === actorId) {
    return refused('INVALID_ARGUMENT', 'To go yourself, leave the conversation.');
  }
  return { steps: state.participantIds.includes(userId) ? [{ type: 'remove', userId }] : [] };
}

/** Leaves a group. */
export function leave(state: ConversationState, actorId: string): Decision {
  const refusal = refusalOfGroupAct(state, actorId);
  return refusal === null ? { steps: depart(state, actorId) } : { refusal };
}

/**
 * The steps by which somebody goes, whatever the conversation. A group passes to whoever has been in it longest, before
 * its owner goes: it is owned at every seq at which somebody is in it.
 */
export function depart(state: ConversationState, userId: string): Step[] {
  const successor = state.participantIds.find((id) => id !== userId);
  const passes = state.ownerId === userId && successor !== undefined;
  return [...(passes ? [{ type: 'transfer', ownerId: successor } as const] : []), { type: 'remove', userId }];
}

/** The conversation after a step. */
export function afterStep(state: ConversationState, step: Step): ConversationState {
  switch (step.type) {
    case 'rename':
      return { ...state, title: step.title };
    case 'transfer':
      return { ...state, ownerId: step.ownerId };
    case 'add':
      return { ...state, participantIds: [...state.participantIds, step.userId] };
    case 'remove':
      return {
        ...state,
        ownerId: state.ownerId === step.userId ? null : state.ownerId,
        participantIds: state.participantIds.filter((id) => id !== step.userId),
      };
  }
}

/** A part of a conversation's topic that somebody may see; leftSeq is null while they are in. */
export interface Interval {
  joinedSeq: number;
  leftSeq: number | null;
}

/** Whether somebody with these intervals may see what has this seq. */
export function sees(intervals: readonly Interval[], seq: number): boolean {
  return intervals.some(({ joinedSeq, leftSeq }) => joinedSeq <= seq && (leftSeq === null || seq <= leftSeq));
}

/** Why somebody with these intervals may change nothing in the conversation; null where they may. */
export function refusalOfWriting(intervals: readonly Interval[]): Refusal | null {
  const active = intervals.some(({ leftSeq }) => leftSeq === null);
  return active ? null : noLongerIn;
}

/** A message, as far as rules look. */
export interface MessageState {
  senderId: string | null;
  version: number;
  deletedAt: Date | null;
}

/** Why somebody may not edit the version of a message that they have read; null where they may. */
export function refusalOfEdit(
  message: MessageState,
  actorId: string,
  expectedVersion: number,
): Refusal | null {
  if (message.senderId !== actorId) {
    return {
      code: 'PERMISSION_DENIED',
      reason: 'NOT_THE_AUTHOR',
      message: 'Only its author can edit a message.',
    };
  }
  if (message.deletedAt !== null) return isTombstone;
  if (message.version === expectedVersion) return null;
  return {
    code: 'CONFLICT',
    reason: 'VERSION_STALE',
    parameters: { version: message.version },
    message: `The message was edited in between and is at version ${message.version}: read it, then edit that.`,
  };
}

/** Why somebody may not delete a message; null where they may. */
export function refusalOfDeletion(
  message: MessageState,
  ownerId: string | null,
  actorId: string,
): Refusal | null {
  if (message.senderId === actorId || ownerId === actorId) return null;
  return {
    code: 'PERMISSION_DENIED',
    reason: 'NOT_THE_AUTHOR',
    message: 'Only its author, or the owner of the group, can delete a message.',
  };
}

/** Why a message takes no reaction with this emoji beside those it has; null where it takes it. */
export function refusalOfReaction(
  message: MessageState,
  present: readonly string[],
  emoji: string,
): Refusal | null {
  if (message.deletedAt !== null) return isTombstone;
  if (present.length < maximumEmoji || present.includes(emoji)) return null;
  return {
    code: 'FAILED_PRECONDITION',
    reason: 'EMOJI_LIMIT',
    parameters: { maximum: maximumEmoji },
    message: `A message takes ${maximumEmoji} different emoji: choose one that it has.`,
  };
}

/** Whether a text is exactly one emoji, as a reader counts: "👩🏽‍🚒" is one, "👍👍" and "a" are not. */
export function isOneEmoji(text: string): boolean {
  return [...graphemes.segment(text)].length === 1 && /^\p{RGI_Emoji}$/v.test(text);
}

/** The key of a direct conversation: the same whoever starts it. PostgreSQL sorts UUIDs as their text sorts. */
export function pairOf(one: string, other: string): { pairLow: string; pairHigh: string } {
  return one < other ? { pairLow: one, pairHigh: other } : { pairLow: other, pairHigh: one };
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const noLongerIn: Refusal = {
  code: 'PERMISSION_DENIED',
  reason: 'NOT_IN_CONVERSATION',
  message: 'You are no longer in this conversation: ask its owner to add you again.',
};

const isTombstone: Refusal = {
  code: 'FAILED_PRECONDITION',
  reason: 'MESSAGE_DELETED',
  message: 'The message was deleted: write a new one.',
};

function refusalOfOwnerAct(state: ConversationState, actorId: string): Refusal | null {
  const refusal = refusalOfGroupAct(state, actorId);
  if (refusal !== null || state.ownerId === actorId) return refusal;
  return {
    code: 'PERMISSION_DENIED',
    reason: 'NOT_THE_OWNER',
    message: 'Only the owner of the group can do this: ask them.',
  };
}

function refusalOfGroupAct(state: ConversationState, actorId: string): Refusal | null {
  if (!state.participantIds.includes(actorId)) return noLongerIn;
  if (state.kind === 'GROUP') return null;
  return {
    code: 'FAILED_PRECONDITION',
    reason: 'DIRECT_CONVERSATION',
    message: 'A direct conversation is between its two people for good: start a group.',
  };
}

function refused(code: Refusal['code'], message: string): Decision {
  return { refusal: { code, message } };
}
