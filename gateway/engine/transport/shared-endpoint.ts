import { createContext } from '../../request/context.ts';
import type { Endpoint, FetchContext, SubgraphResponse } from './endpoint.ts';
import { endedBy, reasonOf } from './fetch-error.ts';
import { copyOf } from './json.ts';

/** A response for several takers, each of whom changes what it takes. */
export interface SharedResponse {
  response: Promise<SubgraphResponse>;
  /** Counts those who have not taken it yet. */
  takers: number;
}

/** One taker's own response: the last one gets the original, and each before it a copy. */
export function takeResponse(shared: SharedResponse, response: SubgraphResponse): SubgraphResponse {
  shared.takers -= 1;
  return shared.takers === 0 ? response : (copyOf(response as never) as SubgraphResponse);
}

/** The response for a client whose signal has aborted. */
export function gone(signal: FetchContext['signal']): SubgraphResponse {
  return { data: null, errors: [reasonOf(endedBy(signal))] };
}

/** Null where the signal aborts first. */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const leave = () => resolve(null);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** A fetch that several requests may wait for. */
interface SharedFetch extends SharedResponse {
  /** Nobody waits any more. */
  abort(): void;
}

export interface SharedEndpointOptions {
  /** Longest time of one fetch, milliseconds: it is no single client's. */
  timeoutMs: number;
  /** Called for each request that another one's fetch answers. */
  onShared(): void;
}

/**
 * Makes an endpoint for public data: what several requests ask at a time is sent once, without any header of a client. A
 * client that leaves takes nothing from the others; the fetch ends with the last of them.
 */
export function createSharedEndpoint(
  endpoint: Endpoint,
  { timeoutMs, onShared }: SharedEndpointOptions,
): Pick<Endpoint, 'send'> {
  const underWay = new Map<string, SharedFetch>();

  function begin(body: string): SharedFetch {
    const context = createContext({ requestId: '', viewer: null, timeoutMs, header: () => undefined });
    const response = endpoint.send(body, context, 'query').finally(() => {
      context[Symbol.dispose]();
      end(body, fetch);
    });
    const fetch: SharedFetch = { takers: 0, response, abort: context.abort };
    underWay.set(body, fetch);
    return fetch;
  }

  /** Whoever comes from now on begins another one. */
  function end(body: string, fetch: SharedFetch): void {
    if (underWay.get(body) === fetch) underWay.delete(body);
  }

  return {
    async send(body, { signal }) {
      if (signal.aborted) return gone(signal);
      const present = underWay.get(body);
      if (present !== undefined) onShared();
      const fetch = present ?? begin(body);
      fetch.takers += 1;
      const response = await untilAborted(fetch.response, signal);
      if (response !== null) return takeResponse(fetch, response);
      fetch.takers -= 1;
      if (fetch.takers === 0) {
        end(body, fetch);
        fetch.abort();
      }
      return gone(signal);
    },
  };
}
