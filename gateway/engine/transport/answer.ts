import type { SubgraphResponse } from './endpoint.ts';
import { FetchError } from './fetch-error.ts';
import type { PostAnswer } from './post.ts';
import { retryAfterMs } from './retry.ts';

/**
 * What a subgraph's answer holds. Whatever the status: a subgraph says what is wrong in the body, if it is one of
 * GraphQL.
 *
 * @throws FetchError where it holds nothing, or asks to be asked again
 */
export function readAnswer({ status, retryAfter, text }: PostAnswer): SubgraphResponse {
  const response = parseResponse(text);
  if (RETRYABLE_STATUSES.has(status)) {
    throw new FetchError('error', {
      verdict: status === 429 ? 'answered' : 'failed',
      code: `HTTP ${status}`,
      isRetryable: true,
      retryAfterMs: retryAfterMs(retryAfter, Date.now()),
      response,
    });
  }
  if (response === undefined) {
    const verdict = status >= 500 ? 'failed' : 'nothing';
    throw new FetchError('error', { verdict, code: status < 300 ? 'no GraphQL' : `HTTP ${status}` });
  }
  return response;
}

/** Those of proxies and of overload. Any other says that the subgraph ran the operation, or refused it for good. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Undefined for what is no response of GraphQL. */
function parseResponse(text: string): SubgraphResponse | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isResponse =
    typeof parsed === 'object' && parsed !== null && ('data' in parsed || 'errors' in parsed);
  return isResponse ? (parsed as SubgraphResponse) : undefined;
}
