import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { EVENTS, type EventsData } from '../e2e/live-operations.ts';
import type { Answer, E2eNetwork, Person } from '../e2e/network.ts';

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

/** Begins to follow, and resolves when the first subscription runs. */
export function follow(network: E2eNetwork, person: Person, conversationId: string): Follower {
  const bodies: string[] = [];
  const faults: unknown[] = [];
  const closing = new AbortController();
  let after: string | undefined;
  let socket: WebSocket | undefined;

  function take(answer: Answer<EventsData>, beginAgain: () => void): void {
    const event = answer.data?.conversationEvents;
    if (event === undefined) {
      // The gateway ended it, and said how to go on.
      const cursor = answer.errors?.[0]?.extensions['cursor'];
      if (typeof cursor === 'string') after = cursor;
      else faults.push(answer);
      return;
    }
    // It lacks a part: asked for again.
    if (answer.errors?.some(({ extensions }) => PASSING.includes(extensions['code']))) {
      beginAgain();
      return;
    }
    after = event.cursor;
    if (!event.recovered) faults.push(answer);
    if (event.kind !== 'MESSAGE_SENT') return;
    if (event.message === null || answer.errors !== undefined) faults.push(answer);
    else bodies.push(event.message.body);
  }

  async function once(): Promise<void> {
    const client = createClient({
      url: network.socketUrl,
      connectionParams: { Authorization: `Bearer ${person.token}` },
      retryAttempts: 0,
      webSocketImpl: class extends WebSocket {
        constructor(address: string, protocol: string) {
          super(address, protocol);
          socket = this;
        }
      },
    });
    const variables = { id: conversationId, after };
    const { signal } = closing;
    let isOver = false;
    await new Promise<void>((resolve) => {
      const beginAgain = () => {
        isOver = true;
        resolve();
      };
      const end = client.subscribe<EventsData>(
        { query: EVENTS, variables },
        {
          next: (result) => isOver || take(result as Answer<EventsData>, beginAgain),
          error: () => resolve(),
          complete: resolve,
        },
      );
      signal.addEventListener('abort', end, { once: true });
    });
    await client.dispose();
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      await once();
      if (!closing.signal.aborted) await pause(RESUME_AFTER_MS);
    }
  }
  void run();
  return {
    bodies,
    faults,
    pause() {
      const paused = socket;
      paused?.pause();
      return () => paused?.resume();
    },
    vanish: () => socket?.terminate(),
    close: () => closing.abort(),
  };
}
