import { z } from 'zod';
import { type Environment, flag, integer, LOG_VARIABLES, list, readConfig } from '#platform/config.ts';
import {
  CLIENT_TELEMETRY_VARIABLES,
  type ClientTelemetryConfig,
  clientTelemetryOf,
} from './client-telemetry.ts';
import { COST_VARIABLES, type CostsConfig, costsOf } from './costs.ts';
import { DOCUMENT_RULES, DOCUMENT_VARIABLES, type DocumentsConfig, documentsOf } from './documents.ts';
import { ENGINE_RULES, ENGINE_VARIABLES, type Engine } from './engine.ts';
import { GRAPHIQL_VARIABLES, type GraphiqlConfig, graphiqlOf, SIGN_IN_IS_WHOLE } from './graphiql.ts';
import { IDENTITY_RULES, IDENTITY_VARIABLES, type TokensConfig, tokensOf } from './identity.ts';
import { LIMIT_VARIABLES, type LimitsConfig, limitsOf } from './limits.ts';
import { DRAIN_FITS, LIVE_VARIABLES, type LiveConfig, liveOf } from './live.ts';
import { PLANNING_VARIABLES, type PlanningConfig, planningOf } from './planning.ts';
import { RATE_LIMIT_VARIABLES, type RateLimitsConfig, rateLimitsOf } from './rate-limits.ts';
import {
  CACHE_NEEDS_REDIS,
  RESPONSE_CACHE_VARIABLES,
  type ResponseCacheConfig,
  responseCacheOf,
} from './response-cache.ts';
import { SUBGRAPH_VARIABLES, type SubgraphsConfig, subgraphsOf } from './subgraphs.ts';
import { SUPERGRAPH_VARIABLES, type SupergraphConfig, supergraphOf, TOKEN_NEEDS_URL } from './supergraph.ts';

/** Configuration of a gateway: everything that it knows of the graph that it serves. One file a part in config/. */
export interface GatewayConfig {
  host: string;
  /** 0 for any free port. */
  port: number;
  log: { level: z.infer<typeof LOG_VARIABLES.LOG_LEVEL>; format: 'json' | 'readable' };
  supergraph: SupergraphConfig;
  /** Null for none: what it would hold is held in memory then. */
  redisUrl: string | null;
  /** How long operations wait for what Redis holds and they can do without. */
  redisTimeoutMs: number;
  /** Name under which the gateway acts for itself. */
  role: string;
  /** Null where nobody signs in. */
  tokens: TokensConfig | null;
  subgraphs: SubgraphsConfig;
  limits: LimitsConfig;
  costs: CostsConfig;
  rateLimits: RateLimitsConfig;
  live: LiveConfig;
  /** Null where clients send no telemetry. */
  clientTelemetry: ClientTelemetryConfig | null;
  cors: { origins: readonly string[] };
  /** Answers of at least this many characters are compressed; 0 for none. */
  compressFromLength: number;
  /** Addresses whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Names the executor: the compiled one, or ApolloGateway's. */
  engine: Engine;
  /** Path of the module that decides what `@policy` asks for; null where it is denied. */
  policyModule: string | null;
  /** Paths of modules that make plugins. */
  pluginModules: readonly string[];
  planning: PlanningConfig;
  introspection: boolean;
  documents: DocumentsConfig;
  responseCache: ResponseCacheConfig;
  /** Null where GET / answers no page. */
  graphiql: GraphiqlConfig | null;
  shutdownTimeoutMs: number;
}

/**
 * Reads a gateway's configuration; gateway/README.md has the table.
 *
 * @throws ConfigError that names every faulty variable
 */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  return readConfig(schema, environment);
}

/** @apollo/gateway sends usage data to its maker unless the environment says otherwise before it is used. */
export function disableVendorTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
}

const variables = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(0, 65_535).default(4000),
  ...SUPERGRAPH_VARIABLES,
  ...IDENTITY_VARIABLES,
  REDIS_TIMEOUT_MS: integer(1, 60_000).default(250),
  ...SUBGRAPH_VARIABLES,
  ...LIMIT_VARIABLES,
  ...COST_VARIABLES,
  ...RATE_LIMIT_VARIABLES,
  ...LIVE_VARIABLES,
  ...CLIENT_TELEMETRY_VARIABLES,
  CORS_ORIGINS: list().default([]),
  COMPRESS_FROM_BYTES: integer(0, 1024 * 1024 * 1024).default(2_048),
  TRUSTED_PROXIES: list().default([]),
  ...ENGINE_VARIABLES,
  POLICY_MODULE: z.string().optional(),
  PLUGIN_MODULES: list().default([]),
  ...PLANNING_VARIABLES,
  INTROSPECTION: flag().default(false),
  ...DOCUMENT_VARIABLES,
  ...RESPONSE_CACHE_VARIABLES,
  ...GRAPHIQL_VARIABLES,
  SHUTDOWN_TIMEOUT_MS: integer(0, 600_000).default(4_000),
  ...LOG_VARIABLES,
});

const RULES = [
  ...IDENTITY_RULES,
  ...ENGINE_RULES,
  ...DOCUMENT_RULES,
  CACHE_NEEDS_REDIS,
  TOKEN_NEEDS_URL,
  SIGN_IN_IS_WHOLE,
  DRAIN_FITS,
];

const schema = variables
  .superRefine(
    (read, context) => {
      const faulty = new Set(context.issues.map(({ path }) => path?.[0]));
      for (const { holds, path, message } of RULES)
        if (!faulty.has(path[0]) && !holds(read)) context.addIssue({ code: 'custom', path, message });
    },
    // All faults are told together, those of single variables and these.
    { when: () => true },
  )
  .transform(
    (read): GatewayConfig => ({
      host: read.HOST,
      port: read.PORT,
      log: { level: read.LOG_LEVEL, format: read.LOG_FORMAT },
      supergraph: supergraphOf(read),
      redisUrl: read.REDIS_URL ?? null,
      redisTimeoutMs: read.REDIS_TIMEOUT_MS,
      role: read.SERVICE_ROLE,
      tokens: tokensOf(read),
      subgraphs: subgraphsOf(read),
      limits: limitsOf(read),
      costs: costsOf(read),
      rateLimits: rateLimitsOf(read),
      live: liveOf(read),
      clientTelemetry: clientTelemetryOf(read),
      cors: { origins: read.CORS_ORIGINS },
      compressFromLength: read.COMPRESS_FROM_BYTES,
      trustedProxies: read.TRUSTED_PROXIES,
      engine: read.ENGINE,
      policyModule: read.POLICY_MODULE ?? null,
      pluginModules: read.PLUGIN_MODULES,
      planning: planningOf(read),
      introspection: read.INTROSPECTION,
      documents: documentsOf(read),
      responseCache: responseCacheOf(read),
      graphiql: graphiqlOf(read),
      shutdownTimeoutMs: read.SHUTDOWN_TIMEOUT_MS,
    }),
  );
