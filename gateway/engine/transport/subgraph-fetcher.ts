import { Pool } from 'undici';
import type { Logger } from '#observability/logger.ts';
import type { Metrics, SubgraphState } from '#observability/metrics.ts';
import { policyOf, type SubgraphPolicies, type SubgraphPolicy } from '../../config/subgraph-policy.ts';
import { type BreakerState, createCircuitBreaker } from './circuit-breaker.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import type { Endpoint } from './endpoint.ts';
import { createGuardedEndpoint } from './guarded-endpoint.ts';
import { createJoinedEndpoint } from './joined-endpoint.ts';
import { createRetryBudget } from './retry.ts';
import { createSharedEndpoint } from './shared-endpoint.ts';

/** Subgraphs over HTTP. What is known of one, its breaker above all, outlives the supergraph that names it. */
export interface SubgraphFetcher {
  endpoint(name: string, url: string): Endpoint;
  /** Forgets the subgraphs at all URLs but these, and closes their connections when their requests are done. */
  retain(urls: ReadonlySet<string>): void;
  close(): Promise<void>;
}

export interface SubgraphFetchOptions extends Partial<SubgraphPolicy> {
  /** By subgraph, in place of what these options say for all. */
  policies?: SubgraphPolicies;
  /** Names of client headers by subgraph, lower case; those of "*" go to every one. */
  headers: Readonly<Record<string, readonly string[]>>;
  metrics: Metrics;
  log: Logger;
}

/** Makes the fetcher of a gateway. */
export function createSubgraphFetcher(options: SubgraphFetchOptions): SubgraphFetcher {
  const { policies = {}, headers, metrics, log, ...base } = options;
  const opened = new Map<string, OpenSubgraph>();
  /** Not served any more, but somebody still waits for them. */
  const retired = new Set<OpenSubgraph>();
  metrics.watchSubgraphs(() => [...opened.values()].map(({ state }) => state()));

  function open(name: string, url: string): OpenSubgraph {
    const key = `${name} ${url}`;
    let subgraph = opened.get(key);
    if (subgraph === undefined) {
      const forwarded = [...(headers['*'] ?? []), ...(headers[name] ?? [])];
      subgraph = openSubgraph({ name, url, forwarded, policy: policyOf(name, base, policies), metrics, log });
      opened.set(key, subgraph);
    }
    return subgraph;
  }

  return {
    endpoint(name, url) {
      let subgraph: OpenSubgraph | undefined;
      return {
        send(body, context, kind) {
          // An operation may outlive the supergraph that it was planned for, and its subgraph must then be there again.
          if (subgraph === undefined || subgraph.isRetired()) subgraph = open(name, url);
          return subgraph.endpoint.send(body, context, kind);
        },
      };
    },
    retain(urls) {
      for (const [key, subgraph] of opened) {
        if (urls.has(subgraph.url)) continue;
        opened.delete(key);
        retired.add(subgraph);
        void subgraph.retire().then(() => retired.delete(subgraph));
      }
    },
    async close() {
      await Promise.all([...opened.values(), ...retired].map((subgraph) => subgraph.destroy()));
      opened.clear();
    },
  };
}

/** One subgraph, and all that the gateway holds for it. */
interface OpenSubgraph {
  url: string;
  endpoint: Endpoint;
  state(): SubgraphState;
  /** Closes its connections once nothing is under way; resolves then. */
  retire(): Promise<void>;
  isRetired(): boolean;
  /** Closes its connections now, with whatever is under way. */
  destroy(): Promise<void>;
}

interface SubgraphOptions {
  name: string;
  url: string;
  forwarded: readonly string[];
  policy: SubgraphPolicy;
  metrics: Metrics;
  log: Logger;
}

/** Opens a subgraph; nothing is connected before it is asked. */
function openSubgraph({ name, url, forwarded, policy, metrics, log }: SubgraphOptions): OpenSubgraph {
  const { origin, pathname, search } = new URL(url);
  const now = () => performance.now();
  const pool = new Pool(origin, {
    connections: policy.connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: Math.min(policy.timeoutMs, 3_000) },
  });
  // One place a connection: nothing waits within the pool, where it could neither be counted nor called off.
  const limit = createConcurrencyLimit(policy.connections, policy.queue);
  let lastFailure = '';
  const breaker = createCircuitBreaker({
    failureRate: policy.breakerFailureRate,
    minRequests: policy.breakerMinRequests,
    windowMs: policy.breakerWindowMs,
    openMs: policy.breakerOpenMs,
    now,
    onTransition(to) {
      if (to === 'open') limit.dismiss();
      metrics.breakerTransition(name, to);
      logTransition(log, { subgraph: name, code: lastFailure }, to);
    },
  });
  let underWay = 0;
  let isRetired = false;
  const closed = Promise.withResolvers<void>();
  const closeIfDone = () => {
    if (isRetired && underWay === 0) void pool.close().then(closed.resolve, closed.resolve);
  };
  const guarded = createGuardedEndpoint({
    name,
    path: `${pathname}${search}`,
    forwarded,
    policy,
    pool,
    breaker,
    limit,
    budget: createRetryBudget({ ratio: policy.retryRatio, perSecond: policy.retriesPerSecond, now }),
    onFailure(code) {
      lastFailure = code;
    },
    onFetch(outcome, seconds) {
      metrics.subgraphFetch(name, outcome, seconds);
      underWay -= 1;
      closeIfDone();
    },
    onRetry: (outcome) => metrics.subgraphRetry(name, outcome),
  });
  const counted: Endpoint = {
    send(...request) {
      underWay += 1;
      return guarded.send(...request);
    },
  };
  const shared = createSharedEndpoint(counted, {
    timeoutMs: policy.timeoutMs,
    onShared: () => metrics.subgraphShared(name),
  });
  const joined = policy.shareReads
    ? createJoinedEndpoint(counted, { forwarded, onShared: () => metrics.subgraphShared(name) })
    : counted;
  // It is sent for nobody in particular: not where clients' headers decide what is answered.
  const isShared = forwarded.length === 0 || policy.anonymousPublic;
  const endpoint: Endpoint = {
    send(body, context, kind) {
      if (kind === 'public query' && isShared) return shared.send(body, context, kind);
      const isRead = kind === 'read' || kind === 'public query';
      return (isRead ? joined : counted).send(body, context, kind);
    },
  };
  return {
    url,
    endpoint,
    retire() {
      isRetired = true;
      closeIfDone();
      return closed.promise;
    },
    isRetired: () => isRetired,
    destroy: () => pool.destroy(),
    state: () => ({
      subgraph: name,
      breaker: breaker.state(),
      inFlight: limit.inFlight(),
      queued: limit.queued(),
    }),
  };
}

function logTransition(
  log: Logger,
  { subgraph, code }: { subgraph: string; code: string },
  to: BreakerState,
): void {
  if (to === 'open') log.warn({ subgraph, code }, 'a subgraph fails: it is not asked for a while');
  else if (to === 'half-open') log.info({ subgraph }, 'a subgraph that failed is tried again');
  else log.info({ subgraph }, 'a subgraph that failed answers again');
}
