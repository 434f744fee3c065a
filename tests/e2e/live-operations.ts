/** The three subscriptions as clients write them, and what they answer. */

export const EVENTS = /* GraphQL */ `
  subscription Events($id: ID!, $after: String) {
    conversationEvents(conversationId: $id, after: $after) {
      cursor
      kind
      recovered
      message { body sender { name } }
      participant { id }
    }
  }
`;

export interface EventsData {
  conversationEvents: {
    cursor: string;
    kind: string;
    recovered: boolean;
    message: { body: string; sender: { name: string } } | null;
    participant: { id: string } | null;
  };
}

export const NOTIFICATIONS = /* GraphQL */ `
  subscription Notifications($after: String) {
    notificationEvents(after: $after) {
      cursor
      kind
      notification { kind count actor { name } message { body } }
    }
  }
`;

export interface NotificationsData {
  notificationEvents: { cursor: string; kind: string; notification: object };
}

export const UNREAD = /* GraphQL */ `
  subscription Unread {
    unreadCountsState { viewer { user { name } unreadConversationCount unreadNotificationCount } }
  }
`;

export interface UnreadData {
  unreadCountsState: { viewer: object };
}
