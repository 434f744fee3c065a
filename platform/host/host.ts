import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import type { LogState } from '#observability/event-metrics.ts';
import { createLogger, type Logger } from '#observability/logger.ts';
import { createMetrics, type Metrics } from '#observability/metrics.ts';
import type { ServedService } from '../call.ts';
import { createCloser } from '../closer.ts';
import { ConfigError } from '../config.ts';
import { readConnectionBudget } from '../db/connection-budget.ts';
import type { AnyDomain } from '../domain.ts';
import type { OnCrashPoint } from '../event-log/crash-point.ts';
import { liveSourceService } from '../events/live-source.ts';
import { readLogState } from '../events/log-state.ts';
import { createRevocations, type Revocations } from '../events/revocations.ts';
import { createWakeups } from '../events/wakeups.ts';
import { serveSubgraph } from '../graphql/subgraph.ts';
import { createGrpcPeer, type GrpcPeer } from '../grpc/client.ts';
import type { ServiceName } from '../grpc/contract.ts';
import { createGrpcServer } from '../grpc/server.ts';
import type { PipelineParts } from '../service/middleware.ts';
import type { Service } from '../service/service.ts';
import { createServiceIdentity, type ServiceIdentity } from '../tokens/service-identity.ts';
import { createTokenVerifier } from '../tokens/verifier.ts';
import type { HostConfig } from './config.ts';
import { createHttpServer } from './http.ts';
import { type OpenDomain, openDomain } from './open-domain.ts';
import { createSharedServices } from './shared-services.ts';

/** A process that hosts domains. */
export interface Host {
  httpPort: number;
  grpcPort: number;
  /** A hosted service, for its local door. */
  service<Definition>(name: ServiceName<Definition>): Service<Definition>;
  shutdownTimeoutMs: number;
  /** Stops intake, lets go what is under way, and closes all. */
  close(): Promise<void>;
}

/** What tests set in place of the real thing. */
export interface HostOverrides {
  /** The time by which domains live and tokens hold, milliseconds since 1970; deadlines go by that of the process. */
  now?(): number;
  /** A fresh UUIDv7. */
  newId?(): string;
  /** How old the copies of grants may be, milliseconds: busy machines keep them late. */
  grantsStaleAfterMs?: number;
  /** Told of the moments at which a crash test ends the process. */
  onPoint?: OnCrashPoint;
}

/** A Redis that takes longer to answer is taken for one that was cut off, milliseconds. */
const REDIS_TIMEOUT_MS = 5_000;

/** Starts the domains that the configuration names, each with its own storage, behind one HTTP and one gRPC port. */
export async function createHost(
  config: HostConfig,
  known: readonly AnyDomain[],
  { now = Date.now, newId = uuidv7, grantsStaleAfterMs, onPoint }: HostOverrides = {},
): Promise<Host> {
  const log = createLogger({
    level: config.log.level,
    name: config.domains.join('+'),
    pretty: config.log.format === 'readable',
  });
  const closer = createCloser(log);
  try {
    return await start();
  } catch (error) {
    await closer.close();
    throw error;
  }

  async function start(): Promise<Host> {
    const metrics = createMetrics();
    const identities = new Map(config.domains.map((domain) => [domain, identityOf(config, domain, now)]));
    const redis = new Redis(config.redisUrl, {
      lazyConnect: false,
      maxRetriesPerRequest: 1,
      socketTimeout: REDIS_TIMEOUT_MS,
    });
    tellOutages(redis, log);
    closer.add('redis', () => redis.disconnect());
    const wakeups = createWakeups({ redisUrl: config.redisUrl, log });
    closer.add('wake-ups', () => wakeups.close());

    const grpc = await createGrpcServer({ host: config.host, port: config.grpcPort });
    closer.add('gRPC', () => grpc.close(config.shutdownTimeoutMs / 2));
    const peers = createPeers(config, grpc.port, identities, metrics);
    closer.add('peers', peers.close);

    let httpPort = config.httpPort;
    let revocations: Revocations | undefined;
    const verifier = createTokenVerifier({
      userKeys: remoteKeys(
        () => config.tokens.userKeysUrl ?? `http://127.0.0.1:${httpPort}/.well-known/jwks.json`,
      ),
      serviceKeys: config.tokens.serviceKeys,
      isRevoked: (sessionId) => revocations?.isRevoked(sessionId) ?? false,
      now,
    });
    const parts: PipelineParts = { verifier, log, metrics, now, newId };

    const http = createHttpServer({
      trustedProxies: config.trustedProxies,
      metrics,
      unready: async () => (revocations?.ready() ? [] : ['the list of ended sessions is not read yet']),
    });
    closer.add('HTTP', () => http.close());

    const domains = known
      .filter(({ name }) => config.domains.includes(name))
      .map((definition) =>
        openDomain(definition, {
          config,
          parts,
          redis,
          wakeups,
          grantsStaleAfterMs,
          onPoint,
          ownUrl: () => `http://127.0.0.1:${httpPort}`,
          client: (domain, service) => peers.from(definition.name, domain).service(service),
        }),
      );
    for (const domain of domains) closer.add(domain.name, () => domain.close());
    metrics.events.watchLogs(() => readLogStates(domains));

    for (const { domain } of domains) await domain.prepare?.();
    for (const { name, domain } of domains) {
      const stop = await serveSubgraph(http, { domain: name, graph: domain.graph, verifier });
      closer.add(`${name} subgraph`, stop);
      for (const [path, document] of Object.entries(domain.documents ?? {}))
        http.get(path, async () => document());
      const { routes } = domain;
      if (routes !== undefined) http.register(async (scope) => routes(scope), { prefix: `/${name}` });
    }
    await http.listen({ host: config.host, port: config.httpPort });
    httpPort = (http.server.address() as AddressInfo).port;

    const services: ServedService[] = [
      ...domains.flatMap(({ domain }) => domain.services),
      ...createSharedServices(
        {
          logs: new Map(domains.map((domain) => [domain.name, domain])),
          attachments: domains.flatMap(({ domain }) => domain.attachments ?? []),
        },
        parts,
      ),
    ];
    grpc.serve(services);
    const follower = peers.from(config.domains[0] ?? '', 'users');
    revocations = createRevocations({ source: follower.service(liveSourceService), wakeups, now, log });
    closer.add('revocations', () => revocations?.close());
    if (config.background) for (const domain of domains) await domain.startBackground();
    await warnOfConnections(domains, config, log);
    // Before the storage that both need: what is under way is answered.
    closer.add('intake', () => Promise.all([http.close(), grpc.close(config.shutdownTimeoutMs / 2)]));
    closer.add('consumers', () => Promise.all(domains.map((domain) => domain.stopConsuming())));

    return {
      httpPort,
      grpcPort: grpc.port,
      shutdownTimeoutMs: config.shutdownTimeoutMs,
      close: () => closer.close(),
      service<Definition>(name: ServiceName<Definition>) {
        const service = services.find((candidate) => candidate.name === name);
        if (service === undefined) throw new Error(`this process hosts no ${name}`);
        return service as Service<Definition>;
      },
    };
  }
}

/** A database that is away has no gauges; its outage is told elsewhere. */
async function readLogStates(domains: readonly OpenDomain[]): Promise<LogState[]> {
  const states = await Promise.allSettled(domains.map(({ name, db }) => readLogState(name, db)));
  return states.flatMap((state) => (state.status === 'fulfilled' ? [state.value] : []));
}

/** One line an outage, not one for each attempt to reconnect. */
function tellOutages(redis: Redis, log: Logger): void {
  let away = false;
  redis.on('error', (err) => {
    if (!away) log.warn({ err }, 'Redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info('Redis is back');
    away = false;
  });
}

/** Pools that outgrow PostgreSQL fail under load, when it is too late to learn of it. */
async function warnOfConnections(
  domains: readonly OpenDomain[],
  { database }: HostConfig,
  log: Logger,
): Promise<void> {
  const [first] = domains;
  if (first === undefined) return;
  const { wanted, allowed } = await readConnectionBudget(first.db, {
    domains: domains.length,
    poolSize: database.poolSize,
  });
  if (wanted <= allowed) return;
  const detail = `this process may open ${wanted} connections, PostgreSQL allows ${allowed} in all: lower DATABASE_POOL_SIZE or raise max_connections`;
  log.warn({ detail }, 'too few connections');
}

function identityOf(config: HostConfig, role: string, now: () => number): ServiceIdentity {
  const key = config.tokens.ownKeys.keys.find(({ kid }) => kid === role);
  if (key === undefined) throw new ConfigError(`SERVICE_PRIVATE_KEYS: holds no key with kid "${role}"`);
  return createServiceIdentity({ role, key, now });
}

interface Peers {
  /** The connection by which one domain calls another. */
  from(caller: string, callee: string): GrpcPeer;
  close(): void;
}

function createPeers(
  config: HostConfig,
  ownPort: number,
  identities: Map<string, ServiceIdentity>,
  metrics: Metrics,
): Peers {
  const open = new Map<string, GrpcPeer>();
  return {
    from(caller, callee) {
      const key = `${caller} > ${callee}`;
      const own = config.domains.includes(callee) ? `127.0.0.1:${ownPort}` : undefined;
      const address = config.grpcAddresses[callee] ?? own;
      const identity = identities.get(caller);
      if (address === undefined)
        throw new ConfigError(`GRPC_ADDRESSES: names no address of ${callee}, which ${caller} calls`);
      if (identity === undefined) throw new Error(`${caller} is not hosted here`);
      const peer =
        open.get(key) ?? createGrpcPeer({ name: callee, address, serviceToken: identity.token, metrics });
      open.set(key, peer);
      return peer;
    },
    close() {
      for (const peer of open.values()) peer.close();
    },
  };
}

/** The key set behind a URL that is known once the process listens; fetched anew when an unknown key turns up. */
function remoteKeys(address: () => string): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  return (header, token) => {
    keys ??= createRemoteJWKSet(new URL(address()), { cooldownDuration: 5_000 });
    return keys(header, token);
  };
}
