import { Pool, errors as undiciErrors } from 'undici';
import type { FetchOutcome, Metrics } from '#observability/metrics.ts';
import { withSpan } from '#observability/tracing.ts';
import type { GatewayContext } from '../../context.ts';
import type { Endpoint, SubgraphResponse } from './endpoint.ts';
import { post } from './post.ts';

/** Subgraphs over HTTP, one pool of connections each. */
export interface SubgraphFetcher {
  endpoint(name: string, url: string): Endpoint;
  /** Closes the pools of all URLs but these, each when its requests are done. */
  retain(urls: ReadonlySet<string>): void;
  close(): Promise<void>;
}

export interface SubgraphFetchOptions {
  /** Longest time of one fetch, milliseconds; the operation's deadline where that comes first. */
  timeoutMs: number;
  /** Most connections to one subgraph. */
  connections: number;
  /** Largest response, bytes. */
  maxResponseBytes: number;
  /** Names of client headers by subgraph, lower case; those of "*" go to every one. */
  headers: Readonly<Record<string, readonly string[]>>;
  metrics: Metrics;
}

/** Makes the fetcher of a gateway. */
export function createSubgraphFetcher(options: SubgraphFetchOptions): SubgraphFetcher {
  const pools = new Map<string, Pool>();

  function poolOf(origin: string): Pool {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: options.connections,
        pipelining: 1,
        keepAliveTimeout: 30_000,
        connect: { timeout: Math.min(options.timeoutMs, 3_000) },
      });
      pools.set(origin, pool);
    }
    return pool;
  }

  return {
    endpoint(name, url) {
      const { origin, pathname, search } = new URL(url);
      const forwarded = [...(options.headers['*'] ?? []), ...(options.headers[name] ?? [])];
      const target = { name, path: `${pathname}${search}`, forwarded };
      return { send: (body, context) => fetchFrom(poolOf(origin), target, { body, context }, options) };
    },
    retain(urls) {
      const origins = new Set([...urls].map((url) => new URL(url).origin));
      for (const [origin, pool] of pools) {
        if (origins.has(origin)) continue;
        pools.delete(origin);
        pool.close().catch(() => {});
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

interface Target {
  name: string;
  path: string;
  forwarded: readonly string[];
}

async function fetchFrom(
  pool: Pool,
  { name, path, forwarded }: Target,
  { body, context: operation }: { body: string; context: GatewayContext },
  { timeoutMs, maxResponseBytes, metrics }: SubgraphFetchOptions,
): Promise<SubgraphResponse> {
  const startedAt = performance.now();
  const remainingMs = Math.min(timeoutMs, operation.deadline - Date.now());
  let outcome: FetchOutcome = 'ok';
  try {
    return await withSpan('subgraph.fetch', { attributes: { 'fitme.subgraph.name': name } }, async () => {
      if (remainingMs <= 0) throw new undiciErrors.HeadersTimeoutError('The deadline passed.');
      const { text } = await post(pool, {
        path,
        headers: headersOf(operation, forwarded, remainingMs),
        body,
        timeoutMs: remainingMs,
        maxResponseBytes,
        signal: operation.signal,
      });
      return parseResponse(text);
    });
  } catch (error) {
    outcome = outcomeOf(error, operation.signal);
    return { data: null, errors: [reasonOf(outcome)] };
  } finally {
    metrics.subgraphFetch(name, outcome, (performance.now() - startedAt) / 1_000);
  }
}

function headersOf(operation: GatewayContext, forwarded: readonly string[], remainingMs: number) {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
    'x-timeout-ms': String(Math.ceil(remainingMs)),
  };
  for (const name of forwarded) {
    const value = operation.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/** Whatever the status: a subgraph says what is wrong in the body, if it is one of GraphQL. */
function parseResponse(text: string): SubgraphResponse {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || !('data' in parsed || 'errors' in parsed)) {
    throw new Error('The response is not one of GraphQL');
  }
  return parsed as SubgraphResponse;
}

function outcomeOf(error: unknown, signal: AbortSignal): FetchOutcome {
  const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';
  if (signal.aborted) return isTimeout(signal.reason) ? 'timeout' : 'cancelled';
  const { HeadersTimeoutError, BodyTimeoutError } = undiciErrors;
  return error instanceof HeadersTimeoutError || error instanceof BodyTimeoutError ? 'timeout' : 'error';
}

function reasonOf(outcome: FetchOutcome) {
  if (outcome === 'timeout')
    return { message: 'This part took too long. Try again.', extensions: { code: 'DEADLINE_EXCEEDED' } };
  if (outcome === 'cancelled') return { message: 'The client went away.', extensions: { code: 'CANCELLED' } };
  return {
    message: 'This part is unavailable right now. Try again.',
    extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
  };
}
