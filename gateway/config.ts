import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import {
  type Environment,
  flag,
  integer,
  json,
  keySet,
  LOG_VARIABLES,
  list,
  readConfig,
  url,
} from '#platform/config.ts';

/** Configuration of a gateway: everything that it knows of the graph that it serves. */
export interface GatewayConfig {
  host: string;
  /** 0 for any free port. */
  port: number;
  log: { level: z.infer<typeof LOG_VARIABLES.LOG_LEVEL>; format: 'json' | 'readable' };
  supergraphFile: string;
  redisUrl: string;
  tokens: {
    /** Where the public keys of people's tokens are published. */
    userKeysUrl: string;
    /** Public keys of all services. */
    serviceKeys: JSONWebKeySet;
    /** Private keys, of which the gateway's has its role as kid. */
    ownKeys: JSONWebKeySet;
    /** Name of the gateway's role. */
    role: string;
  };
  subgraphs: {
    /** Routing URLs by subgraph, in place of the supergraph's. */
    urls: Readonly<Record<string, string>>;
    /** Client headers by subgraph; those of "*" go to every one. */
    headers: Readonly<Record<string, readonly string[]>>;
    timeoutMs: number;
    connections: number;
    maxResponseBytes: number;
  };
  limits: {
    bodyBytes: number;
    /** Longest time of an operation, milliseconds. */
    requestTimeoutMs: number;
    depth: number;
    aliases: number;
    tokens: number;
    /** Largest `first` or `last` of a list. */
    pageSize: number;
    /** Most items of all lists of an operation, lists within lists multiplied. */
    listItems: number;
    /** Most operations at a time over one socket. */
    socketOperations: number;
  };
  live: {
    /** gRPC address by the first segment of topic names. */
    sources: Readonly<Record<string, string>>;
    windowSize: number;
    maxLag: number;
    pollMs: number;
  };
  cors: { origins: readonly string[] };
  /** Addresses whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** What runs queries and mutations over HTTP: Apollo Server, or the compiled engine. */
  engine: 'stock' | 'compiled';
  introspection: boolean;
  /** Null where GET / answers no page. */
  graphiql: { operationsFolder: string; signIn: SignInConfig | null } | null;
  shutdownTimeoutMs: number;
}

/** How the GraphiQL page signs somebody in. */
export interface SignInConfig {
  /** A file with a mutation whose variables become the form. */
  file: string;
  /** Where in its data the access token stands, for example "signIn.session.accessToken". */
  tokenPath: string;
  /** What the form's fields hold at first, by variable: a demo login in development. */
  values: Readonly<Record<string, string>>;
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

const headerRules = json(z.record(z.string(), z.array(z.string().toLowerCase())), '{"*":["authorization"]}');
const MIB = 1024 * 1024;

const schema = z
  .object({
    HOST: z.string().default('127.0.0.1'),
    PORT: integer(0, 65_535).default(4000),
    SUPERGRAPH_FILE: z.string().default('schema/supergraph.graphql'),
    REDIS_URL: url('redis', 'rediss'),
    USER_KEYS_URL: url('http', 'https'),
    SERVICE_PUBLIC_KEYS: keySet(),
    SERVICE_PRIVATE_KEYS: keySet(),
    SERVICE_ROLE: z.string().default('gateway'),
    SUBGRAPH_URLS: json(
      z.record(z.string(), z.url()),
      '{"books":"http://127.0.0.1:4001/books/graphql"}',
    ).default({}),
    SUBGRAPH_HEADERS: headerRules.default({}),
    SUBGRAPH_TIMEOUT_MS: integer(1, 600_000).default(10_000),
    SUBGRAPH_CONNECTIONS: integer(1, 10_000).default(100),
    SUBGRAPH_MAX_RESPONSE_BYTES: integer(1, 1024 * MIB).default(16 * MIB),
    LIMIT_BODY_BYTES: integer(1, 1024 * MIB).default(256 * 1024),
    LIMIT_REQUEST_MS: integer(1, 600_000).default(15_000),
    LIMIT_DEPTH: integer(1, 100).default(15),
    LIMIT_ALIASES: integer(0, 1_000).default(30),
    LIMIT_TOKENS: integer(1, 100_000).default(2_000),
    LIMIT_PAGE_SIZE: integer(1, 10_000).default(100),
    LIMIT_LIST_ITEMS: integer(1, 10_000_000).default(5_000),
    LIMIT_SOCKET_OPERATIONS: integer(1, 10_000).default(100),
    LIVE_SOURCES: json(z.record(z.string(), z.string()), '{"books":"127.0.0.1:50051"}').default({}),
    LIVE_WINDOW: integer(1, 100_000).default(256),
    LIVE_MAX_LAG: integer(1, 1_000_000).default(1_000),
    LIVE_POLL_MS: integer(10, 60_000).default(1_000),
    CORS_ORIGINS: list().default([]),
    TRUSTED_PROXIES: list().default([]),
    ENGINE: z.enum(['stock', 'compiled']).default('stock'),
    INTROSPECTION: flag().default(false),
    GRAPHIQL: flag().default(false),
    GRAPHIQL_OPERATIONS: z.string().default('schema/operations'),
    GRAPHIQL_SIGN_IN: z.string().optional(),
    GRAPHIQL_TOKEN_PATH: z.string().optional(),
    GRAPHIQL_SIGN_IN_VALUES: json(z.record(z.string(), z.string()), '{"name":"ada"}').default({}),
    SHUTDOWN_TIMEOUT_MS: integer(0, 600_000).default(4_000),
    ...LOG_VARIABLES,
  })
  .refine(
    (variables) => variables.SERVICE_PRIVATE_KEYS.keys.some(({ kid }) => kid === variables.SERVICE_ROLE),
    { path: ['SERVICE_PRIVATE_KEYS'], message: 'takes a set with a key whose kid is SERVICE_ROLE' },
  )
  .refine(
    (variables) =>
      (variables.GRAPHIQL_SIGN_IN === undefined) === (variables.GRAPHIQL_TOKEN_PATH === undefined),
    {
      path: ['GRAPHIQL_TOKEN_PATH'],
      message: 'takes the path of the token in the answer of GRAPHIQL_SIGN_IN; set both or none',
    },
  )
  .transform(
    (variables): GatewayConfig => ({
      host: variables.HOST,
      port: variables.PORT,
      log: { level: variables.LOG_LEVEL, format: variables.LOG_FORMAT },
      supergraphFile: variables.SUPERGRAPH_FILE,
      redisUrl: variables.REDIS_URL,
      tokens: {
        userKeysUrl: variables.USER_KEYS_URL,
        serviceKeys: variables.SERVICE_PUBLIC_KEYS,
        ownKeys: variables.SERVICE_PRIVATE_KEYS,
        role: variables.SERVICE_ROLE,
      },
      subgraphs: {
        urls: variables.SUBGRAPH_URLS,
        headers: variables.SUBGRAPH_HEADERS,
        timeoutMs: variables.SUBGRAPH_TIMEOUT_MS,
        connections: variables.SUBGRAPH_CONNECTIONS,
        maxResponseBytes: variables.SUBGRAPH_MAX_RESPONSE_BYTES,
      },
      limits: {
        bodyBytes: variables.LIMIT_BODY_BYTES,
        requestTimeoutMs: variables.LIMIT_REQUEST_MS,
        depth: variables.LIMIT_DEPTH,
        aliases: variables.LIMIT_ALIASES,
        tokens: variables.LIMIT_TOKENS,
        pageSize: variables.LIMIT_PAGE_SIZE,
        listItems: variables.LIMIT_LIST_ITEMS,
        socketOperations: variables.LIMIT_SOCKET_OPERATIONS,
      },
      live: {
        sources: variables.LIVE_SOURCES,
        windowSize: variables.LIVE_WINDOW,
        maxLag: variables.LIVE_MAX_LAG,
        pollMs: variables.LIVE_POLL_MS,
      },
      cors: { origins: variables.CORS_ORIGINS },
      trustedProxies: variables.TRUSTED_PROXIES,
      engine: variables.ENGINE,
      introspection: variables.INTROSPECTION,
      graphiql: graphiqlOf(variables),
      shutdownTimeoutMs: variables.SHUTDOWN_TIMEOUT_MS,
    }),
  );

function graphiqlOf(variables: {
  GRAPHIQL: boolean;
  GRAPHIQL_OPERATIONS: string;
  GRAPHIQL_SIGN_IN?: string | undefined;
  GRAPHIQL_TOKEN_PATH?: string | undefined;
  GRAPHIQL_SIGN_IN_VALUES: Record<string, string>;
}): GatewayConfig['graphiql'] {
  const {
    GRAPHIQL_SIGN_IN: file,
    GRAPHIQL_TOKEN_PATH: tokenPath,
    GRAPHIQL_SIGN_IN_VALUES: values,
  } = variables;
  if (!variables.GRAPHIQL) return null;
  const signIn = file === undefined || tokenPath === undefined ? null : { file, tokenPath, values };
  return { operationsFolder: variables.GRAPHIQL_OPERATIONS, signIn };
}
