import { z } from 'zod';
import { integer, json } from '#platform/config.ts';
import type { SubgraphPolicies } from './subgraph-policy.ts';
import type { VariablesOf } from './variables.ts';

/** How subgraphs are asked. */
export interface SubgraphsConfig {
  /** Routing URLs by subgraph, in place of the supergraph's. */
  urls: Readonly<Record<string, string>>;
  /** Where a subgraph's subscriptions are, in place of its routing URL with ws in place of http. */
  wsUrls: Readonly<Record<string, string>>;
  /** Client headers by subgraph; those of "*" go to every one. */
  headers: Readonly<Record<string, readonly string[]>>;
  timeoutMs: number;
  connections: number;
  maxResponseBytes: number;
  /** By subgraph, in place of the above and of the defaults; that of "*" is for all. */
  policies: SubgraphPolicies;
}

const MIB = 1024 * 1024;

const policy = z
  .strictObject({
    timeoutMs: z.int().min(1).max(600_000),
    connections: z.int().min(1).max(10_000),
    queue: z.int().min(0).max(100_000),
    maxResponseBytes: z
      .int()
      .min(1)
      .max(1024 * MIB),
    anonymousPublic: z.boolean(),
    shareReads: z.boolean(),
    retries: z.int().min(0).max(5),
    retryRatio: z.number().min(0).max(1),
    retriesPerSecond: z.number().min(0).max(1_000),
    breakerFailureRate: z.number().min(0.01).max(1),
    breakerMinRequests: z.int().min(1).max(1_000_000),
    breakerWindowMs: z.int().min(100).max(600_000),
    breakerOpenMs: z.int().min(1).max(600_000),
  })
  .partial();

export const SUBGRAPH_VARIABLES = {
  SUBGRAPH_URLS: json(
    z.record(z.string(), z.url()),
    '{"books":"http://127.0.0.1:4001/books/graphql"}',
  ).default({}),
  SUBGRAPH_WS_URLS: json(
    z.record(z.string(), z.url({ protocol: /^wss?$/ })),
    '{"books":"ws://127.0.0.1:4001/subscriptions"}',
  ).default({}),
  SUBGRAPH_HEADERS: json(
    z.record(z.string(), z.array(z.string().toLowerCase())),
    '{"*":["authorization"]}',
  ).default({}),
  SUBGRAPH_POLICIES: json(
    z.record(z.string(), policy),
    '{"*":{"retries":1},"books":{"timeoutMs":2000}}',
  ).default({}),
  SUBGRAPH_TIMEOUT_MS: integer(1, 600_000).default(10_000),
  SUBGRAPH_CONNECTIONS: integer(1, 10_000).default(100),
  SUBGRAPH_MAX_RESPONSE_BYTES: integer(1, 1024 * MIB).default(16 * MIB),
};

export function subgraphsOf(variables: VariablesOf<typeof SUBGRAPH_VARIABLES>): SubgraphsConfig {
  return {
    urls: variables.SUBGRAPH_URLS,
    wsUrls: variables.SUBGRAPH_WS_URLS,
    headers: variables.SUBGRAPH_HEADERS,
    policies: variables.SUBGRAPH_POLICIES,
    timeoutMs: variables.SUBGRAPH_TIMEOUT_MS,
    connections: variables.SUBGRAPH_CONNECTIONS,
    maxResponseBytes: variables.SUBGRAPH_MAX_RESPONSE_BYTES,
  };
}
