import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
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

/** Hears of it. After `complete` or `fail` nothing more is told. */
export interface UpstreamListener {
  /** A result. The next one is told when this promise has settled. */
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
 * @returns ends it; the listener hears nothing more then
 */
export function subscribeUpstream(
  request: UpstreamRequest,
  { timeoutMs, maxBytes }: UpstreamLimits,
  listener: UpstreamListener,
): () => void {
  const { url, query, variables, headers } = request;
  const waiting: FormattedExecutionResult[] = [];
  let socket: WebSocket | undefined;
  let stopPinging = () => {};
  let isPaused = false;
  let isTelling = false;
  let isOver = false;
  let ending: (() => void) | undefined;

  class UpstreamSocket extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, {
        headers,
        maxPayload: maxBytes,
        handshakeTimeout: timeoutMs,
        perMessageDeflate: false,
      });
      socket = this;
      stopPinging = ping(this);
    }
  }

  function take(result: ExecutionResult): void {
    waiting.push(result as FormattedExecutionResult);
    if (waiting.length >= MOST_WAITING && !isPaused) {
      isPaused = true;
      socket?.pause();
    }
    if (!isTelling) void tell();
  }

  async function tell(): Promise<void> {
    isTelling = true;
    for (let result = waiting.shift(); result !== undefined && !isOver; result = waiting.shift()) {
      await listener.next(result);
      if (waiting.length > FEW_WAITING || !isPaused) continue;
      isPaused = false;
      if (socket?.readyState === WebSocket.OPEN) socket.resume();
    }
    isTelling = false;
    // What ended it upstream comes behind what was told there.
    ending?.();
  }

  function end(then: () => void): void {
    stopPinging();
    ending = () => {
      if (isOver) return;
      isOver = true;
      then();
    };
    if (!isTelling) ending();
  }

  const client = createClient({
    url,
    webSocketImpl: UpstreamSocket,
    connectionParams: headers,
    connectionAckWaitTimeout: timeoutMs,
    retryAttempts: 0,
    lazyCloseTimeout: 0,
  });
  const unsubscribe = withoutTrace(() =>
    client.subscribe(
      { query, variables },
      {
        next: take,
        complete: () => end(() => listener.complete()),
        error: (error) => end(() => listener.fail(failureOf(error))),
      },
    ),
  );
  return () => {
    isOver = true;
    waiting.length = 0;
    stopPinging();
    if (isPaused) socket?.resume();
    unsubscribe();
    // One that is still being made would be finished first.
    if (socket?.readyState === WebSocket.CONNECTING) socket.terminate();
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
