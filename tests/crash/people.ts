import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { NotificationsServiceDefinition } from '#gen/proto/fitme/notifications/v1/NotificationsService.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { OutgoingCall } from '#platform/grpc/outgoing-call.ts';
import type { CrashWorld } from './world.ts';

/** Somebody who writes, and does not give up. */
export interface CrashPerson {
  id: string;
  /** Starts a group with others, and returns its id. */
  startGroup(others: readonly CrashPerson[]): Promise<string>;
  /** Resolves with the message's id when the service has acknowledged it, however often it has to be asked. */
  send(conversationId: string, body: string): Promise<string>;
  /** The whole history of a conversation, oldest first. */
  history(conversationId: string): Promise<{ id: string; body: string; seq: number }[]>;
  /** How many messages the unread notification of each conversation stands for, by the conversation's id. */
  notified(): Promise<Map<string, number>>;
}

const users = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');
const messaging = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');
const notifications = serviceName<NotificationsServiceDefinition>(
  'fitme.notifications.v1.NotificationsService',
);

/** People never give up: a process may be killed time and again before it has answered. */
const PATIENCE = { timeout: 400_000, interval: 30 };

export async function signUp(world: CrashWorld, name: string): Promise<CrashPerson> {
  const request = {
    email: `${randomUUID()}@crash.example`,
    password: 'correct horse battery',
    name,
    idempotencyKey: randomUUID(),
  };
  const { user, tokens } = await vi.waitFor(
    () => world.peer('users').service(users).signUp(request, { as: 'viewer', timeoutMs: 10_000 }),
    PATIENCE,
  );
  const token = tokens?.accessToken ?? '';
  const mine = (): OutgoingCall => ({
    as: 'viewer',
    timeoutMs: 2_000,
    call: {
      deadline: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
      requestId: randomUUID(),
      viewer: { token },
    },
  });
  const writer: ServiceClient<MessagingServiceDefinition> = world.peer('messaging').service(messaging);
  const inbox = world.peer('notifications').service(notifications);

  return {
    id: user?.id ?? '',
    async startGroup(others) {
      const start = {
        title: 'Crash',
        participantIds: others.map(({ id }) => id),
        idempotencyKey: randomUUID(),
      };
      const { conversation } = await vi.waitFor(() => writer.startGroupConversation(start, mine()), PATIENCE);
      return conversation?.id ?? '';
    },
    async send(conversationId, body) {
      const message = { conversationId, body, idempotencyKey: randomUUID() };
      const answer = await vi.waitFor(() => writer.sendMessage(message, mine()), PATIENCE);
      return answer.message?.id ?? '';
    },
    async history(conversationId) {
      const messages = [];
      for (let after = '', more = true; more; ) {
        const page = await writer.listMessages({ conversationId, page: { first: 100, after } }, mine());
        for (const { message } of page.edges) {
          if (message !== null) messages.push({ ...message, seq: Number(message.seq) });
        }
        more = page.pageInfo?.hasNextPage ?? false;
        after = page.pageInfo?.endCursor ?? '';
      }
      return messages;
    },
    async notified() {
      const { edges } = await inbox.listNotifications({ page: { first: 100 }, unreadOnly: true }, mine());
      return new Map(
        edges.map(({ notification }) => [notification?.conversationId ?? '', notification?.count ?? 0]),
      );
    },
  };
}
