import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { createChat } from '../e2e/chat.ts';
import type { Person } from '../e2e/network.ts';
import { type Follower, follow } from './follower.ts';
import type { ChaosWorld } from './world.ts';

/** People who write to one another without a break, and some who follow it live. */
interface Traffic {
  people: readonly Person[];
  followers: readonly Follower[];
  /** Resolves when so many more messages were acknowledged. */
  acknowledged(more: number): Promise<void>;
  /** Stops the writers, and asserts that every follower got every acknowledged message once and in order. */
  expectNothingLost(): Promise<void>;
}

/** Of each person, at each door. */
const FOLLOWERS_EACH = 2;
const DOORS = ['socket', 'stream'] as const;
/** Between two messages of a writer, milliseconds. */
const WRITES_EVERY_MS = 25;
/** Between two attempts to send one message, milliseconds. */
const TRIES_AGAIN_AFTER_MS = 100;
/** Generous: what was disturbed may take a while to come back on a busy machine. */
const CAUGHT_UP = { timeout: 60_000, interval: 50 };

/** Starts a conversation of two writers and their followers. */
export async function startTraffic(world: ChaosWorld): Promise<Traffic> {
  const { network } = world;
  const people = await Promise.all([network.signUp('Ada'), network.signUp('Ben')]);
  const [ada, ben] = people as [Person, Person];
  const conversationId = await createChat(network).startGroup(ada, 'Chaos', [ben]);
  const followers = DOORS.flatMap((door) =>
    people.flatMap((person) =>
      Array.from({ length: FOLLOWERS_EACH }, () => follow({ network, person, conversationId, door })),
    ),
  );
  const sent = people.map((): string[] => []);
  const stopping = new AbortController();
  const count = () => sent.flat().length;

  async function write(writer: number): Promise<void> {
    for (let nth = 1; !stopping.signal.aborted; nth += 1) {
      const body = `${writer}:${nth}`;
      await sendUntilAcknowledged(people[writer] as Person, body);
      sent[writer]?.push(body);
      await pause(WRITES_EVERY_MS);
    }
  }

  async function sendUntilAcknowledged({ token }: Person, body: string): Promise<void> {
    const variables = { input: { conversationId, body, idempotencyKey: randomUUID() } };
    for (;;) {
      const signal = AbortSignal.timeout(5_000);
      const answer = await network.run(SEND, { token, variables, signal }).catch(() => null);
      if (answer?.data && answer.errors === undefined) return;
      await pause(TRIES_AGAIN_AFTER_MS);
    }
  }

  // A follower without cursor starts at the head: nothing is written before each of them has seen this.
  const createdAt = createChat(network);
  await expect
    .poll(async () => {
      const body = `hello ${randomUUID()}`;
      await createdAt.send(ada, conversationId, body);
      return followers.every(({ bodies }) => bodies.length > 0);
    }, CAUGHT_UP)
    .toBe(true);
  const before = followers.map(({ bodies }) => bodies.length);
  const writing = Promise.all(people.map((_, writer) => write(writer)));

  return {
    people,
    followers,
    async acknowledged(more) {
      const enough = count() + more;
      await expect.poll(count, CAUGHT_UP).toBeGreaterThanOrEqual(enough);
    },
    async expectNothingLost() {
      stopping.abort();
      await writing;
      for (const [nth, follower] of followers.entries()) {
        const got = () => follower.bodies.slice(before[nth]).filter((body) => !body.startsWith('hello'));
        const isDone = () => follower.faults.length > 0 || got().length >= count();
        await expect.poll(isDone, CAUGHT_UP).toBe(true);
        expect(follower.faults).toEqual([]);
        for (const [writer, bodies] of sent.entries())
          expect(got().filter((body) => body.startsWith(`${writer}:`))).toEqual(bodies);
        follower.close();
      }
    },
  };
}

const SEND = /* GraphQL */ `
  mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }
`;
