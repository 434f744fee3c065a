import { type Client, createClient } from 'graphql-ws';
import { PATIENCE } from '#tests/patience.ts';
import type { Answer } from './network.ts';

/** A client with one socket of its own, that does not reconnect: what it got is what the gateway sent. */
export interface LiveClient {
  subscribe<Data>(query: string, variables?: Record<string, unknown>): LiveSubscription<Data>;
  /** Settles when the socket was closed, by whomever. */
  closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

/** A running operation. It misses nothing: what arrives before somebody asks for it waits. */
export interface LiveSubscription<Data> {
  /** All that has arrived. */
  readonly received: readonly Answer<Data>[];
  /** The next answer that was not taken yet. Rejects where the operation ends first, or nothing ever comes. */
  next(): Promise<Answer<Data>>;
  /** The data of the next `count` answers. Rejects where one holds errors. */
  take(count: number): Promise<Data[]>;
  /** How it ended: "complete", the errors with which it was refused, or what closed the socket. */
  ended: Promise<unknown>;
  /** Ends the operation and leaves the socket. */
  end(): void;
}

/** Opens a socket under a token. */
export function openLiveClient(url: string, token: string): LiveClient {
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const client = createClient({
    url,
    connectionParams: { Authorization: `Bearer ${token}` },
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
    on: { closed: (event) => closed.resolve(event as CloseEvent) },
  });
  return {
    closed: closed.promise,
    subscribe: (query, variables) => subscribe(client, query, variables),
    close: () => void client.dispose(),
  };
}

function subscribe<Data>(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): LiveSubscription<Data> {
  const received: Answer<Data>[] = [];
  const ended = Promise.withResolvers<unknown>();
  let arrival = Promise.withResolvers<void>();
  let taken = 0;
  const end = client.subscribe<Data>(
    { query, variables },
    {
      next(result) {
        received.push(result as Answer<Data>);
        arrival.resolve();
        arrival = Promise.withResolvers();
      },
      error: ended.resolve,
      complete: () => ended.resolve('complete'),
    },
  );

  async function next(): Promise<Answer<Data>> {
    if (received.length === taken) {
      await within(
        Promise.race([
          arrival.promise,
          ended.promise.then((how) => {
            throw new Error(`The operation ended: ${JSON.stringify(how)}`);
          }),
        ]),
      );
    }
    taken += 1;
    return received[taken - 1] as Answer<Data>;
  }

  return {
    received,
    next,
    async take(count) {
      const data: Data[] = [];
      while (data.length < count) {
        const answer = await next();
        if (answer.errors !== undefined || !answer.data) throw new Error(JSON.stringify(answer));
        data.push(answer.data);
      }
      return data;
    },
    ended: ended.promise,
    end,
  };
}

async function within<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`Nothing arrived within ${PATIENCE.timeout} ms`)),
    PATIENCE.timeout,
  );
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
