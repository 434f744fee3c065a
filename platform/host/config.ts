import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import {
  ConfigError,
  type Environment,
  flag,
  integer,
  json,
  keySet,
  LOG_VARIABLES,
  list,
  readConfig,
  url,
} from '../config.ts';
import type { AnyDomain } from '../domain.ts';

/** Configuration of a process that hosts domains. */
export interface HostConfig {
  /** Names of the hosted domains. */
  domains: readonly string[];
  host: string;
  /** 0 for any free port. */
  httpPort: number;
  grpcPort: number;
  redisUrl: string;
  log: { level: z.infer<typeof LOG_VARIABLES.LOG_LEVEL>; format: 'json' | 'readable' };
  database: {
    /** Connection URL by domain. */
    urls: Readonly<Record<string, string>>;
    /** Most connections of one domain in this process. */
    poolSize: number;
    statementTimeoutMs: number;
  };
  /** gRPC address by domain; those that this process hosts may be left out. */
  grpcAddresses: Readonly<Record<string, string>>;
  tokens: {
    /** Where the users domain publishes its public keys; null where this process hosts it. */
    userKeysUrl: string | null;
    /** Public keys of all services. */
    serviceKeys: JSONWebKeySet;
    /** Private keys of the hosted domains, each under its domain's name as kid. */
    ownKeys: JSONWebKeySet;
  };
  /** Addresses whose X-Forwarded-For is believed: the gateways. */
  trustedProxies: readonly string[];
  /** Whether this process runs relays, consumers and jobs. */
  background: boolean;
  /** How long a close may take, milliseconds. */
  shutdownTimeoutMs: number;
  /** What the hosted domains read of their own, by domain. */
  own: Readonly<Record<string, unknown>>;
}

/**
 * Reads the configuration of a host of some of these domains.
 *
 * @throws ConfigError that names every faulty variable, of the platform and of the domains alike
 */
export function readHostConfig(environment: Environment, known: readonly AnyDomain[]): HostConfig {
  const { DOMAINS = known.map(({ name }) => name).join(',') } = environment;
  const hosted = DOMAINS.split(',').map((name) => name.trim());
  const unknown = hosted.filter((name) => !known.some((domain) => domain.name === name));
  if (unknown.length > 0) {
    throw new ConfigError(
      `DOMAINS: there is no domain ${unknown.join(', ')}; known: ${known.map(({ name }) => name).join(', ')}`,
    );
  }
  const definitions = known.filter(({ name }) => hosted.includes(name));
  const own: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const { name, config } of definitions) {
    if (config !== undefined)
      attempt(faults, () => Object.assign(own, { [name]: readConfig(config, environment) }));
  }
  const platform = attempt(faults, () => readConfig(platformSchema(hosted), environment));
  if (platform === undefined || faults.length > 0) throw new ConfigError(faults.join('\n'));
  return { ...platform, domains: hosted, own };
}

function attempt<Value>(faults: string[], read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    faults.push(error.message);
    return undefined;
  }
}

function platformSchema(hosted: readonly string[]) {
  const databaseUrls = Object.fromEntries(
    hosted.map((name) => [databaseVariable(name), url('postgres', 'postgresql')]),
  );
  return z
    .object({
      HOST: z.string().default('127.0.0.1'),
      HTTP_PORT: integer(0, 65_535).default(4001),
      GRPC_PORT: integer(0, 65_535).default(50_051),
      REDIS_URL: url('redis', 'rediss'),
      DATABASE_POOL_SIZE: integer(2, 200).default(10),
      STATEMENT_TIMEOUT_MS: integer(100, 600_000).default(5_000),
      GRPC_ADDRESSES: json(z.record(z.string(), z.string()), '{"users":"127.0.0.1:50051"}').default({}),
      USER_KEYS_URL: url('http', 'https').nullable().default(null),
      SERVICE_PUBLIC_KEYS: keySet(),
      SERVICE_PRIVATE_KEYS: keySet(),
      TRUSTED_PROXIES: list().default(['127.0.0.1', '::1']),
      BACKGROUND: flag().default(true),
      SHUTDOWN_TIMEOUT_MS: integer(0, 600_000).default(4_000),
      ...LOG_VARIABLES,
    })
    .and(z.object(databaseUrls))
    .transform(
      (variables): Omit<HostConfig, 'domains' | 'own'> => ({
        host: variables.HOST,
        httpPort: variables.HTTP_PORT,
        grpcPort: variables.GRPC_PORT,
        redisUrl: variables.REDIS_URL,
        log: { level: variables.LOG_LEVEL, format: variables.LOG_FORMAT },
        database: {
          urls: Object.fromEntries(
            hosted.map((name) => [name, String(variables[databaseVariable(name) as never])]),
          ),
          poolSize: variables.DATABASE_POOL_SIZE,
          statementTimeoutMs: variables.STATEMENT_TIMEOUT_MS,
        },
        grpcAddresses: variables.GRPC_ADDRESSES,
        tokens: {
          userKeysUrl: variables.USER_KEYS_URL,
          serviceKeys: variables.SERVICE_PUBLIC_KEYS,
          ownKeys: variables.SERVICE_PRIVATE_KEYS,
        },
        trustedProxies: variables.TRUSTED_PROXIES,
        background: variables.BACKGROUND,
        shutdownTimeoutMs: variables.SHUTDOWN_TIMEOUT_MS,
      }),
    );
}

/** The variable that holds a domain's connection URL, for example USERS_DATABASE_URL. */
export function databaseVariable(domain: string): string {
  return `${domain.toUpperCase()}_DATABASE_URL`;
}
