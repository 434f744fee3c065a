import { createLogger } from '#observability/logger.ts';
import type { CrashPoint } from '#platform/event-log/crash-point.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { createTopicFollower, type TopicFollower } from '#platform/events/topic-follower.ts';
import { createWakeups, type Wakeups } from '#platform/events/wakeups.ts';
import { type CrashPerson, signUp } from './people.ts';
import { createRandom, type Random } from './random.ts';
import type { CrashWorld, DomainName } from './world.ts';

/** A message that the service has acknowledged. */
export interface Acknowledgement {
  id: string;
  conversationId: string;
  senderId: string;
}

/** What happened in a course. */
export interface CourseResult {
  people: readonly CrashPerson[];
  /** By the message's text; no two messages have the same. */
  acknowledged: ReadonlyMap<string, Acknowledgement>;
  /** How many messages people have tried to send. */
  sent: number;
  /** What a live follower was handed, in the order in which it was, by the conversation's id. */
  followed: ReadonlyMap<string, readonly number[]>;
}

/** A course of events, the same for the same seed but for what the machine adds to it. */
export interface Course {
  /** People write, a process is killed at some point of that, Redis may forget everything. */
  playRound(round: number): Promise<void>;
  /** Resolves when everything sent was acknowledged. */
  finish(): Promise<CourseResult>;
  close(): Promise<void>;
}

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

/** Generous: the process may just have been killed, and the machine may be busy. */
const REACHED_WITHIN_MS = 30_000;

const log = createLogger({ level: 'fatal', name: 'crash-test' });

/** Three people in two groups, and somebody who follows both live. */
export async function createCourse(world: CrashWorld, seed: number): Promise<Course> {
  const random = createRandom(seed);
  const [ada, grace, alan] = await Promise.all([
    signUp(world, 'Ada'),
    signUp(world, 'Grace'),
    signUp(world, 'Alan'),
  ]);
  const people = [ada, grace, alan];
  const conversations = [await ada.startGroup([grace, alan]), await grace.startGroup([ada, alan])];
  const wakeups = createWakeups({ redisUrl: world.redisUrl, log });
  const followed = new Map<string, number[]>(conversations.map((id) => [id, []]));
  const followers = [...followed].map(([id, seqs]) => follow(world, wakeups, id, seqs));
  const acknowledged = new Map<string, Acknowledgement>();
  const sending: Promise<void>[] = [];

  async function write(turn: Random, body: string): Promise<void> {
    const sender = turn.pick(people);
    const conversationId = turn.pick(conversations);
    const id = await sender.send(conversationId, body);
    acknowledged.set(body, { id, conversationId, senderId: sender.id });
  }

  return {
    async playRound(round) {
      const [name, point] = random.pick(TARGETS);
      const target = world.arm(name, point);
      for (let nth = random.below(3); nth >= 0; nth--) {
        const writing = write(random, `${round}.${nth}`);
        // Looked at in the end; until then it must not end the process as an unhandled rejection.
        writing.catch(() => undefined);
        sending.push(writing);
      }
      if (random.below(5) === 0) await world.flushRedis();
      await within(REACHED_WITHIN_MS, target.reached, () => {
        const refusals = people.map((person) => String(person.lastRefusal())).join('; ');
        return `round ${round}: ${name} did not come to "${point}"; the last that people heard: ${refusals}`;
      });
      await target.kill();
    },
    async finish() {
      await Promise.all(sending);
      return { people, acknowledged, sent: sending.length, followed };
    },
    async close() {
      await Promise.all(followers.map((follower) => follower.close()));
      await wakeups.close();
    },
  };
}

/** Follows a conversation as a gateway does. */
function follow(world: CrashWorld, wakeups: Wakeups, conversationId: string, seqs: number[]): TopicFollower {
  return createTopicFollower({
    topic: `messaging.conversation.${conversationId}`,
    source: world.peer('messaging').service(liveSourceService),
    wakeups,
    log,
    onEvents: (events) => void seqs.push(...events.map((event) => Number(event.seq))),
  });
}

async function within(ms: number, promise: Promise<void>, otherwise: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise())), ms);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
