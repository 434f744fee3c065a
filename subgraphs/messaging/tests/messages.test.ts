import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let grace: Person;
let alan: Person;
let conversationId: string;

beforeAll(async () => {
  world = await startWorld();
  [ada, grace, alan] = await world.signUp('Ada', 'Grace', 'Alan');
});

afterAll(() => world?.close());

beforeEach(async () => {
  conversationId = await world.startGroup(ada, grace, alan);
});

async function messageOf(viewer: Person, messageId: string) {
  const { messages } = await world.as(viewer).batchGetMessages({ ids: [messageId] });
  return messages[0];
}

async function kindsIn(id: string): Promise<string[]> {
  const log = await world.logOf(`messaging.conversation.${id}`);
  return log.map(({ kind }) => kind);
}

it('messages are numbered without gap, however many are written at once, and some refused', async () => {
  const writers = [ada, grace, alan];
  const writes = Array.from({ length: 30 }, (_, turn) => {
    const writer = writers[turn % 3] ?? ada;
    // An answer to nothing fails inside its transaction.
    const replyToMessageId = turn % 5 === 0 ? uuidv7() : undefined;
    return world
      .as(writer)
      .sendMessage({ conversationId, body: `Message ${turn}`, replyToMessageId, idempotencyKey: uuidv7() })
      .then(({ message }) => Number(message?.seq))
      .catch(() => null);
  });
  const seqs = (await Promise.all(writes)).filter((seq) => seq !== null).sort((one, other) => one - other);
  expect(seqs).toEqual(Array.from({ length: 24 }, (_, index) => 4 + index));
  const log = await world.logOf(`messaging.conversation.${conversationId}`);
  expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 27 }, (_, index) => 1 + index));
  const { edges } = await world.as(grace).listMessages({ conversationId, page: { first: 100 } });
  expect(edges.map(({ message }) => Number(message?.seq))).toEqual(seqs);
});

it('history is read both ways', async () => {
  const ids: string[] = [];
  for (let turn = 0; turn < 5; turn++) ids.push(await world.send(ada, conversationId, `Message ${turn}`));
  const client = world.as(grace);
  const idsOf = (page: Awaited<ReturnType<typeof client.listMessages>>) =>
    page.edges.map(({ message }) => message?.id);
  const newest = await client.listMessages({ conversationId, page: { last: 2 } });
  expect(idsOf(newest)).toEqual(ids.slice(3));
  expect(newest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const before = newest.pageInfo?.startCursor;
  const older = await client.listMessages({ conversationId, page: { last: 5, before } });
  expect(idsOf(older)).toEqual(ids.slice(0, 3));
  const oldest = await client.listMessages({ conversationId, page: { first: 4 } });
  expect(idsOf(oldest)).toEqual(ids.slice(0, 4));
  const after = oldest.pageInfo?.endCursor;
  expect(idsOf(await client.listMessages({ conversationId, page: { first: 4, after } }))).toEqual(
    ids.slice(4),
  );
});

it('a message sent twice under one key is written once', async () => {
  const request = { conversationId, body: 'Once', idempotencyKey: uuidv7() };
  const [one, two] = await Promise.all([
    world.as(ada).sendMessage(request),
    world.as(ada).sendMessage(request),
  ]);
  expect(two).toEqual(one);
  expect((await kindsIn(conversationId)).filter((kind) => kind === 'message-sent')).toHaveLength(1);
  const other = world.as(ada).sendMessage({ ...request, body: 'Twice' });
  expect(await refusalOf(other)).toMatchObject({ code: 'CONFLICT' });
  // Keys are everybody's own.
  expect((await world.as(grace).sendMessage(request)).message?.id).not.toBe(one.message?.id);
});

it('an answer names a message of the same conversation', async () => {
  const elsewhere = await world.send(ada, await world.startDirect(ada, grace));
  const refused = world
    .as(ada)
    .sendMessage({ conversationId, body: 'Yes.', replyToMessageId: elsewhere, idempotencyKey: uuidv7() });
  expect(await refusalOf(refused)).toMatchObject({
    code: 'INVALID_ARGUMENT',
    fields: [{ path: 'replyToMessageId' }],
  });
});

describe('an edit', () => {
  it('changes the text, once for each version that was read', async () => {
    const messageId = await world.send(ada, conversationId, 'At seven');
    const edit = (body: string) => world.as(ada).editMessage({ messageId, body, expectedVersion: 1 });
    const outcomes = await Promise.allSettled([edit('At six'), edit('At eight')]);
    const stale = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(stale?.reason).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('version 2') });
    expect(await messageOf(grace, messageId)).toMatchObject({
      version: 2,
      body: expect.stringMatching(/^At (six|eight)$/),
      editedAt: { seconds: expect.any(String) },
    });
    expect((await kindsIn(conversationId)).filter((kind) => kind === 'message-edited')).toHaveLength(1);
  });

  it('leaves nothing of the former text where nobody had left', async () => {
    const messageId = await world.send(ada, conversationId, 'A secret');
    await world.as(ada).editMessage({ messageId, body: 'Nothing', expectedVersion: 1 });
    expect(await world.sql('SELECT 1 FROM past_texts')).toEqual([]);
  });

  it("is its author's alone", async () => {
    const messageId = await world.send(ada, conversationId);
    const edited = world.as(grace).editMessage({ messageId, body: 'Mine', expectedVersion: 1 });
    expect(await refusalOf(edited)).toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('a deletion', () => {
  it('leaves a tombstone in its place', async () => {
    const messageId = await world.send(grace, conversationId, 'Oops');
    await world.as(alan).addMessageReaction({ messageId, emoji: '👍' });
    const first = await world.as(grace).deleteMessage({ messageId });
    expect(await world.as(grace).deleteMessage({ messageId })).toEqual(first);
    const tombstone = await messageOf(alan, messageId);
    expect(tombstone).toMatchObject({
      id: messageId,
      reactions: [],
      deletedAt: { seconds: expect.any(String) },
    });
    expect(tombstone?.body).toBeUndefined();
    expect((await kindsIn(conversationId)).filter((kind) => kind === 'message-deleted')).toHaveLength(1);
    const edited = world.as(grace).editMessage({ messageId, body: 'Back', expectedVersion: 1 });
    expect(await refusalOf(edited)).toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it("is its author's or the group owner's", async () => {
    const messageId = await world.send(grace, conversationId);
    expect(await refusalOf(world.as(alan).deleteMessage({ messageId }))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    const { message } = await world.as(ada).deleteMessage({ messageId });
    expect(message?.deletedAt).not.toBeNull();
  });
});

describe('reactions', () => {
  it('are counted by emoji, the first used first, and are told of where they change', async () => {
    const messageId = await world.send(ada, conversationId);
    const react = (person: Person, emoji: string) =>
      world.as(person).addMessageReaction({ messageId, emoji });
    await react(grace, '🎉');
    await react(alan, '👍');
    await react(grace, '👍');
    const again = await react(grace, '👍');
    expect(again.message?.reactions).toEqual([
      { emoji: '🎉', count: 1, own: true },
      { emoji: '👍', count: 2, own: true },
    ]);
    await world.as(grace).removeMessageReaction({ messageId, emoji: '🎉' });
    await world.as(grace).removeMessageReaction({ messageId, emoji: '🎉' });
    expect((await messageOf(ada, messageId))?.reactions).toEqual([{ emoji: '👍', count: 2, own: false }]);
    expect((await kindsIn(conversationId)).filter((kind) => kind === 'reactions-changed')).toHaveLength(4);
  });

  it('are one emoji each', async () => {
    const messageId = await world.send(ada, conversationId);
    for (const emoji of ['', 'ok', '👍👍']) {
      const refused = world.as(grace).addMessageReaction({ messageId, emoji });
      expect(await refusalOf(refused)).toMatchObject({
        code: 'INVALID_ARGUMENT',
        fields: [{ path: 'emoji' }],
      });
    }
  });
});

describe('what is unread', () => {
  const unreadOf = async (person: Person) => {
    const { counts } = await world.as(person).batchGetUnreadCounts({ conversationIds: [conversationId] });
    return counts[0]?.unreadCount;
  };

  it('is what others wrote behind the marker, and was not deleted', async () => {
    const first = await world.send(ada, conversationId);
    const second = await world.send(alan, conversationId);
    await world.send(grace, conversationId);
    expect(await unreadOf(grace)).toBe(2);
    const read = await world.as(grace).markConversationRead({ conversationId, messageId: first });
    expect(read).toEqual({ conversationId, unreadCount: 1 });
    await world.as(alan).deleteMessage({ messageId: second });
    expect(await unreadOf(grace)).toBe(0);
  });

  it('never grows by marking: a marker moves forward, and tells of it where it moved', async () => {
    const [reader] = await world.signUp('Reader');
    await world.as(ada).addConversationParticipants({ conversationId, userIds: [reader.id] });
    const first = await world.send(ada, conversationId);
    const second = await world.send(ada, conversationId);
    const mark = (messageId: string) => world.as(reader).markConversationRead({ conversationId, messageId });
    await Promise.all([mark(second), mark(first), mark(second)]);
    await mark(first);
    expect(await unreadOf(reader)).toBe(0);
    const log = await world.logOf(`messaging.person.${reader.id}`);
    expect(log.map(({ kind }) => kind)).toContain('read-marker-moved');
    expect(log.length).toBeLessThanOrEqual(2);
    const before = log.length;
    await mark(second);
    expect(await world.logOf(`messaging.person.${reader.id}`)).toHaveLength(before);
  });

  it('takes a message of the conversation', async () => {
    const elsewhere = await world.send(ada, await world.startDirect(ada, grace));
    const refused = world.as(grace).markConversationRead({ conversationId, messageId: elsewhere });
    expect(await refusalOf(refused)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is counted up to 1,000', async () => {
    await world.sql(
      `INSERT INTO messages (id, conversation_id, seq, sender_id, body, sent_at)
       SELECT gen_random_uuid(), $1, 1000 + n, $2, 'Again', now() FROM generate_series(1, 1001) n`,
      [conversationId, ada.id],
    );
    expect(await unreadOf(grace)).toBe(1_000);
  });

  it('counts the conversations that hold some', async () => {
    const [reader] = await world.signUp('Reader');
    const count = async () => (await world.as(reader).getUnreadConversationCount({})).unreadConversationCount;
    const [one, other] = [await world.startGroup(ada, reader), await world.startGroup(ada, reader)];
    expect(await count()).toBe(0);
    const messageId = await world.send(ada, one);
    await world.send(ada, one);
    await world.send(ada, other);
    expect(await count()).toBe(2);
    await world.as(reader).markConversationRead({ conversationId: one, messageId });
    expect(await count()).toBe(2);
  });
});

it('the recipients of a message are those who were there, but for its author', async () => {
  const early = await world.send(ada, conversationId);
  await world.as(ada).removeConversationParticipant({ conversationId, userId: alan.id });
  const late = await world.send(grace, conversationId);
  const { recipients } = await (await world.asService()).batchGetRecipients({
    messageIds: [early, late, uuidv7()],
  });
  const byMessage = new Map(recipients.map(({ messageId, userIds }) => [messageId, userIds.toSorted()]));
  expect(byMessage).toEqual(
    new Map([
      [early, [grace.id, alan.id].toSorted()],
      [late, [ada.id]],
    ]),
  );
});
