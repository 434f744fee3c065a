import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/messaging/client.ts';
import type { Database } from '#platform/db/database.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { createStore } from '../store/store.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let db: Database<PrismaClient>;
let store: ReturnType<typeof createStore>;

beforeAll(async () => {
  world = await startWorld();
  db = openDomainDatabase(world.network.database, 'messaging', (adapter) => new PrismaClient({ adapter }));
  store = createStore({ db, now: Date.now, newId: uuidv7 });
});

afterAll(async () => {
  await db?.close();
  await world?.close();
});

/** Somebody with a direct conversation, a group of their own, messages and reactions in both. */
async function settle(person: Person, other: Person) {
  const direct = await world.startDirect(person, other);
  const group = await world.startGroup(person, other);
  const written = [await world.send(person, direct, 'Hello'), await world.send(person, group, 'At seven?')];
  const answer = await world.send(other, group, 'Eight.');
  await world.as(person).addMessageReaction({ messageId: answer, emoji: '👍' });
  await world.as(other).addMessageReaction({ messageId: written[0] ?? '', emoji: '🎉' });
  return { direct, group, written, answer };
}

it('a person gets everything that they did', async () => {
  const [person, other] = await world.signUp('Person', 'Other');
  const { direct, group, answer } = await settle(person, other);
  expect(await store.person.export(person.id)).toMatchObject({
    conversations: [
      { conversationId: direct, kind: 'DIRECT', title: null },
      { conversationId: group, kind: 'GROUP', title: 'Sunday run' },
    ],
    messages: [
      { conversationId: direct, body: 'Hello' },
      { conversationId: group, body: 'At seven?' },
    ],
    reactions: [{ messageId: answer, emoji: '👍' }],
  });
});

it('a person who is erased leaves tombstones of nobody, and no trace in the tables', async () => {
  const [person, other, former] = await world.signUp('Person', 'Other', 'Former');
  const { direct, group, written, answer } = await settle(person, other);
  await world.as(person).addConversationParticipants({ conversationId: group, userIds: [former.id] });
  await world.as(former).leaveConversation({ conversationId: group });
  await store.person.erase(person.id);

  const client = world.as(other);
  const { messages } = await client.batchGetMessages({ ids: [...written, answer] });
  for (const message of messages.filter(({ id }) => written.includes(id))) {
    expect(message).toMatchObject({ reactions: [], deletedAt: expect.anything() });
    expect([message.senderId, message.body]).toEqual([undefined, undefined]);
  }
  expect(messages.find(({ id }) => id === answer)).toMatchObject({ body: 'Eight.', reactions: [] });
  const { conversations } = await client.batchGetConversations({ ids: [group] });
  expect(conversations[0]).toMatchObject({ ownerId: other.id, participantCount: 1, active: true });
  const seen = await world.as(former).batchGetConversations({ ids: [group] });
  expect(seen.conversations[0]?.active).toBe(false);
  expect(seen.conversations[0]?.ownerId).toBeUndefined();
  const write = client.sendMessage({ conversationId: direct, body: 'There?', idempotencyKey: uuidv7() });
  expect(await refusalOf(write)).toMatchObject({ code: 'FAILED_PRECONDITION' });

  const kinds = (await world.logOf(`messaging.conversation.${group}`)).map(({ kind }) => kind);
  expect(kinds.slice(-4)).toEqual([
    'owner-changed',
    'participant-removed',
    'message-deleted',
    'reactions-changed',
  ]);
  for (const table of ['conversations', 'memberships', 'messages', 'past_texts', 'reactions']) {
    const traces = await world.sql(`SELECT * FROM ${table} t WHERE t::text LIKE '%' || $1 || '%'`, [
      person.id,
    ]);
    expect(traces, table).toEqual([]);
  }
});

it('erasing somebody twice changes nothing more', async () => {
  const [person, other] = await world.signUp('Person', 'Other');
  const { group } = await settle(person, other);
  await store.person.erase(person.id);
  const log = await world.logOf(`messaging.conversation.${group}`);
  await store.person.erase(person.id);
  expect(await world.logOf(`messaging.conversation.${group}`)).toEqual(log);
});
