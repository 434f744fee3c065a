import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { masked } from '#tests/domain-network.ts';
import { refusalOf } from '#tests/refusal.ts';
import { type DoorName, doorNames, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

/** A conversation's whole life, each method at least once: what it answered, by the method's name. */
async function liveThrough(door: DoorName): Promise<Record<string, unknown[]>> {
  const answers: Record<string, unknown[]> = {};
  const [ada, grace, alan] = await world.signUp('Ada', 'Grace', 'Alan');
  const noting = (client: object) =>
    new Proxy(client as Record<string, (request: object) => Promise<unknown>>, {
      get: (methods, name: string) => async (request: object) => {
        const answer = await methods[name]?.(request);
        answers[name] ??= [];
        answers[name].push(answer);
        return answer;
      },
    }) as never as ReturnType<World['as']>;
  const [asAda, asGrace] = [noting(world.as(ada, door)), noting(world.as(grace, door))];

  const started = await asAda.startGroupConversation({
    title: 'Sunday run',
    participantIds: [grace.id],
    idempotencyKey: 'group',
  });
  await asAda.startDirectConversation({ userId: grace.id, idempotencyKey: 'direct' });
  const conversationId = started.conversation?.id ?? '';
  await asAda.addConversationParticipants({ conversationId, userIds: [alan.id] });
  await asAda.renameConversation({ conversationId, title: 'Monday run' });
  const sent = await asAda.sendMessage({ conversationId, body: 'At seven?', idempotencyKey: 'question' });
  const messageId = sent.message?.id ?? '';
  await asGrace.sendMessage({
    conversationId,
    body: 'Eight.',
    replyToMessageId: messageId,
    idempotencyKey: 'answer',
  });
  await asAda.editMessage({ messageId, body: 'At six?', expectedVersion: 1 });
  await asGrace.addMessageReaction({ messageId, emoji: '🏃‍♀️' });
  await asGrace.addMessageReaction({ messageId, emoji: '👍' });
  await asGrace.removeMessageReaction({ messageId, emoji: '🏃‍♀️' });
  await asGrace.batchGetUnreadCounts({ conversationIds: [conversationId] });
  await asGrace.getUnreadConversationCount({});
  await asGrace.markConversationRead({ conversationId, messageId });
  await asAda.listConversations({});
  await asAda.batchGetConversations({ ids: [conversationId, uuidv7()] });
  await asAda.batchListConversationParticipants({ conversationIds: [conversationId], page: { first: 2 } });
  await asAda.listMessages({ conversationId, page: { last: 10 } });
  await asAda.batchListMessages({ conversationIds: [conversationId, uuidv7()], page: { last: 10 } });
  await asAda.batchGetMessages({ ids: [messageId, uuidv7()] });
  await asAda.batchGetLastMessages({ conversationIds: [conversationId] });
  await asAda.deleteMessage({ messageId });
  await asAda.removeConversationParticipant({ conversationId, userId: alan.id });
  await asAda.transferConversation({ conversationId, newOwnerId: grace.id });
  await asAda.leaveConversation({ conversationId });
  await asAda.listMessages({ conversationId, page: { first: 10 } });
  await noting(await world.asService(door)).batchGetRecipients({ messageIds: [messageId] });
  return answers;
}

it('answers the same through both doors, whatever is asked', async () => {
  const [grpc = {}, graphql = {}] = await Promise.all(doorNames.map(liveThrough));
  expect(Object.keys(grpc)).toHaveLength(23);
  expect(masked(graphql)).toEqual(masked(grpc));
  // Not two empty answers.
  expect(grpc).toMatchObject({
    editMessage: [{ message: { body: 'At six?', version: 2, senderId: expect.stringMatching(/./) } }],
    getUnreadConversationCount: [{ unreadConversationCount: 1 }],
    markConversationRead: [{ unreadCount: 0 }],
    batchListMessages: [{ pages: [{ edges: [{}, {}] }] }],
    leaveConversation: [{ conversation: { title: 'Monday run', active: false, participantCount: 1 } }],
  });
});

describe.each(doorNames)('through the %s door', (door) => {
  it.each([
    ['a title of nothing but spaces', { title: '  ' }, 'title'],
    ['a title of 101 characters', { title: 'x'.repeat(101) }, 'title'],
    ['nobody to speak with', { participantIds: [] }, 'participantIds'],
    ['250 others', { participantIds: Array.from({ length: 250 }, () => uuidv7()) }, 'participantIds'],
    ['an id that is none', { participantIds: ['grace'] }, 'participantIds.0'],
    ['no idempotency key', { idempotencyKey: '' }, 'idempotencyKey'],
    ['somebody who does not exist', {}, 'participantIds'],
  ])('a group with %s is refused with the field', async (_what, change, path) => {
    const [ada] = await world.signUp('Ada');
    const request = { title: 'Run', participantIds: [uuidv7()], idempotencyKey: 'key', ...change };
    const refusal = await refusalOf(world.as(ada, door).startGroupConversation(request));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: path }] });
  });

  it('a message of 100 KB is refused with the field', async () => {
    const [ada, grace] = await world.signUp('Ada', 'Grace');
    const conversationId = await world.startDirect(ada, grace);
    const send = (body: string) =>
      world.as(ada, door).sendMessage({ conversationId, body, idempotencyKey: uuidv7() });
    expect(await refusalOf(send('x'.repeat(100_000)))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'body' }],
      message: expect.stringContaining('4,000'),
    });
    const { message } = await send('😀'.repeat(4_000));
    expect(message?.body).toHaveLength(8_000);
    expect(await refusalOf(send('\u0000'))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'body' }],
    });
  });

  it('what services ask is refused to people, and the other way round', async () => {
    const [ada] = await world.signUp('Ada');
    const asked = world.as(ada, door).batchGetRecipients({ messageIds: [] });
    expect(await refusalOf(asked)).toMatchObject({ code: 'PERMISSION_DENIED' });
    const service = await world.asService(door);
    expect(await refusalOf(service.listConversations({}))).toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
