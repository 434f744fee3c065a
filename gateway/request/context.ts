import type { RunningSpan } from '#observability/tracing.ts';
import type { Viewer } from '#platform/viewer.ts';

/** What the gateway knows of one operation while it runs. Subgraph fetches take deadline, signal and headers from it. */
export interface GatewayContext {
  /** Names the operation across all hops. */
  requestId: string;
  /** Null for whoever has not signed in. */
  viewer: Viewer | null;
  /** When the operation was here, on the clock of performance.now(). */
  startedAt: number;
  /** When the client stops waiting, milliseconds since 1970. */
  deadline: number;
  /** Aborts at the deadline, and when the client goes away. */
  signal: AbortSignal;
  /** A header of the client by its lower-case name, as a subgraph may get it. */
  header(name: string): string | undefined;
  /** The operation's span, to be told its name once that is known. */
  span?: RunningSpan | undefined;
}

/** A context whose timer and listeners are released by `dispose`. */
export interface DisposableContext extends GatewayContext, Disposable {
  /** The client went away: everything under way for it stops. */
  abort(): void;
}

export interface ContextOptions {
  requestId: string;
  viewer: Viewer | null;
  /** How long the operation may take, milliseconds. */
  timeoutMs: number;
  /** What else ends it, for example the socket that it came over. */
  parent?: AbortSignal;
  header(name: string): string | undefined;
  span?: RunningSpan;
}

/** Makes the context of one operation. Whoever makes it disposes of it. */
export function createContext({ timeoutMs, parent, ...known }: ContextOptions): DisposableContext {
  const controller = new AbortController();
  const abort = () => controller.abort(new DOMException('The client went away.', 'AbortError'));
  const late = () => controller.abort(new DOMException('The deadline passed.', 'TimeoutError'));
  const timer = setTimeout(late, timeoutMs);
  if (parent?.aborted) abort();
  else parent?.addEventListener('abort', abort, { once: true });
  return {
    ...known,
    startedAt: performance.now(),
    deadline: Date.now() + timeoutMs,
    signal: controller.signal,
    abort,
    [Symbol.dispose]() {
      clearTimeout(timer);
      parent?.removeEventListener('abort', abort);
    },
  };
}

/** Names of the headers that the gateway makes itself where it knows better than the client. */
export interface OwnHeaders {
  authorization: string | undefined;
  'x-request-id': string;
  /** The client's address, from behind trusted proxies. */
  'x-forwarded-for': string | undefined;
}

/** Reads headers of a client, of which some are the gateway's own. */
export function headerReader(
  own: OwnHeaders,
  client: (name: string) => string | undefined,
): (name: string) => string | undefined {
  return (name) => (Object.hasOwn(own, name) ? own[name as keyof OwnHeaders] : client(name));
}
