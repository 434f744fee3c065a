import type { FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { type ClientOptions, WebSocket } from 'ws';
import { withoutTrace } from '#observability/tracing.ts';

/** A subscription that a subgraph is asked for. */
export interface UpstreamRequest {
  /** Where the subgraph speaks graphql-transport-ws. */
  url: string;
  query: string;
  variables: Record<string, unknown>;
  /** Sent with the upgrade, and as the payload of `connection_init`. */
  headers: Record<string, string>;
}

/** Takes its results. After `complete` or `fail` it is called no more. */
export interface UpstreamListener {
  /** A result. The next one comes when this promise has settled. */
  next(result: FormattedExecutionResult): Promise<void>;
  complete(): void;
  fail(reason: UpstreamFailure): void;
}

export type UpstreamFailure =
  /** The subgraph refused the operation. */
  | { kind: 'refused'; errors: readonly { message: string; extensions?: unknown }[] }
  /** The connection was not made, or ended before the subscription did; the code with which it was closed, if it was. */
  | { kind: 'lost'; code: number | undefined };

export interface UpstreamLimits {
  /** How long a connection may take to be made and acknowledged, milliseconds. */
  timeoutMs: number;
  /** Of one message. */
  maxBytes: number;
}

/** From so many results that wait on, no more are read from the subgraph, until these few are left. */
const MOST_WAITING = 16;
const FEW_WAITING = 4;

/** How often a silent subgraph is asked whether it is there, milliseconds; one that does not answer in that time is lost. */
const PING_MS = 15_000;

/**
 * Subscribes at a subgraph, over a connection of its own, so that a client that is slow slows down nobody else's: what it
 * does not take is left in the subgraph's hands. A connection that is lost is not made again, for nobody could tell what
 * was missed meanwhile.
 *
 * @returns ends it; the listener is called no more then
 */
export function subscribeUpstream(
  request: UpstreamRequest,
  limits: UpstreamLimits,
  listener: UpstreamListener,
): () => void {
  const upstream = new UpstreamSubscription(listener);
  upstream.start(request, limits);
  return () => upstream.end();
}

class UpstreamSubscription {
  readonly #listener: UpstreamListener;
  /** Results that the listener has not been given yet. */
  readonly #waiting: FormattedExecutionResult[] = [];
  #socket: WebSocket | undefined;
  #unsubscribe = () => {};
  #stopPinging = () => {};
  #isPaused = false;
  #isDelivering = false;
  #isOver = false;
  /** Reports how it ended upstream, once what was received before is delivered. */
  #reportEnd: (() => void) | undefined;

  constructor(listener: UpstreamListener) {
    this.#listener = listener;
  }

  start({ url, query, variables, headers }: UpstreamRequest, { timeoutMs, maxBytes }: UpstreamLimits): void {
    const client = createClient({
      url,
      webSocketImpl: socketClass(
        { headers, maxPayload: maxBytes, handshakeTimeout: timeoutMs, perMessageDeflate: false },
        (socket) => {
          this.#socket = socket;
          this.#stopPinging = ping(socket);
        },
      ),
      connectionParams: headers,
      connectionAckWaitTimeout: timeoutMs,
      retryAttempts: 0,
      lazyCloseTimeout: 0,
    });
    this.#unsubscribe = withoutTrace(() =>
      client.subscribe(
        { query, variables },
        {
          next: (result) => this.#take(result as FormattedExecutionResult),
          complete: () => this.#endUpstream(() => this.#listener.complete()),
          error: (error) => this.#endUpstream(() => this.#listener.fail(failureOf(error))),
        },
      ),
    );
  }

  end(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
    this.#stopPinging();
    if (this.#isPaused) this.#socket?.resume();
    this.#unsubscribe();
    // One that is still being made would be finished first.
    if (this.#socket?.readyState === WebSocket.CONNECTING) this.#socket.terminate();
  }

  #take(result: FormattedExecutionResult): void {
    this.#waiting.push(result);
    if (this.#waiting.length >= MOST_WAITING && !this.#isPaused) {
      this.#isPaused = true;
      this.#socket?.pause();
    }
    if (!this.#isDelivering) void this.#deliver();
  }

  async #deliver(): Promise<void> {
    this.#isDelivering = true;
    for (;;) {
      const result = this.#waiting.shift();
      if (result === undefined || this.#isOver) break;
      await this.#listener.next(result);
      if (this.#waiting.length > FEW_WAITING || !this.#isPaused) continue;
      this.#isPaused = false;
      if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.resume();
    }
    this.#isDelivering = false;
    this.#reportEnd?.();
  }

  #endUpstream(report: () => void): void {
    this.#stopPinging();
    this.#reportEnd = () => {
      if (this.#isOver) return;
      this.#isOver = true;
      report();
    };
    if (!this.#isDelivering) this.#reportEnd();
  }
}

/** graphql-ws makes its socket itself, of a class that takes an address and protocols, and nothing else. */
function socketClass(options: ClientOptions, made: (socket: WebSocket) => void): unknown {
  return class extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, options);
      made(this);
    }
  };
}

function failureOf(error: unknown): UpstreamFailure {
  if (Array.isArray(error)) return { kind: 'refused', errors: error };
  const { code } = error as { code?: unknown };
  return { kind: 'lost', code: typeof code === 'number' ? code : undefined };
}

function ping(socket: WebSocket): () => void {
  let isAlive = true;
  const timer = withoutTrace(() =>
    setInterval(() => {
      // What nobody reads cannot tell that it is alive.
      if (socket.isPaused || socket.readyState !== WebSocket.OPEN) return;
      if (!isAlive) return socket.terminate();
      isAlive = false;
      socket.ping();
    }, PING_MS),
  );
  const live = () => {
    isAlive = true;
  };
  socket.on('pong', live);
  socket.on('message', live);
  return () => clearInterval(timer);
}
