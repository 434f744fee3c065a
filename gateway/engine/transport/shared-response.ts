import type { FetchContext, SubgraphResponse } from './endpoint.ts';
import { endedBy, reasonOf } from './fetch-error.ts';
import { copyOf } from './json.ts';

/** A response for several takers, each of whom changes what it takes. */
export interface SharedResponse {
  response: Promise<SubgraphResponse>;
  /** Those who have not taken it yet. */
  takers: number;
}

/** One taker's own response: the last one gets the original, and each before it a copy. */
export function takeResponse(shared: SharedResponse, response: SubgraphResponse): SubgraphResponse {
  shared.takers -= 1;
  return shared.takers === 0 ? response : (copyOf(response as never) as SubgraphResponse);
}

/** What a client gets whose signal has aborted. */
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
