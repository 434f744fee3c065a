import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { Notification__Output } from '#gen/proto/fitme/notifications/v1/Notification.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { type ServiceName, serviceName } from '#platform/grpc/contract.ts';
import { type DomainNetwork, type DoorClient, startDomains } from '#tests/domain-network.ts';
import { type Person, signUp, usersService } from '#tests/people.ts';
import { domains } from '../../domains.ts';
import { notificationsService } from '../rpc/service.ts';

const messagingService = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');

let network: DomainNetwork;

beforeAll(async () => {
  network = await startDomains(domains);
});

afterAll(() => network?.close());

function as<Definition>({ token }: Person, service: ServiceName<Definition>): DoorClient<Definition> {
  const [door] = network.doors;
  if (door === undefined) throw new Error('The network has no door.');
  return door.client(service, token);
}

async function people(...names: string[]): Promise<Person[]> {
  return Promise.all(names.map((name) => signUp(network, name)));
}

async function inboxOf(person: Person): Promise<Partial<Notification__Output>[]> {
  const { edges } = await as(person, notificationsService).listNotifications({});
  return edges.flatMap(({ notification }) => (notification === null ? [] : [notification]));
}

/** What the relay, the wake-up and the consumer bring about, some time soon. */
function expectInbox(person: Person) {
  return expect.poll(() => inboxOf(person), { interval: 50 });
}

async function send(author: Person, conversationId: string): Promise<string> {
  const { message } = await as(author, messagingService).sendMessage({
    conversationId,
    body: 'Ready when you are.',
    idempotencyKey: uuidv7(),
  });
  return message?.id ?? '';
}

async function startDirect(author: Person, other: Person): Promise<string> {
  const { conversation } = await as(author, messagingService).startDirectConversation({
    userId: other.id,
    idempotencyKey: uuidv7(),
  });
  return conversation?.id ?? '';
}

describe('friend requests', () => {
  async function request(from: Person, to: Person): Promise<string> {
    const { friendRequest } = await as(from, usersService).sendFriendRequest({
      userId: to.id,
      idempotencyKey: uuidv7(),
    });
    return friendRequest?.id ?? '';
  }

  it('are told to the addressee, and their acceptance to the requester', async () => {
    const [ada, grace] = (await people('Ada', 'Grace')) as [Person, Person];
    const friendRequestId = await request(ada, grace);
    await expectInbox(grace).toMatchObject([
      {
        kind: 'NOTIFICATION_KIND_FRIEND_REQUESTED',
        actorId: ada.id,
        friendRequestId,
        count: 1,
        readAt: null,
      },
    ]);
    await as(grace, usersService).acceptFriendRequest({ friendRequestId });
    await expectInbox(ada).toMatchObject([
      { kind: 'NOTIFICATION_KIND_FRIEND_ACCEPTED', actorId: grace.id, friendRequestId },
    ]);
    await expectInbox(grace).toMatchObject([{ readAt: { seconds: expect.any(String) } }]);
  });

  it('that are taken back, declined or blocked leave the inbox', async () => {
    const [ada, grace, mary, alan] = (await people('Ada', 'Grace', 'Mary', 'Alan')) as [
      Person,
      Person,
      Person,
      Person,
    ];
    const cancelled = await request(grace, ada);
    const declined = await request(mary, ada);
    await request(alan, ada);
    await expectInbox(ada).toHaveLength(3);
    await as(grace, usersService).cancelFriendRequest({ friendRequestId: cancelled });
    await as(ada, usersService).declineFriendRequest({ friendRequestId: declined });
    await as(ada, usersService).blockUser({ userId: alan.id });
    await expectInbox(ada).toEqual([]);
  });
});

describe('messages', () => {
  it('make one notification a conversation until it is read, with a count', async () => {
    const [ada, grace] = (await people('Ada', 'Grace')) as [Person, Person];
    const conversationId = await startDirect(ada, grace);
    await send(ada, conversationId);
    const second = await send(ada, conversationId);
    await expectInbox(grace).toMatchObject([
      {
        kind: 'NOTIFICATION_KIND_MESSAGE_SENT',
        conversationId,
        messageId: second,
        actorId: ada.id,
        count: 2,
      },
    ]);

    await as(grace, messagingService).markConversationRead({ conversationId, messageId: second });
    await expectInbox(grace).toMatchObject([{ count: 2, readAt: { seconds: expect.any(String) } }]);

    const third = await send(ada, conversationId);
    await expectInbox(grace).toMatchObject([
      { messageId: third, count: 1, readAt: null },
      { messageId: second, count: 2 },
    ]);
    expect(await inboxOf(ada)).toEqual([]);
  });

  it('stay unread where they were written behind the marker', async () => {
    const [ada, grace] = (await people('Ada', 'Grace')) as [Person, Person];
    const conversationId = await startDirect(ada, grace);
    const first = await send(ada, conversationId);
    await send(ada, conversationId);
    await as(grace, messagingService).markConversationRead({ conversationId, messageId: first });
    const other = await startDirect(grace, ada);
    // Told after the marker in messaging's log: once this one is there, the marker was applied.
    await send(grace, other);
    await expectInbox(ada).toHaveLength(1);
    expect(await inboxOf(grace)).toMatchObject([{ count: 2, readAt: null }]);
  });

  it('are no news to somebody who is no longer in the group', async () => {
    const [ada, grace, mary] = (await people('Ada', 'Grace', 'Mary')) as [Person, Person, Person];
    const { conversation } = await as(ada, messagingService).startGroupConversation({
      title: 'Sunday run',
      participantIds: [grace.id, mary.id],
      idempotencyKey: uuidv7(),
    });
    const conversationId = conversation?.id ?? '';
    await send(ada, conversationId);
    await expectInbox(grace).toMatchObject([{ readAt: null }]);
    await as(ada, messagingService).removeConversationParticipant({ conversationId, userId: grace.id });
    await send(ada, conversationId);
    await expectInbox(mary).toMatchObject([{ count: 2 }]);
    expect(await inboxOf(grace)).toMatchObject([{ count: 1, readAt: { seconds: expect.any(String) } }]);
  });

  it('are not told of where they are turned off', async () => {
    const [ada, grace, mary] = (await people('Ada', 'Grace', 'Mary')) as [Person, Person, Person];
    await as(grace, notificationsService).updateNotificationPreference({
      kind: 'NOTIFICATION_KIND_MESSAGE_SENT',
      inApp: false,
    });
    await send(ada, await startDirect(ada, grace));
    await send(ada, await startDirect(ada, mary));
    await expectInbox(mary).toHaveLength(1);
    expect(await inboxOf(grace)).toEqual([]);
  });
});

it('lets nobody but its owner listen to an inbox', async () => {
  const [ada, grace] = (await people('Ada', 'Grace')) as [Person, Person];
  await send(grace, await startDirect(grace, ada));
  await expectInbox(ada).toHaveLength(1);
  const topic = `notifications.inbox.${ada.id}`;
  const access = await as(ada, liveSourceService).authorize({ topic });
  expect(access).toMatchObject({ mode: 'TOPIC_MODE_LOGGED', fromSeq: '1', headSeq: '1' });
  expect(access.toSeq).toBeUndefined();
  const empty = await as(grace, liveSourceService).authorize({ topic: `notifications.inbox.${grace.id}` });
  expect(empty).toMatchObject({ fromSeq: '1', headSeq: '0' });
  await expect(as(grace, liveSourceService).authorize({ topic })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
