import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type EventStreamClient, openEventStream } from '#tests/fixtures/event-stream-client.ts';
import { EVENTS, type EventsData } from '../e2e/live-operations.ts';
import type { Answer, E2eNetwork, Person } from '../e2e/network.ts';

/** The doors by which somebody follows. */
export type DoorName = 'socket' | 'stream';

/** A subscription over a connection of its own, until either is over. */
interface Line {
  ended: Promise<void>;
  /** Stops reading from the network, and begins again. */
  pause(): void;
  resume(): void;
  /** Loses the connection without a word. */
  vanish(): void;
}

interface LineOptions {
  network: E2eNetwork;
  person: Person;
  conversationId: string;
  /** The cursor behind which it resumes. */
  after: string | undefined;
  /** Takes what comes; false ends the line, and what comes behind is not taken. */
  take(answer: Answer<EventsData>): boolean;
  /** Ends it. */
  signal: AbortSignal;
}

/** Listens once; what becomes of it is for the caller to mend. */
export function listenOnce(door: DoorName, options: LineOptions): Line {
  return door === 'socket' ? listenOverSocket(options) : listenToStream(options);
}

function listenOverSocket({ network, person, conversationId, after, take, signal }: LineOptions): Line {
  let socket: WebSocket | undefined;
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
  const { promise, resolve } = Promise.withResolvers<void>();
  let isOver = false;
  const end = () => {
    isOver = true;
    resolve();
  };
  const complete = client.subscribe<EventsData>(
    { query: EVENTS, variables },
    {
      next: (result) => void (isOver || take(result as Answer<EventsData>) || end()),
      error: end,
      complete: end,
    },
  );
  signal.addEventListener('abort', complete, { once: true });
  return {
    ended: promise.then(() => client.dispose()),
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
    vanish: () => socket?.terminate(),
  };
}

function listenToStream({ network, person, conversationId, after, take, signal }: LineOptions): Line {
  let stream: EventStreamClient | undefined;

  async function listen(): Promise<void> {
    stream = await openEventStream(`${network.url}/stream`, {
      token: person.token,
      body: { query: EVENTS, variables: { id: conversationId } },
      ...(after !== undefined && { headers: { 'last-event-id': after } }),
    });
    signal.addEventListener('abort', stream.drop, { once: true });
    if (signal.aborted) stream.drop();
    for (;;) {
      const { event, data } = await stream.event();
      if (event !== 'next' || !take(JSON.parse(data) as Answer<EventsData>)) return;
    }
  }

  return {
    ended: listen()
      .catch(() => {})
      .then(() => stream?.drop()),
    pause: () => stream?.pause(),
    resume: () => stream?.resume(),
    vanish: () => stream?.drop(),
  };
}
