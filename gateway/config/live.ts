import { z } from 'zod';
import { integer, json } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** Where live events come from, how many of them are kept, and how much of one client is served. */
export interface LiveConfig {
  /** gRPC address by the first segment of topic names. */
  sources: Readonly<Record<string, string>>;
  windowSize: number;
  maxLag: number;
  pollMs: number;
  /** Over how long clients are sent elsewhere, or their subscriptions to a new supergraph. */
  drainMs: number;
  /** How long a socket may say nothing before it greets. */
  initMs: number;
  pingMs: number;
  /** How long a socket may run nothing. */
  idleMs: number;
  limits: LiveLimitsConfig;
}

/** Most connections and subscriptions at a time. */
export interface LiveLimitsConfig {
  /** Bounds the connections of this process. */
  connections: number;
  /** Bounds the connections of one address to all gateways. */
  connectionsPerAddress: number;
  connectionsPerViewer: number;
  /** Bounds the subscriptions of one person in this process. */
  subscriptionsPerViewer: number;
}

export const LIVE_VARIABLES = {
  LIVE_SOURCES: json(z.record(z.string(), z.string()), '{"books":"127.0.0.1:50051"}').default({}),
  LIVE_WINDOW: integer(1, 100_000).default(256),
  LIVE_MAX_LAG: integer(1, 1_000_000).default(1_000),
  LIVE_POLL_MS: integer(10, 60_000).default(1_000),
  LIVE_DRAIN_MS: integer(0, 300_000).default(500),
  LIVE_INIT_MS: integer(1, 600_000).default(3_000),
  LIVE_PING_MS: integer(64, 600_000).default(12_000),
  LIVE_IDLE_MS: integer(1, 86_400_000).default(600_000),
  LIVE_CONNECTIONS: integer(1, 1_000_000).default(18_000),
  LIVE_CONNECTIONS_PER_ADDRESS: integer(1, 1_000_000).default(500),
  LIVE_CONNECTIONS_PER_VIEWER: integer(1, 1_000_000).default(100),
  LIVE_SUBSCRIPTIONS_PER_VIEWER: integer(1, 1_000_000).default(500),
};

/** Clients must be gone when the gateway has to be. */
export const DRAIN_FITS = {
  holds: ({
    LIVE_DRAIN_MS = 0,
    SHUTDOWN_TIMEOUT_MS = 0,
  }: Partial<VariablesOf<typeof LIVE_VARIABLES>> & { SHUTDOWN_TIMEOUT_MS?: number | undefined }) =>
    LIVE_DRAIN_MS <= SHUTDOWN_TIMEOUT_MS / 2,
  path: ['LIVE_DRAIN_MS'],
  message: 'takes half of SHUTDOWN_TIMEOUT_MS at most',
};

export function liveOf(variables: VariablesOf<typeof LIVE_VARIABLES>): LiveConfig {
  return {
    sources: variables.LIVE_SOURCES,
    windowSize: variables.LIVE_WINDOW,
    maxLag: variables.LIVE_MAX_LAG,
    pollMs: variables.LIVE_POLL_MS,
    drainMs: variables.LIVE_DRAIN_MS,
    initMs: variables.LIVE_INIT_MS,
    pingMs: variables.LIVE_PING_MS,
    idleMs: variables.LIVE_IDLE_MS,
    limits: {
      connections: variables.LIVE_CONNECTIONS,
      connectionsPerAddress: variables.LIVE_CONNECTIONS_PER_ADDRESS,
      connectionsPerViewer: variables.LIVE_CONNECTIONS_PER_VIEWER,
      subscriptionsPerViewer: variables.LIVE_SUBSCRIPTIONS_PER_VIEWER,
    },
  };
}
