import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import type { CrashPoint } from '#platform/events/crash-point.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { createTopicFollower, type TopicFollower } from '#platform/events/topic-follower.ts';
import { createWakeups, type Wakeups } from '#platform/events/wakeups.ts';
import { type CrashPerson, signUp } from './people.ts';
import { createRandom, type Random } from './random.ts';
import { type CrashWorld, type DomainName, startCrashWorld } from './world.ts';

/** Another one replays another course of events; the one that failed is in the test's name. */
const SEED = 20_261_122;
const ROUNDS = 200;
/** Rounds whose target stands still until it is killed; it takes less than this where all is well. */
const REACHED_WITHIN_MS = 15_000;

/** Where each process is killed. */
const TARGETS: readonly (readonly [DomainName, CrashPoint])[] = [
  ['messaging', 'before-commit'],
  ['messaging', 'committed'],
  ['messaging', 'sealed'],
  ['messaging', 'woken'],
  ['notifications', 'read'],
  ['notifications', 'loaded'],
  ['notifications', 'applied'],
  ['notifications', 'consumed'],
];

const log = createLogger({ level: 'fatal', name: 'crash-test' });

let world: CrashWorld;
let people: CrashPerson[];
let conversations: string[];
let wakeups: Wakeups;
let followers: Map<string, { follower: TopicFollower; seqs: number[] }>;

beforeAll(async () => {
  world = await startCrashWorld();
  people = await Promise.all(['Ada', 'Grace', 'Alan'].map((name) => signUp(world, name)));
  const [ada, ...others] = people as [CrashPerson, ...CrashPerson[]];
  conversations = await Promise.all([0, 1].map(() => ada.startGroup(others)));
  wakeups = createWakeups({ redisUrl: world.redisUrl, log });
  followers = new Map(conversations.map((id) => [id, follow(`messaging.conversation.${id}`)]));
}, 60_000);

afterAll(async () => {
  await Promise.all([...(followers ?? new Map()).values()].map(({ follower }) => follower.close()));
  await wakeups?.close();
  await world?.close();
});

/** Follows as a gateway does, and remembers what it was handed. */
function follow(topic: string) {
  const seqs: number[] = [];
  const follower = createTopicFollower({
    topic,
    source: world.peer('messaging').service(liveSourceService),
    wakeups,
    log,
    onEvents: (events) => void seqs.push(...events.map((event) => Number(event.seq))),
  });
  return { follower, seqs };
}

/** What was acknowledged: the message's id, by its text. */
type Acknowledged = Map<string, { id: string; conversationId: string; senderId: string }>;

test(`${ROUNDS} kills (seed ${SEED}): what was acknowledged is what is visible, nothing lost, nothing twice`, {
  timeout: 300_000,
}, async () => {
  const random = createRandom(SEED);
  const acknowledged: Acknowledged = new Map();
  const sending: Promise<void>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [name, point] = random.pick(TARGETS);
    const target = world.arm(name, point);
    const count = 1 + random.below(3);
    for (let nth = 0; nth < count; nth++) sending.push(write(random, `${round}.${nth}`, acknowledged));
    if (random.below(5) === 0) await world.flushRedis();
    await within(REACHED_WITHIN_MS, target.reached, `round ${round}: ${name} did not come to "${point}"`);
    await target.kill();
  }
  await Promise.all(sending);
  expect(acknowledged.size).toBe(sending.length);

  for (const conversationId of conversations) await expectHistory(conversationId, acknowledged);
  await expectLog(acknowledged);
  for (const person of people) await expectInbox(person, acknowledged);
});

async function write(random: Random, body: string, acknowledged: Acknowledged): Promise<void> {
  const sender = random.pick(people);
  const conversationId = random.pick(conversations);
  const id = await sender.send(conversationId, body);
  acknowledged.set(body, { id, conversationId, senderId: sender.id });
}

/** Everything acknowledged is in the history once, and nothing else; the live follower was handed every event once. */
async function expectHistory(conversationId: string, acknowledged: Acknowledged): Promise<void> {
  const [reader] = people;
  const history = (await reader?.history(conversationId)) ?? [];
  const sent = [...acknowledged].filter(([, message]) => message.conversationId === conversationId);
  expect(history.map(({ id, body }) => [body, id]).toSorted()).toEqual(
    sent.map(([body, { id }]) => [body, id]).toSorted(),
  );
  const seqs = history.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));

  const { rows } = await world.admin.query<{ head: number }>(
    'SELECT head_seq::int AS head FROM messaging.topics WHERE topic = $1',
    [`messaging.conversation.${conversationId}`],
  );
  const all = Array.from({ length: rows[0]?.head ?? 0 }, (_, index) => index + 1);
  await vi.waitFor(() => expect(followers.get(conversationId)?.seqs.at(-1)).toBe(all.length), {
    timeout: 5_000,
  });
  expect(followers.get(conversationId)?.seqs).toEqual(all);
}

/** The log has every message once, without gap, and the consumer took each exactly once and in order. */
async function expectLog(acknowledged: Acknowledged): Promise<void> {
  const logged = async () => {
    const { rows } = await world.admin.query<{ id: string; kind: string; position: number; nth: number }>(
      `SELECT id, kind, position::int, row_number() OVER (PARTITION BY topic ORDER BY seq) - seq AS nth
         FROM messaging.events ORDER BY messaging.events.position`,
    );
    return rows;
  };
  await vi.waitFor(async () => expect((await logged()).at(-1)?.position).not.toBeNull(), { timeout: 10_000 });
  const events = await logged();
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter(({ nth }) => Number(nth) !== 0)).toEqual([]);
  const messages = events.filter(({ kind }) => kind === 'messaging.message-sent').map(({ id }) => id);
  expect(messages).toHaveLength(acknowledged.size);

  const recorded = async () => {
    const { rows } = await world.admin.query<{ event_id: string }>(
      'SELECT event_id FROM notifications.recorded ORDER BY nth',
    );
    return rows.map((row) => row.event_id);
  };
  await vi.waitFor(async () => expect((await recorded()).length).toBeGreaterThanOrEqual(messages.length), {
    timeout: 10_000,
  });
  expect(await recorded()).toEqual(messages);
}

/** Nobody reads, so the one notification of a conversation counts every message of the others. */
async function expectInbox(person: CrashPerson, acknowledged: Acknowledged): Promise<void> {
  const expected = new Map(
    conversations.map((conversationId) => {
      const others = [...acknowledged.values()].filter(
        (message) => message.conversationId === conversationId && message.senderId !== person.id,
      );
      return [conversationId, others.length];
    }),
  );
  await vi.waitFor(async () => expect(await person.notified()).toEqual(expected), { timeout: 10_000 });
}

async function within(ms: number, promise: Promise<void>, otherwise: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), ms);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
