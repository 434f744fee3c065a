/** What a notification is about. */
export const notificationKinds = ['FRIEND_REQUESTED', 'FRIEND_ACCEPTED', 'MESSAGE_SENT'] as const;

export type NotificationKind = (typeof notificationKinds)[number];

/** One entry of an inbox. */
export interface Notification {
  id: string;
  ownerId: string;
  kind: NotificationKind;
  /** Who caused it, the last one where there were several; null where their account was erased. */
  actorId: string | null;
  conversationId: string | null;
  /** The newest message. */
  messageId: string | null;
  friendRequestId: string | null;
  /** How many messages it stands for; 1 for all else. What is deleted since stays counted, as its tombstone stays in the conversation. */
  count: number;
  occurredAt: Date;
  readAt: Date | null;
}

/** Whether a kind goes to somebody's inbox. */
export interface Preference {
  kind: NotificationKind;
  inApp: boolean;
}

/** Unread notifications are counted up to this. */
export const maximumUnreadCount = 1_000;

/** Kinds that tell of a bond between two people, and are gone with it. */
export const friendshipKinds: readonly NotificationKind[] = ['FRIEND_REQUESTED', 'FRIEND_ACCEPTED'];

/** One entry per kind: what somebody has chosen, and "on" for all else. */
export function completePreferences(chosen: readonly Preference[]): Preference[] {
  return notificationKinds.map((kind) => preferenceFor(kind, chosen));
}

/** What somebody has chosen for a kind; "on" where they have not. */
export function preferenceFor(kind: NotificationKind, chosen: readonly Preference[]): Preference {
  return chosen.find((preference) => preference.kind === kind) ?? { kind, inApp: true };
}
