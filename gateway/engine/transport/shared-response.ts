import { copyOf } from '../json.ts';
import type { SubgraphResponse } from './endpoint.ts';

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
