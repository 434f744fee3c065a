import { setTimeout as pause } from 'node:timers/promises';
import type { EventsData } from '../e2e/live-operations.ts';
import type { Answer, E2eNetwork, Person } from '../e2e/network.ts';
import { type DoorName, listenOnce } from './follower-doors.ts';

/** A client that follows a conversation as docs/LIVE-PROTOCOL.md tells it to: whatever ends, it resumes with its cursor. */
export interface Follower {
  /** Texts of the messages, in the order in which they came. */
  readonly bodies: readonly string[];
  /** What may not happen: history that was lost, an event without what was asked for. */
  readonly faults: readonly unknown[];
  /** Stops reading from the network for a while; the answer reads on. */
  pause(): () => void;
  /** Loses the connection without a word, and begins again. */
  vanish(): void;
  close(): void;
}

/** Between two attempts to resume, milliseconds. */
const RESUME_AFTER_MS = 100;

/** Codes of parts that are there when they are asked for again. */
const PASSING: readonly unknown[] = ['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'];

interface FollowerOptions {
  network: E2eNetwork;
  person: Person;
  conversationId: string;
  door: DoorName;
}

/** Begins to follow. */
export function follow({ network, person, conversationId, door }: FollowerOptions): Follower {
  const bodies: string[] = [];
  const faults: unknown[] = [];
  const closing = new AbortController();
  let after: string | undefined;
  let line: ReturnType<typeof listenOnce> | undefined;

  /** False where it lacks a part, which is asked for again. */
  function take(answer: Answer<EventsData>): boolean {
    const event = answer.data?.conversationEvents;
    if (event === undefined) {
      // The gateway ended it, and said how to go on.
      const cursor = answer.errors?.[0]?.extensions['cursor'];
      if (typeof cursor === 'string') after = cursor;
      else if (!isPassing(answer)) faults.push(answer);
      return true;
    }
    if (isPassing(answer)) return false;
    after = event.cursor;
    if (!event.recovered) faults.push(answer);
    if (event.kind !== 'MESSAGE_SENT') return true;
    if (event.message === null || answer.errors !== undefined) faults.push(answer);
    else bodies.push(event.message.body);
    return true;
  }

  async function run(): Promise<void> {
    const { signal } = closing;
    while (!signal.aborted) {
      line = listenOnce(door, { network, person, conversationId, after, take, signal });
      await line.ended;
      if (!signal.aborted) await pause(RESUME_AFTER_MS);
    }
  }
  void run();
  return {
    bodies,
    faults,
    pause() {
      const paused = line;
      paused?.pause();
      return () => paused?.resume();
    },
    vanish: () => line?.vanish(),
    close: () => closing.abort(),
  };
}

function isPassing({ errors }: Answer<EventsData>): boolean {
  return errors?.some(({ extensions }) => PASSING.includes(extensions['code'])) ?? false;
}
