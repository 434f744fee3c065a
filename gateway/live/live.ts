import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import { withUnsampledTrace } from '#observability/tracing.ts';
import { DomainError } from '#platform/errors.ts';
import type { Wakeups } from '#platform/events/wakeups.ts';
import type { ServiceIdentity } from '#platform/tokens/service-identity.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { CurrentGraph } from '../engine/current-graph.ts';
import type { OperationRunner } from '../operations/operation-runner.ts';
import type { Auth } from '../request/auth.ts';
import { createAdmission } from './connections/admission.ts';
import { createHeartbeat } from './connections/heartbeat.ts';
import { createMemoryOccupancy } from './connections/occupancy.ts';
import { createRedisOccupancy } from './connections/redis-occupancy.ts';
import { Sessions } from './connections/sessions.ts';
import { LiveOperations } from './operations/live-operations.ts';
import { createPassThrough } from './operations/pass-through.ts';
import { openEventStreamDoor } from './sse/event-stream-door.ts';
import { LiveHub } from './topics/hub.ts';
import { createLiveSources } from './topics/source.ts';
import { createSocketSession } from './web-socket/socket-session.ts';
import { openWebSocketDoor } from './web-socket/web-socket-door.ts';

/** The live part of a gateway: its sources, its topics and its doors. */
export interface Live {
  counts(): { connections: number; subscriptions: number; topics: number };
  /** What cannot be reached, in words. */
  unreachableSources(): Promise<string[]>;
  /** Whether clients are being sent elsewhere. */
  isLeaving(): boolean;
  /** Sends clients elsewhere over the configured time; whoever has not gone `deadlineMs` after that is dropped. */
  close(deadlineMs: number): Promise<void>;
}

export interface LiveOptions {
  config: GatewayConfig;
  /** Its routes come behind those that set what all answers hold. */
  http: FastifyInstance;
  path: string;
  runner: OperationRunner;
  graph: CurrentGraph;
  auth: Auth;
  wakeups: Wakeups;
  /** Null for none: connections are counted in this process alone then. */
  redis: Redis | null;
  /** The gateway's own name, under which it reads events. */
  identity: ServiceIdentity;
  /** The name under which it reads what is shared, and nothing else. */
  sharedIdentity: ServiceIdentity;
  /** Of messages that many get; what createSharedMessages says where left out. */
  messagesKeptMs: number | undefined;
  log: Logger;
  metrics: Metrics;
  now(): number;
}

/** How long a source may take to answer that it is there, milliseconds. */
const REACH_TIMEOUT_MS = 1_000;

/** Opens the live part. */
export function openLive(options: LiveOptions): Live {
  const { config, http, path, runner, graph, auth, wakeups, log, metrics, now } = options;
  const { identity, sharedIdentity, redis } = options;
  const { limits, live, trustedProxies } = config;
  const sources = createLiveSources({ addresses: live.sources, serviceToken: identity.token, metrics });
  const hub = new LiveHub({ ...live, wakeups, sources, log });
  const operations = new LiveOperations({
    runner,
    hub,
    passThrough: createPassThrough({ ...config.subgraphs, metrics }),
    identity: sharedIdentity,
    messagesKeptMs: options.messagesKeptMs,
    maxLag: live.maxLag,
    maxPerViewer: live.limits.subscriptionsPerViewer,
    metrics,
    timeoutMs: limits.requestTimeoutMs,
    onFault: (err) => log.error({ err }, 'subscribers of a topic were not served together'),
  });
  graph.onReplaced(() => operations.moveAll(live.drainMs));
  const sessions = new Sessions({ auth, now });
  const occupancy = redis === null ? createMemoryOccupancy() : createRedisOccupancy({ redis, log });
  const admission = createAdmission({
    limits: live.limits,
    occupancy,
    connections: () => door.connections() + streams.connections(),
    metrics,
  });
  const door = openWebSocketDoor({
    server: http.server,
    path,
    session: createSocketSession({
      sessions,
      admission,
      operations,
      maxOperations: limits.socketOperations,
      initMs: live.initMs,
      metrics,
    }),
    maxMessageBytes: limits.bodyBytes,
    trustedProxies,
    admission,
    heartbeat: createHeartbeat({ ...live, now }),
    now,
    log,
  });
  const streams = openEventStreamDoor(http, {
    path: `${path}/stream`,
    sessions,
    admission,
    operations,
    runner,
    maxOperations: limits.socketOperations,
    keepAliveMs: live.pingMs,
  });
  let isLeaving = false;
  const counts = () => ({
    connections: door.connections() + streams.connections(),
    subscriptions: operations.subscriptions(),
    topics: hub.topics(),
  });
  metrics.live.watch(() => ({
    ...counts(),
    channels: wakeups.channels(),
    queuedBytes: door.queuedBytes() + streams.queuedBytes(),
  }));
  return {
    counts,
    async unreachableSources() {
      // Probes ask this every few seconds: the services record no trace of it either.
      const answers = await withUnsampledTrace(() =>
        Promise.allSettled(
          sources.all().map((source) => source.heads([], AbortSignal.timeout(REACH_TIMEOUT_MS))),
        ),
      );
      return sources
        .all()
        .flatMap(({ name }, index) => (isOut(answers[index]) ? [`${name} cannot be reached`] : []));
    },
    isLeaving: () => isLeaving,
    async close(deadlineMs) {
      isLeaving = true;
      const leaving = { spreadMs: live.drainMs, deadlineMs };
      await Promise.all([door.close(leaving), streams.close(leaving)]);
      await occupancy.close();
      sessions.close();
      operations.close();
      hub.close();
      sources.close();
    },
  };
}

/** A source that refuses the question is there. */
function isOut(answer: PromiseSettledResult<unknown> | undefined): boolean {
  if (answer?.status !== 'rejected') return false;
  const { reason } = answer;
  return (
    !(reason instanceof DomainError) ||
    ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED'].includes(reason.code)
  );
}
