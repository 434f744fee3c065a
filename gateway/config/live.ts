import { z } from 'zod';
import { integer, json } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** Where live events come from, and how many of them are kept. */
export interface LiveConfig {
  /** gRPC address by the first segment of topic names. */
  sources: Readonly<Record<string, string>>;
  windowSize: number;
  maxLag: number;
  pollMs: number;
  /** Over how long clients are sent elsewhere, or their subscriptions to a new supergraph. */
  drainMs: number;
}

export const LIVE_VARIABLES = {
  LIVE_SOURCES: json(z.record(z.string(), z.string()), '{"books":"127.0.0.1:50051"}').default({}),
  LIVE_WINDOW: integer(1, 100_000).default(256),
  LIVE_MAX_LAG: integer(1, 1_000_000).default(1_000),
  LIVE_POLL_MS: integer(10, 60_000).default(1_000),
  LIVE_DRAIN_MS: integer(0, 300_000).default(1_000),
};

export function liveOf(variables: VariablesOf<typeof LIVE_VARIABLES>): LiveConfig {
  return {
    sources: variables.LIVE_SOURCES,
    windowSize: variables.LIVE_WINDOW,
    maxLag: variables.LIVE_MAX_LAG,
    pollMs: variables.LIVE_POLL_MS,
    drainMs: variables.LIVE_DRAIN_MS,
  };
}
