import { createLogger, type Logger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import { type Closer, createCloser } from '#platform/closer.ts';
import { createNoopWakeups } from '#platform/events/noop-wakeups.ts';
import { createWakeups } from '#platform/events/wakeups.ts';
import { createHttpServer } from '#platform/host/http.ts';
import { SERVICE_SCOPES, SHARED_SCOPE } from '#platform/scopes.ts';
import { createServiceIdentity, type ServiceIdentity } from '#platform/tokens/service-identity.ts';
import { openClientTelemetry } from './client-telemetry/open.ts';
import { disableVendorTelemetry, type GatewayConfig } from './config/config.ts';
import { openRedis } from './config/redis.ts';
import type { DecidePolicies } from './engine/authorization/authorization.ts';
import { loadPolicies } from './engine/authorization/policy-module.ts';
import { CompiledExecutor } from './engine/compiled-executor.ts';
import { CurrentGraph } from './engine/current-graph.ts';
import type { EngineLimits } from './engine/engine.ts';
import type { CreateExecutor } from './engine/graph.ts';
import { createSubgraphFetcher } from './engine/transport/subgraph-fetcher.ts';
import { serveGraphiql } from './graphiql/page.ts';
import { GRAPHQL_PATH, newRequestId, serveGraphql } from './http/http-door.ts';
import { listen } from './http/listen.ts';
import { openLive } from './live/live.ts';
import { OperationRunner } from './operations/operation-runner.ts';
import { openPlugins } from './plugins/open-plugins.ts';
import { type Auth, type AuthOptions, createAuth, createNoAuth } from './request/auth.ts';
import { documentLimits } from './validation/document-limits.ts';

/** A gateway at work. */
export interface Gateway {
  /** Where it listens, for example "http://127.0.0.1:4000". */
  url: string;
  /** What the live part holds at the moment. */
  live(): { connections: number; subscriptions: number; topics: number; channels: number };
  shutdownTimeoutMs: number;
  /** Stops intake, sends the sockets elsewhere, lets go what is under way, and closes all. */
  close(): Promise<void>;
}

/** What tests set in place of the real thing. */
export interface GatewayOverrides {
  /** Milliseconds since 1970. */
  now?(): number;
  log?: Logger;
  /** How long a message that many get is kept, milliseconds. */
  messagesKeptMs?: number;
}

/** Starts a gateway: loads the supergraph and opens the doors. Throws where one of them cannot be had. */
export async function createGateway(
  config: GatewayConfig,
  overrides: GatewayOverrides = {},
): Promise<Gateway> {
  const { level, format } = config.log;
  const log = overrides.log ?? createLogger({ level, name: config.role, pretty: format === 'readable' });
  const closer = createCloser(log);
  try {
    return await start(config, { now: Date.now, ...overrides, log, closer });
  } catch (error) {
    await closer.close();
    throw error;
  }
}

interface StartParts extends GatewayOverrides {
  log: Logger;
  closer: Closer;
  now(): number;
}

async function start(
  config: GatewayConfig,
  { log, closer, now, messagesKeptMs }: StartParts,
): Promise<Gateway> {
  disableVendorTelemetry();
  const { limits } = config;
  const metrics = createMetrics();
  const { redisUrl } = config;
  const wakeups = redisUrl === null ? createNoopWakeups() : createWakeups({ redisUrl, log });
  closer.add('wake-ups', () => wakeups.close());
  const identity = identityOf(config, now);
  const auth = openAuth(config, { serviceToken: identity.token, wakeups, log, metrics, now });
  closer.add('auth', () => auth.close());

  const fetcher = createSubgraphFetcher({ ...config.subgraphs, metrics, log });
  closer.add('subgraphs', () => fetcher.close());
  const policies = await loadPolicies({
    module: config.policyModule,
    timeoutMs: limits.requestTimeoutMs,
    log,
  });
  const graph = await CurrentGraph.open({
    supergraph: config.supergraph,
    urls: config.subgraphs.urls,
    wsUrls: config.subgraphs.wsUrls,
    fetcher,
    createExecutor: await executorOf(config),
    planning: config.planning,
    limits: engineLimits(config, policies),
    log,
    metrics,
  });
  closer.add('supergraph', () => graph.close());

  const http = createHttpServer({
    trustedProxies: config.trustedProxies,
    metrics,
    unready: async () => [
      ...(wakeups.connected() ? [] : ['Redis cannot be reached']),
      ...(auth.revocations.ready() ? [] : ['the list of ended sessions is not read yet']),
      ...(await live.unreachableSources()),
      ...(live.isLeaving() ? ['the gateway shuts down'] : []),
    ],
    server: {
      bodyLimit: limits.bodyBytes,
      requestTimeout: limits.requestTimeoutMs,
      requestIdHeader: false,
      genReqId: newRequestId,
    },
  });
  const redis = redisUrl === null ? null : openRedis(redisUrl, config.redisTimeoutMs, log);
  closer.add('Redis', async () => redis?.disconnect());
  const engine = () => graph.engine;
  const plugins = await openPlugins(config, {
    redis,
    engine,
    serviceToken: identity.token,
    wakeups,
    log,
    metrics,
    closer,
    now,
  });
  const runner = new OperationRunner({ engine, plugins, log });
  await serveGraphql(http, { config, runner, auth, log });
  const live = openLive({
    config,
    http,
    path: GRAPHQL_PATH,
    runner,
    graph,
    auth,
    wakeups,
    redis,
    identity,
    sharedIdentity: identityOf(config, now, [SHARED_SCOPE]),
    messagesKeptMs,
    log,
    metrics,
    now,
  });
  if (config.clientTelemetry !== null)
    await openClientTelemetry(http, config.clientTelemetry, {
      isSignInNeeded: config.tokens !== null,
      auth,
      redis,
      closer,
      metrics,
      log,
      now,
    });
  if (config.graphiql !== null) await serveGraphiql(http, config.graphiql, GRAPHQL_PATH);
  closer.add('HTTP', async () => {
    const late = setTimeout(() => http.server.closeAllConnections(), config.shutdownTimeoutMs / 2);
    await http.close();
    clearTimeout(late);
  });
  closer.add('live', () => live.close(config.shutdownTimeoutMs / 4));

  const url = await listen(http, config);
  log.info({ url: `${url}${GRAPHQL_PATH}` }, 'the gateway listens');
  return {
    url,
    live: () => ({ ...live.counts(), channels: wakeups.channels() }),
    shutdownTimeoutMs: config.shutdownTimeoutMs,
    close: () => closer.close(),
  };
}

/** Without a key of its own the gateway cannot act for itself, and nothing asks it to. */
function identityOf(
  { role, tokens }: GatewayConfig,
  now: () => number,
  scopes: readonly string[] = SERVICE_SCOPES,
): ServiceIdentity {
  const key = tokens?.ownKeys.keys.find(({ kid }) => kid === role);
  if (key !== undefined) return createServiceIdentity({ role, key, now, scopes });
  return { role, token: () => Promise.reject(new Error('AUTH=off: there is no key to sign with')) };
}

function openAuth(
  { tokens, live }: GatewayConfig,
  parts: Pick<AuthOptions, 'serviceToken' | 'wakeups' | 'log' | 'metrics' | 'now'>,
): Auth {
  return tokens === null ? createNoAuth() : createAuth({ ...tokens, ...parts, sources: live.sources });
}

/** Apollo's packages are loaded where they are used alone. */
async function executorOf({ engine }: GatewayConfig): Promise<CreateExecutor> {
  if (engine === 'compiled') return (options) => new CompiledExecutor(options);
  return (await import('./apollo/apollo-executor.ts')).createApolloExecutor;
}

function engineLimits(
  { limits, costs, introspection, planning, tokens, responseCache }: GatewayConfig,
  decidePolicies: DecidePolicies | null,
): EngineLimits {
  const rules = documentLimits(limits);
  const authorization = { decidePolicies, canSignIn: tokens !== null };
  const { pageSize } = limits;
  return {
    rules,
    tokens: limits.tokens,
    costs: { pageSize, listSize: costs.listSize },
    introspection,
    cacheBytes: planning.cacheBytes,
    authorization,
    caching: responseCache.isOn,
  };
}
