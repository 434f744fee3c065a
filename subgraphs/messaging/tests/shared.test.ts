import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveSourceService } from '#platform/events/live-source.ts';
import { accessOf, serviceDefinition } from '#platform/grpc/protos.ts';
import { refusalOf } from '#tests/refusal.ts';
import { messagingService } from '../rpc/service.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

/** A message that answers another one, of which the later of two participants does not know, and its conversation. */
async function converse() {
  const [ada, ben, cleo] = await world.signUp('Ada', 'Ben', 'Cleo');
  const conversationId = await world.startGroup(ada, ben);
  const answered = await world.send(ada, conversationId, 'At seven?');
  const request = { conversationId, body: 'At eight.', replyToMessageId: answered, idempotencyKey: 'answer' };
  const { message } = await world.as(ben).sendMessage(request);
  const messageId = message?.id ?? '';
  await world.as(ada).addMessageReaction({ messageId, emoji: '👍' });
  return { ada, ben, cleo, conversationId, answered, messageId };
}

describe('what all see who listen', () => {
  it.each([0, 1])('is read under a token of its own, at door %#', async (nth) => {
    const { conversationId, messageId, ben } = await converse();
    const door = world.network.doors[nth];
    const shared = door?.client(messagingService, await world.network.sharedToken());
    const { messages = [] } = (await shared?.batchGetMessages({ ids: [messageId] })) ?? {};
    expect(messages).toMatchObject([
      {
        id: messageId,
        conversationId,
        senderId: ben.id,
        body: 'At eight.',
        reactions: [{ emoji: '👍', count: 1, own: false }],
      },
    ]);
    expect(messages[0]?.replyToMessageId).toBeUndefined();
    const { conversations = [] } = (await shared?.batchGetConversations({ ids: [conversationId] })) ?? {};
    expect(conversations).toMatchObject([{ title: 'Sunday run', participantCount: 2 }]);
  });

  it('is a tombstone once a message was deleted', async () => {
    const { messageId, ben } = await converse();
    await world.as(ben).deleteMessage({ messageId });
    const { data, errors } = await askShared<{ _entities: [object] }>(
      'Message { body deletedAt reactions { emoji } }',
      messageId,
    );
    expect(errors).toBeUndefined();
    expect(data?._entities).toEqual([{ body: null, deletedAt: expect.any(String), reactions: [] }]);
  });

  it('is all that the token opens', async () => {
    const [door] = world.network.doors;
    const client = door?.client(messagingService, await world.network.sharedToken());
    const methods = Object.entries(serviceDefinition(messagingService));
    const closed = methods.filter(([, method]) => !accessOf(method).shared);
    expect(closed.length).toBe(methods.length - 2);
    for (const [name] of closed) {
      const call = client?.[(name.charAt(0).toLowerCase() + name.slice(1)) as 'listMessages'];
      expect(await refusalOf(call?.({}) ?? Promise.resolve({}))).toMatchObject({ code: 'PERMISSION_DENIED' });
    }
  });
});

describe('what each sees differently', () => {
  it.each([
    'Message { reactions { own } }',
    'Message { replyTo { id } }',
    'Message { conversation { active } }',
    'Message { conversation { lastActivityAt } }',
    'Message { conversation { unreadCount } }',
    'Message { conversation { lastMessage { body } } }',
    'Message { conversation { messages(last: 1) { nodes { body } } } }',
    'Message { conversation { participants(first: 1) { nodes { id } } } }',
  ])('is refused: %s', async (selection) => {
    const { messageId } = await converse();
    const { data, errors } = await askShared<{ _entities: [object | null] }>(selection, messageId);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(JSON.stringify(data)).not.toMatch(/At (seven|eight)|true|false|\d{4}-/);
  });
});

describe('an event', () => {
  it('tells from where on it looks the same to all who listen', async () => {
    const { ada, ben, cleo, conversationId, messageId } = await converse();
    await world.as(ada).addConversationParticipants({ conversationId, userIds: [cleo.id] });
    await world.as(ben).editMessage({ messageId, body: 'At nine.', expectedVersion: 1 });
    await world.as(ben).deleteMessage({ messageId });
    const client = world.network.doors[0]?.client(liveSourceService, await world.network.serviceToken());
    const topic = `messaging.conversation.${conversationId}`;
    const { events = [] } = (await client?.read({ topic, afterSeq: 0, limit: 100 })) ?? {};
    const written = events.filter(({ kind }) => kind === 'messaging.message-sent').at(-1)?.seq;
    expect(events.map(({ kind, seq, sharedFromSeq }) => [kind, sharedFromSeq === seq])).toEqual([
      ['messaging.conversation-started', true],
      ['messaging.participant-added', true],
      ['messaging.message-sent', true],
      ['messaging.message-sent', true],
      ['messaging.reactions-changed', false],
      ['messaging.participant-added', true],
      ['messaging.message-edited', false],
      ['messaging.message-deleted', false],
    ]);
    for (const { kind, sharedFromSeq } of events)
      if (/edited|deleted|reactions/.test(kind)) expect(sharedFromSeq).toBe(written);
  });
});

async function askShared<Data>(selection: string, id: string) {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${selection} } }`;
  const token = await world.network.sharedToken();
  const variables = { of: [{ __typename: 'Message', id }] };
  return world.network.graphql<Data>('messaging', query, { token, variables });
}
