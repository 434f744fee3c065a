import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'undici';
import type { FetchOutcome } from '#observability/metrics.ts';
import { type RunningSpan, withSpan } from '#observability/tracing.ts';
import type { SubgraphPolicy } from '../../config/subgraph-policy.ts';
import type { CircuitBreaker, Verdict } from './circuit-breaker.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import type { Endpoint, FetchContext, FetchKind, SubgraphResponse } from './endpoint.ts';
import { endedBy, FetchError, reasonOf, toFetchError } from './fetch-error.ts';
import { type PostAnswer, post } from './post.ts';
import { backOffMs, type RetryBudget, retryAfterMs } from './retry.ts';

/** These stand between the gateway and one subgraph. */
export interface GuardedEndpointParts {
  name: string;
  path: string;
  /** Names of the client headers that it gets. */
  forwarded: readonly string[];
  policy: SubgraphPolicy;
  pool: Pool;
  breaker: CircuitBreaker;
  limit: ConcurrencyLimit;
  budget: RetryBudget;
  /** Called with why an attempt failed, before the breaker is. */
  onFailure(code: string): void;
  /** Called once for each fetch. */
  onFetch(outcome: FetchOutcome, seconds: number): void;
  /** Called for each retry, and for each that the budget refused. */
  onRetry(outcome: 'sent' | 'refused'): void;
}

/** Makes the endpoint of one subgraph. */
export function createGuardedEndpoint(parts: GuardedEndpointParts): Endpoint {
  const { name, policy, breaker, limit, budget } = parts;

  async function attempt(body: string, context: FetchContext, endsAt: number): Promise<SubgraphResponse> {
    if (breaker.refusedForMs() > 0) throw refused();
    if (!limit.tryEnter()) await enter(context, endsAt);
    const permit = breaker.admit();
    if (permit === null) {
      limit.leave();
      throw refused();
    }
    const startedAt = performance.now();
    let verdict: Verdict = 'answered';
    try {
      const timeoutMs = endsAt - startedAt;
      if (timeoutMs <= 0) throw new FetchError('timeout');
      const answer = await post(parts.pool, {
        path: parts.path,
        headers: headersOf(context, parts.forwarded, timeoutMs),
        body,
        timeoutMs,
        maxResponseBytes: policy.maxResponseBytes,
        signal: context.signal,
      });
      return readAnswer(answer);
    } catch (error) {
      const isFair = () => performance.now() - startedAt >= policy.timeoutMs / 2;
      const failure = toFetchError(error, context.signal, isFair);
      ({ verdict } = failure);
      if (verdict === 'failed') parts.onFailure(failure.code);
      throw failure;
    } finally {
      // In this order: a breaker that opens sends all away that wait.
      breaker.report(permit, verdict);
      limit.leave();
    }
  }

  async function enter({ signal }: FetchContext, endsAt: number): Promise<void> {
    const end = await limit.wait(signal, endsAt - performance.now());
    if (end === 'entered') return;
    if (end === 'left') throw new FetchError(endedBy(signal));
    if (end === 'dismissed') throw refused();
    throw new FetchError(end === 'full' ? 'full' : 'timeout');
  }

  /** Half-open, it is the probe that everybody waits for. */
  function refused(): FetchError {
    const retryAfterMs = breaker.refusedForMs();
    return new FetchError('open', { retryAfterMs: retryAfterMs > 0 ? Math.ceil(retryAfterMs) : undefined });
  }

  /** Waits before the next attempt; false where there is none. */
  async function mayRetry(failure: FetchError, retry: number, signal: AbortSignal, endsAt: number) {
    if (!failure.isRetryable || retry > policy.retries || breaker.refusedForMs() > 0) return false;
    const waitMs = backOffMs(retry, failure.retryAfterMs);
    if (performance.now() + waitMs >= endsAt) return false;
    const isGranted = budget.withdraw();
    parts.onRetry(isGranted ? 'sent' : 'refused');
    if (!isGranted) return false;
    await delay(waitMs, undefined, { signal }).catch(() => {
      throw new FetchError(endedBy(signal));
    });
    return true;
  }

  async function send(
    body: string,
    context: FetchContext,
    kind: FetchKind,
    endsAt: number,
    span: RunningSpan,
  ) {
    budget.deposit();
    for (let retry = 1; ; retry += 1) {
      try {
        return await attempt(body, context, endsAt);
      } catch (error) {
        if (kind === 'mutation' || !(error instanceof FetchError)) throw error;
        if (!(await mayRetry(error, retry, context.signal, endsAt))) throw error;
        span.set({ 'fitme.subgraph.retries': retry });
      }
    }
  }

  const spanOptions = {
    attributes: { 'fitme.subgraph.name': name },
    isFault: (error: unknown) => !(error instanceof FetchError && error.outcome === 'cancelled'),
  };
  return {
    async send(body, context, kind) {
      const startedAt = performance.now();
      const endsAt = startedAt + Math.min(policy.timeoutMs, context.deadline - Date.now());
      let outcome: FetchOutcome = 'ok';
      try {
        return await withSpan('subgraph.fetch', spanOptions, (span) =>
          send(body, context, kind, endsAt, span),
        );
      } catch (error) {
        if (!(error instanceof FetchError)) throw error;
        ({ outcome } = error);
        return error.response ?? { data: null, errors: [reasonOf(outcome, error.retryAfterMs)] };
      } finally {
        parts.onFetch(outcome, (performance.now() - startedAt) / 1_000);
      }
    },
  };
}

function headersOf(context: FetchContext, forwarded: readonly string[], remainingMs: number) {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
    'x-timeout-ms': String(Math.ceil(remainingMs)),
  };
  for (const name of forwarded) {
    const value = context.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/**
 * What a subgraph's answer holds. Whatever the status: a subgraph says what is wrong in the body, if it is one of
 * GraphQL.
 *
 * @throws FetchError where it holds nothing, or asks to be asked again
 */
function readAnswer({ status, retryAfter, text }: PostAnswer): SubgraphResponse {
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

/**
 * Proxies and overloaded servers answer these. Any other says that the subgraph ran the operation, or refused it for
 * good.
 */
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
