import { z } from 'zod';
import { integer, json } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** How subgraphs are asked. */
export interface SubgraphsConfig {
  /** Routing URLs by subgraph, in place of the supergraph's. */
  urls: Readonly<Record<string, string>>;
  /** Client headers by subgraph; those of "*" go to every one. */
  headers: Readonly<Record<string, readonly string[]>>;
  timeoutMs: number;
  connections: number;
  maxResponseBytes: number;
}

const MIB = 1024 * 1024;

export const SUBGRAPH_VARIABLES = {
  SUBGRAPH_URLS: json(
    z.record(z.string(), z.url()),
    '{"books":"http://127.0.0.1:4001/books/graphql"}',
  ).default({}),
  SUBGRAPH_HEADERS: json(
    z.record(z.string(), z.array(z.string().toLowerCase())),
    '{"*":["authorization"]}',
  ).default({}),
  SUBGRAPH_TIMEOUT_MS: integer(1, 600_000).default(10_000),
  SUBGRAPH_CONNECTIONS: integer(1, 10_000).default(100),
  SUBGRAPH_MAX_RESPONSE_BYTES: integer(1, 1024 * MIB).default(16 * MIB),
};

export function subgraphsOf(variables: VariablesOf<typeof SUBGRAPH_VARIABLES>): SubgraphsConfig {
  return {
    urls: variables.SUBGRAPH_URLS,
    headers: variables.SUBGRAPH_HEADERS,
    timeoutMs: variables.SUBGRAPH_TIMEOUT_MS,
    connections: variables.SUBGRAPH_CONNECTIONS,
    maxResponseBytes: variables.SUBGRAPH_MAX_RESPONSE_BYTES,
  };
}
