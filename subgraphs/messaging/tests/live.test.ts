import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { topicChannel } from '#platform/events/channels.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { createWakeups, type Wakeups } from '#platform/events/wakeups.ts';
import { PATIENCE } from '#tests/patience.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let wakeups: Wakeups;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  world = await startWorld();
  wakeups = createWakeups({
    redisUrl: inject('redisUrl'),
    log: createLogger({ level: 'fatal', name: 'test' }),
  });
  [ada, grace] = await world.signUp('Ada', 'Grace');
});

afterAll(async () => {
  await wakeups?.close();
  await world?.close();
});

/** Remembers the heads that a topic is woken with. */
async function hear(topic: string): Promise<number[]> {
  const heard: number[] = [];
  await wakeups.listen(topicChannel(topic), (head) => void heard.push(head));
  return heard;
}

/**
 * Starts a group of newcomers, and answers once its start has woken everybody in it: what they hear from then on has
 * another cause.
 */
async function startHeard() {
  const people = await world.signUp('Owner', 'Stayer', 'Goer');
  const [owner, ...others] = people;
  const heard = await Promise.all(people.map(({ id }) => hear(`messaging.person.${id}`)));
  const conversationId = await world.startGroup(owner, ...others);
  await vi.waitFor(() => expect(heard.every(({ length }) => length > 0)).toBe(true), PATIENCE);
  for (const heads of heard) heads.length = 0;
  return { conversationId, people, heard };
}

it('a message wakes its conversation with its seq', async () => {
  const conversationId = await world.startGroup(ada, grace);
  const heard = await hear(`messaging.conversation.${conversationId}`);
  await world.send(ada, conversationId);
  await vi.waitFor(() => expect(heard).toContain(3), PATIENCE);
});

it('a message wakes everybody in its conversation', async () => {
  const { conversationId, people, heard } = await startHeard();
  await world.send(people[0], conversationId);
  await vi.waitFor(() => expect(heard).toEqual([[0], [0], [0]]), PATIENCE);
});

it('whoever is removed is woken, like those who stay', async () => {
  const { conversationId, people, heard } = await startHeard();
  await world.as(people[0]).removeConversationParticipant({ conversationId, userId: people[2].id });
  await vi.waitFor(() => expect(heard).toEqual([[0], [0], [0]]), PATIENCE);
});

it('reading on wakes the reader alone', async () => {
  const { conversationId, people, heard } = await startHeard();
  const messageId = await world.send(people[0], conversationId);
  await vi.waitFor(() => expect(heard).toEqual([[0], [0], [0]]), PATIENCE);
  await world.as(people[1]).markConversationRead({ conversationId, messageId });
  await vi.waitFor(() => expect(heard[1]).toHaveLength(2), PATIENCE);
  expect([heard[0], heard[2]]).toEqual([[0], [0]]);
});

it("a person's topic is theirs alone", async () => {
  const [door] = world.network.doors;
  const authorize = (person: Person, topic: string) =>
    door?.client(liveSourceService, person.token).authorize({ topic }) ??
    Promise.reject(new Error('No door.'));
  const topic = `messaging.person.${ada.id}`;
  const { mode, toSeq } = await authorize(ada, topic);
  expect([mode, toSeq]).toEqual(['TOPIC_MODE_STATE', undefined]);
  expect(await refusalOf(authorize(grace, topic))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refusalOf(authorize(ada, 'messaging.conversation.none'))).toMatchObject({ code: 'NOT_FOUND' });
});
