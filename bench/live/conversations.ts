import { randomUUID } from 'node:crypto';
import type { MessagingServiceDefinition } from '../../gen/proto/fitme/messaging/v1/MessagingService.ts';
import { createMetrics } from '../../observability/metrics.ts';
import { createGrpcPeer } from '../../platform/grpc/client.ts';
import { serviceName } from '../../platform/grpc/contract.ts';
import type { Parts } from '../parts.ts';
import type { Person, System } from '../system.ts';
import { severalAtATime } from './subscriber.ts';

/** Messaging, over gRPC. */
interface Messaging {
  send(sender: Person, conversationId: string, body: string): Promise<void>;
  /** Starts a group of all people, the first its owner. Answers its id. */
  startGroup(people: readonly [Person, ...Person[]]): Promise<string>;
}

const messagingService = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');
const AT_A_TIME = 8;

/** Opens messaging of a system. */
export function openMessaging(parts: Parts, { messagingAddress }: System): Messaging {
  const peer = parts.keep(
    createGrpcPeer({
      name: 'messaging',
      address: messagingAddress,
      metrics: createMetrics({ process: false }),
      serviceToken: () => Promise.reject(new Error('the bench calls as a viewer')),
    }),
  );
  const messaging = peer.service(messagingService);
  return {
    async send(sender, conversationId, body) {
      await messaging.sendMessage({ conversationId, body, idempotencyKey: randomUUID() }, callAs(sender));
    },
    async startGroup([owner, ...others]) {
      const { conversation } = await messaging.startGroupConversation(
        {
          title: 'A group of the bench',
          participantIds: others.map(({ id }) => id),
          idempotencyKey: randomUUID(),
        },
        callAs(owner),
      );
      return conversation?.id ?? '';
    },
  };
}

/** Starts many groups. Answers their ids. */
export async function startConversations(
  parts: Parts,
  system: System,
  { people, count }: { people: readonly [Person, ...Person[]]; count: number },
): Promise<string[]> {
  const messaging = openMessaging(parts, system);
  const ids: string[] = [];
  await severalAtATime(count, AT_A_TIME, async () => {
    ids.push(await messaging.startGroup(people));
  });
  return ids;
}

function callAs({ token }: Person) {
  const { signal } = new AbortController();
  return {
    as: 'viewer' as const,
    call: { deadline: Date.now() + 5_000, signal, requestId: randomUUID(), viewer: { token } },
  };
}
