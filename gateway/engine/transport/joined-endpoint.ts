import { isTracedByItself } from '#observability/tracing.ts';
import type { Endpoint, FetchContext, SubgraphResponse } from './endpoint.ts';
import { gone, type SharedResponse, takeResponse, untilAborted } from './shared-endpoint.ts';

/** A fetch of one request that others may wait for, too. */
interface JoinedFetch extends SharedResponse {
  /** When it began, and may have been sent; on the clock of performance.now(). */
  begunAt: number;
}

export interface JoinedEndpointOptions {
  /** Names of the client headers that the subgraph gets. */
  forwarded: readonly string[];
  /** Called for each request that another one's fetch answers. */
  onShared(): void;
}

/**
 * Makes an endpoint for reads. What is on its way with the same body and the same headers is waited for instead of asked
 * again, if it **began after the waiting request was here**: then it reads what that request would have read, at some moment
 * between its arrival and its answer. Whatever a client has seen done before it asks, its own mutation above all, was done
 * before such a fetch began. A fetch that was begun earlier might have read the state before, and is never joined.
 *
 * A request whose trace is recorded asks for itself, so that its trace is whole.
 */
export function createJoinedEndpoint(
  endpoint: Endpoint,
  { forwarded, onShared }: JoinedEndpointOptions,
): Pick<Endpoint, 'send'> {
  const relevant = forwarded.filter((name) => !NOTHING_DEPENDS_ON.has(name));
  /** The one that began last of each. */
  const underWay = new Map<string, JoinedFetch>();

  function keyOf(body: string, { header }: FetchContext): string {
    let key = body;
    for (const name of relevant) key += `\n${name}: ${header(name) ?? ''}`;
    return key;
  }

  function begin(key: string, body: string, context: FetchContext): JoinedFetch {
    const begunAt = performance.now();
    const response = endpoint.send(body, context, 'query').finally(() => {
      // Whoever comes from now on would get what is over.
      if (underWay.get(key) === fetch) underWay.delete(key);
    });
    const fetch: JoinedFetch = { takers: 0, begunAt, response };
    underWay.set(key, fetch);
    return fetch;
  }

  return {
    async send(body, context) {
      if (isTracedByItself()) return endpoint.send(body, context, 'query');
      const key = keyOf(body, context);
      const present = underWay.get(key);
      if (present === undefined || present.begunAt < context.startedAt) {
        const own = begin(key, body, context);
        own.takers += 1;
        return takeResponse(own, await own.response);
      }
      present.takers += 1;
      const response = await untilAborted(present.response, context.signal);
      if (response === null) {
        present.takers -= 1;
        return gone(context.signal);
      }
      if (isFailure(response)) {
        // It may have ended with the request that it was begun for, or with that one's time.
        present.takers -= 1;
        return endpoint.send(body, context, 'query');
      }
      onShared();
      return takeResponse(present, response);
    },
  };
}

/** They name the request and its time: a subgraph answers the same. */
const NOTHING_DEPENDS_ON: ReadonlySet<string> = new Set(['x-request-id', 'x-timeout-ms']);

function isFailure({ data, errors = [] }: SubgraphResponse): boolean {
  return (data === null || data === undefined) && errors.length > 0;
}
