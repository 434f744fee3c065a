import { errors as undiciErrors } from 'undici';
import type { FetchOutcome } from '#observability/metrics.ts';
import type { Verdict } from './circuit-breaker.ts';
import type { SubgraphResponse } from './endpoint.ts';
import { ResponseTooLargeError } from './post.ts';

/** An attempt that gave no answer that can be used. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  /** For operators: of what the connection failed, the HTTP status, or the outcome. */
  readonly code: string;
  readonly outcome: Exclude<FetchOutcome, 'ok'>;
  /** Its word on the subgraph. */
  readonly verdict: Verdict;
  /** Another attempt may do better. */
  readonly isRetryable: boolean;
  /** When the subgraph wants to be asked again, milliseconds from now. */
  readonly retryAfterMs: number | undefined;
  /** The response of the subgraph, where it gave one nevertheless. */
  readonly response: SubgraphResponse | undefined;

  constructor(
    outcome: Exclude<FetchOutcome, 'ok'>,
    about: {
      verdict?: Verdict;
      isRetryable?: boolean;
      retryAfterMs?: number | undefined;
      response?: SubgraphResponse | undefined;
      code?: string;
      cause?: unknown;
    } = {},
  ) {
    super(`The fetch ended: ${outcome}`, { cause: about.cause });
    this.code = about.code ?? outcome;
    this.outcome = outcome;
    this.verdict = about.verdict ?? 'nothing';
    this.isRetryable = about.isRetryable ?? false;
    this.retryAfterMs = about.retryAfterMs;
    this.response = about.response;
  }
}

/**
 * Why an attempt threw. `isFair` says whether the subgraph had time enough: a client that waits for a millisecond alone
 * must not open the breaker for all others.
 */
export function toFetchError(error: unknown, signal: AbortSignal, isFair: () => boolean): FetchError {
  if (error instanceof FetchError) return error;
  const isTimeout =
    error instanceof undiciErrors.HeadersTimeoutError || error instanceof undiciErrors.BodyTimeoutError;
  if (isTimeout || (signal.aborted && endedBy(signal) === 'timeout'))
    return new FetchError('timeout', { verdict: isFair() ? 'failed' : 'nothing', cause: error });
  if (signal.aborted) return new FetchError('cancelled', { cause: error });
  if (error instanceof ResponseTooLargeError)
    return new FetchError('error', { verdict: 'answered', cause: error });
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || OUR_OWN.has(code)) return new FetchError('error', { cause: error });
  return new FetchError('error', { verdict: 'failed', isRetryable: TRANSIENT.has(code), code, cause: error });
}

/** Why a signal aborted: its deadline passed, or the client went away. */
export function endedBy({ reason }: AbortSignal): 'timeout' | 'cancelled' {
  return reason instanceof DOMException && reason.name === 'TimeoutError' ? 'timeout' : 'cancelled';
}

/** The error that a client gets. */
export function reasonOf(outcome: FetchOutcome, retryAfterMs?: number) {
  switch (outcome) {
    case 'timeout':
      return { message: 'This part took too long. Try again.', extensions: { code: 'DEADLINE_EXCEEDED' } };
    case 'cancelled':
      return { message: 'The client went away.', extensions: { code: 'CANCELLED' } };
    case 'full':
      return {
        message: 'Too much is asked of this part right now. Try again in a moment.',
        extensions: { code: 'RESOURCE_EXHAUSTED' },
      };
    default:
      return {
        message: 'This part is unavailable right now. Try again.',
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', ...(retryAfterMs !== undefined && { retryAfterMs }) },
      };
  }
}

/** Faults of the gateway, or of a pool that it closed itself: they say nothing of the subgraph. */
const OUR_OWN: ReadonlySet<string> = new Set([
  'UND_ERR_ABORTED',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  'UND_ERR_INVALID_ARG',
]);

/** Connections that were refused, or that broke before the whole answer was there. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);
