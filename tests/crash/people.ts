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
  /** What the service said last in place of an acknowledgement. */
  lastRefusal(): unknown;
  /** The whole history of a conversation, oldest first. */
  history(conversationId: string): Promise<{ id: string; body?: string; seq: number }[]>;
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
/** A token holds for a quarter of an hour, which the long form outlives. */
const TOKEN_KEPT_MS = 10 * 60_000;

export async function signUp(world: CrashWorld, name: string): Promise<CrashPerson> {
  const request = {
    email: `${randomUUID()}@crash.example`,
    password: 'correct horse battery',
    name,
    idempotencyKey: randomUUID(),
  };
  const { user, authTokens } = await vi.waitFor(
    () => world.peer('users').service(users).signUp(request, { as: 'viewer', timeoutMs: 10_000 }),
    PATIENCE,
  );
  let current = Promise.resolve(authTokens);
  let madeAt = Date.now();
  const mine = async (): Promise<OutgoingCall> => {
    if (Date.now() - madeAt > TOKEN_KEPT_MS) {
      madeAt = Date.now();
      current = refresh(current);
    }
    return {
      as: 'viewer',
      timeoutMs: 2_000,
      call: {
        deadline: Number.POSITIVE_INFINITY,
        signal: new AbortController().signal,
        requestId: randomUUID(),
        viewer: { token: (await current)?.accessToken ?? '' },
      },
    };
  };
  /** Each is good for one call: who needs a token meanwhile waits for this one. */
  async function refresh(former: typeof current): typeof current {
    const refreshToken = (await former)?.refreshToken ?? '';
    const service = world.peer('users').service(users);
    return (await service.refreshTokens({ refreshToken }, { as: 'viewer', timeoutMs: 10_000 })).authTokens;
  }
  const writer: ServiceClient<MessagingServiceDefinition> = world.peer('messaging').service(messaging);
  const inbox = world.peer('notifications').service(notifications);
  let refusal: unknown;

  return {
    id: user?.id ?? '',
    lastRefusal: () => refusal,
    async startGroup(others) {
      const start = {
        title: 'Crash',
        participantIds: others.map(({ id }) => id),
        idempotencyKey: randomUUID(),
      };
      const { conversation } = await vi.waitFor(
        async () => writer.startGroupConversation(start, await mine()),
        PATIENCE,
      );
      return conversation?.id ?? '';
    },
    async send(conversationId, body) {
      const message = { conversationId, body, idempotencyKey: randomUUID() };
      const answer = await vi.waitFor(async () => {
        try {
          return await writer.sendMessage(message, await mine());
        } catch (error) {
          refusal = error;
          throw error;
        }
      }, PATIENCE);
      return answer.message?.id ?? '';
    },
    async history(conversationId) {
      const messages = [];
      for (let after = '', more = true; more; ) {
        const page = await writer.listMessages({ conversationId, page: { first: 100, after } }, await mine());
        for (const { message } of page.edges) {
          if (message !== null) messages.push({ ...message, seq: Number(message.seq) });
        }
        more = page.pageInfo?.hasNextPage ?? false;
        after = page.pageInfo?.endCursor ?? '';
      }
      return messages;
    },
    async notified() {
      const { edges } = await inbox.listNotifications(
        { page: { first: 100 }, unreadOnly: true },
        await mine(),
      );
      return new Map(
        edges.map(({ notification }) => [notification?.conversationId ?? '', notification?.count ?? 0]),
      );
    },
  };
}
