import { randomUUID } from 'node:crypto';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { CALL_MS } from '#tests/patience.ts';
import type { E2eNetwork, Person } from './network.ts';

export const messagingService = serviceName<MessagingServiceDefinition>(
  'fitme.messaging.v1.MessagingService',
);

/** What people do in conversations, at either door of the network; all of it throws where it is refused. */
export interface Chat {
  /** Answers the id of a direct conversation. */
  startDirect(person: Person, other: Person): Promise<string>;
  /** Answers the id of a group. */
  startGroup(owner: Person, title: string, others: readonly Person[]): Promise<string>;
  /** Through the gateway. Answers the message's id. */
  send(sender: Person, conversationId: string, body: string): Promise<string>;
  /** At messaging's gRPC door. Answers the message's id. */
  sendOverGrpc(sender: Person, conversationId: string, body: string): Promise<string>;
  removeParticipant(owner: Person, conversationId: string, person: Person): Promise<void>;
}

export function createChat(network: Pick<E2eNetwork, 'run' | 'grpc'>): Chat {
  async function mutate<Data>(person: Person, query: string, input: object): Promise<Data> {
    const { data, errors } = await network.run<Data>(query, { token: person.token, variables: { input } });
    if (errors !== undefined || !data) throw new Error(JSON.stringify(errors));
    return data;
  }

  return {
    async startDirect(person, other) {
      const data = await mutate<{ startDirectConversation: Started }>(person, START_DIRECT, {
        userId: other.id,
        idempotencyKey: randomUUID(),
      });
      return data.startDirectConversation.conversation.id;
    },
    async startGroup(owner, title, others) {
      const data = await mutate<{ startGroupConversation: Started }>(owner, START_GROUP, {
        title,
        participantIds: others.map(({ id }) => id),
        idempotencyKey: randomUUID(),
      });
      return data.startGroupConversation.conversation.id;
    },
    async send(sender, conversationId, body) {
      const input = { conversationId, body, idempotencyKey: randomUUID() };
      const data = await mutate<{ sendMessage: { message: { id: string } } }>(sender, SEND, input);
      return data.sendMessage.message.id;
    },
    async sendOverGrpc(sender, conversationId, body) {
      const { message } = await network
        .grpc('messaging', messagingService)
        .sendMessage({ conversationId, body, idempotencyKey: randomUUID() }, callAs(sender));
      return message?.id ?? '';
    },
    async removeParticipant(owner, conversationId, { id: userId }) {
      await mutate(owner, REMOVE, { conversationId, userId });
    },
  };
}

/** A gRPC call on a person's behalf. */
export function callAs({ token }: Person) {
  const { signal } = new AbortController();
  return {
    as: 'viewer' as const,
    call: { deadline: Date.now() + CALL_MS, signal, requestId: randomUUID(), viewer: { token } },
  };
}

interface Started {
  conversation: { id: string };
}

const START_DIRECT = /* GraphQL */ `
  mutation StartDirect($input: StartDirectConversationInput!) {
    startDirectConversation(input: $input) { conversation { id } }
  }
`;
const START_GROUP = /* GraphQL */ `
  mutation StartGroup($input: StartGroupConversationInput!) {
    startGroupConversation(input: $input) { conversation { id } }
  }
`;
const SEND = /* GraphQL */ `
  mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }
`;
const REMOVE = /* GraphQL */ `
  mutation Remove($input: RemoveConversationParticipantInput!) { removeConversationParticipant(input: $input) { conversation { id } } }
`;
