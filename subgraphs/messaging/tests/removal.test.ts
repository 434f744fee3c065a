import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liveSourceService } from '#platform/events/live-source.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let grace: Person;
let alan: Person;
let edsger: Person;

beforeAll(async () => {
  world = await startWorld();
  [ada, grace, alan, edsger] = await world.signUp('Ada', 'Grace', 'Alan', 'Edsger');
});

afterAll(() => world?.close());

describe.each(doorNames)('through the %s door, somebody who was removed', (door) => {
  let conversationId: string;
  let before: string;
  let after: string;
  /** Seq of the event that removed Grace. */
  let leftSeq: number;

  beforeEach(async () => {
    conversationId = await world.startGroup(ada, grace, alan);
    before = await world.send(ada, conversationId, 'At seven');
    await world.as(alan).addMessageReaction({ messageId: before, emoji: '👍' });
    await world.as(ada).removeConversationParticipant({ conversationId, userId: grace.id });
    leftSeq = (await world.logOf(`messaging.conversation.${conversationId}`)).length;
    const client = world.as(ada);
    await client.renameConversation({ conversationId, title: 'Without Grace' });
    await client.editMessage({ messageId: before, body: 'At six', expectedVersion: 1 });
    await client.editMessage({ messageId: before, body: 'At five', expectedVersion: 2 });
    await client.addMessageReaction({ messageId: before, emoji: '🎉' });
    await client.addConversationParticipants({ conversationId, userIds: [edsger.id] });
    await client.removeConversationParticipant({ conversationId, userId: alan.id });
    await client.transferConversation({ conversationId, newOwnerId: edsger.id });
    after = await world.send(ada, conversationId, 'Do not tell Grace');
  });

  /** What somebody reads, in one call, of the conversation and of one that they are in. */
  async function historiesOf(viewer: Person) {
    const other = await world.startGroup(ada, grace);
    const written = await world.send(ada, other, 'To all');
    const { pages } = await world
      .as(viewer, door)
      .batchListMessages({ conversationIds: [conversationId, other], page: { last: 20 } });
    const histories = Object.fromEntries(
      pages.map((page) => [page.conversationId, page.edges.map(({ message }) => message)]),
    );
    expect(histories[other]).toEqual([expect.objectContaining({ id: written, body: 'To all' })]);
    return histories;
  }

  it('reads the history as it was, and nothing after', async () => {
    const client = world.as(grace, door);
    const asItWas = {
      id: before,
      body: 'At seven',
      version: 1,
      editedAt: null,
      reactions: [{ emoji: '👍', count: 1, own: false }],
    };
    const { edges } = await client.listMessages({ conversationId, page: { first: 100 } });
    expect(edges.map(({ message }) => message)).toEqual([expect.objectContaining(asItWas)]);
    const batch = await historiesOf(grace);
    expect(batch[conversationId]).toEqual([expect.objectContaining(asItWas)]);
    const { messages } = await client.batchGetMessages({ ids: [before, after] });
    expect(messages).toEqual([expect.objectContaining(asItWas)]);
    const last = await client.batchGetLastMessages({ conversationIds: [conversationId] });
    expect(last.messages).toEqual([expect.objectContaining(asItWas)]);
    const { counts } = await client.batchGetUnreadCounts({ conversationIds: [conversationId] });
    expect(counts).toEqual([{ conversationId, unreadCount: 1 }]);
    // Those who stayed see it as it is.
    const present = await world.as(ada, door).batchGetMessages({ ids: [before] });
    expect(present.messages[0]).toMatchObject({ body: 'At five', version: 3 });
    expect(present.messages[0]?.reactions).toHaveLength(2);
  });

  it('sees the conversation as it was', async () => {
    const client = world.as(grace, door);
    const { conversations } = await client.batchGetConversations({ ids: [conversationId] });
    expect(conversations[0]).toMatchObject({
      title: 'Sunday run',
      ownerId: ada.id,
      participantCount: 2,
      active: false,
    });
    const { messages } = await client.batchGetMessages({ ids: [before] });
    expect(conversations[0]?.lastActivityAt).toEqual(messages[0]?.sentAt);
    const { edges } = await client.listConversations({ page: { first: 1 } });
    expect(edges.map(({ conversation }) => conversation)).toEqual(conversations);
    const { pages } = await client.batchListConversationParticipants({ conversationIds: [conversationId] });
    expect(pages[0]?.edges.map(({ participant }) => participant?.userId)).toEqual([ada.id, alan.id]);
  });

  it('may listen up to the removal, and is named to be authorised again', async () => {
    const access = await world.authorize(grace, conversationId, door);
    expect(access).toMatchObject({ fromSeq: '2', toSeq: String(leftSeq) });
    const { fromSeq, toSeq } = await world.authorize(ada, conversationId, door);
    expect([fromSeq, toSeq]).toEqual(['1', undefined]);
    const gateway = world.network.doors.find(({ name }) => name === door);
    const source = gateway?.client(liveSourceService, await world.network.serviceToken());
    const read = await source?.read({
      topic: `messaging.conversation.${conversationId}`,
      afterSeq: leftSeq - 1,
      limit: 1,
    });
    expect(read?.events).toMatchObject([
      {
        kind: 'messaging.participant-removed',
        accessChangedFor: [grace.id],
        subjects: { conversation: conversationId, actor: ada.id, participant: grace.id },
      },
    ]);
  });

  it('can change nothing any more', async () => {
    const client = world.as(grace, door);
    const body = 'I am back';
    const acts = {
      NOT_FOUND: [
        () => client.addMessageReaction({ messageId: after, emoji: '👍' }),
        () => client.markConversationRead({ conversationId, messageId: after }),
        () => client.deleteMessage({ messageId: after }),
      ],
      PERMISSION_DENIED: [
        () => client.sendMessage({ conversationId, body, idempotencyKey: uuidv7() }),
        () => client.addMessageReaction({ messageId: before, emoji: '👍' }),
        () => client.removeMessageReaction({ messageId: before, emoji: '👍' }),
        () => client.renameConversation({ conversationId, title: body }),
      ],
    };
    for (const [code, refused] of Object.entries(acts)) {
      for (const act of refused) expect((await refusalOf(act())).code).toBe(code);
    }
  });

  it('and is added again sees what is written from then on, and still nothing of what was in between', async () => {
    await world.as(edsger).addConversationParticipants({ conversationId, userIds: [grace.id] });
    const answer = await world.as(ada).sendMessage({
      conversationId,
      body: 'Welcome back',
      replyToMessageId: after,
      idempotencyKey: uuidv7(),
    });
    const client = world.as(grace, door);
    const { edges } = await client.listMessages({ conversationId });
    expect(edges.map(({ message }) => [message?.id, message?.body, message?.replyToMessageId])).toEqual([
      [before, 'At five', undefined],
      [answer.message?.id, 'Welcome back', undefined],
    ]);
    expect((await historiesOf(grace))[conversationId]).toEqual(edges.map(({ message }) => message));
    expect((await client.batchGetMessages({ ids: [after] })).messages).toEqual([]);
    const { counts } = await client.batchGetUnreadCounts({ conversationIds: [conversationId] });
    expect(counts[0]?.unreadCount).toBe(1);
    const { conversations } = await client.batchGetConversations({ ids: [conversationId] });
    expect(conversations[0]).toMatchObject({ title: 'Without Grace', ownerId: edsger.id, active: true });
    const log = await world.logOf(`messaging.conversation.${conversationId}`);
    const { fromSeq, toSeq } = await world.authorize(grace, conversationId, door);
    expect([fromSeq, toSeq]).toEqual([String(log.length - 1), undefined]);
  });
});

it('what was deleted is gone for everybody, also for those who had left before', async () => {
  const conversationId = await world.startGroup(ada, grace);
  const messageId = await world.send(ada, conversationId, 'A secret');
  await world.as(grace).leaveConversation({ conversationId });
  await world.as(ada).editMessage({ messageId, body: 'Still a secret', expectedVersion: 1 });
  await world.as(ada).deleteMessage({ messageId });
  const { messages } = await world.as(grace).batchGetMessages({ ids: [messageId] });
  expect(messages[0]?.deletedAt).toMatchObject({ seconds: expect.any(String) });
  expect(messages[0]?.body).toBeUndefined();
  expect(await world.sql('SELECT 1 FROM past_texts WHERE message_id = $1', [messageId])).toEqual([]);
});

it('whoever writes while being removed is heard before the removal, or not at all', async () => {
  const conversationId = await world.startGroup(ada, grace);
  const writes = Array.from({ length: 12 }, (_, turn) =>
    world
      .as(grace)
      .sendMessage({ conversationId, body: `Message ${turn}`, idempotencyKey: uuidv7() })
      .then(({ message }) => Number(message?.seq))
      .catch(({ code }: { code: string }) => code),
  );
  const removal = world.as(ada).removeConversationParticipant({ conversationId, userId: grace.id });
  const outcomes = await Promise.all(writes);
  await removal;
  const log = await world.logOf(`messaging.conversation.${conversationId}`);
  const removed = log.find(({ kind }) => kind === 'participant-removed')?.seq ?? 0;
  expect(log.at(-1)).toEqual({ seq: removed, kind: 'participant-removed' });
  for (const outcome of outcomes) {
    if (typeof outcome === 'number') expect(outcome).toBeLessThan(removed);
    else expect(outcome).toBe('PERMISSION_DENIED');
  }
});
