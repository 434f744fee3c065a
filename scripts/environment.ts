import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DEMO_LOGINS } from './demo-logins.ts';
import type { ServiceKeys } from './keys.ts';

/** Where everything is, in a network of processes. */
export interface Network {
  /** Connection URL by domain. */
  databaseUrls: Readonly<Record<string, string>>;
  redisUrl: string;
  /** Where each domain answers; domains of one process share an address. */
  addresses: Readonly<Record<string, Address>>;
  keys: ServiceKeys;
  /** Where the domain files keeps the bytes of files; only a network without it needs none. */
  filesDirectory?: string;
}

export interface Address {
  /** This machine's own address where left out. */
  host?: string;
  httpPort: number;
  grpcPort: number;
}

type Variables = Record<string, string>;

const LOOPBACK = '127.0.0.1';
/** Well below SIGTERM's deadline in the scripts: a process that takes longer is killed. */
const SHUTDOWN_TIMEOUT_MS = 1_500;

/** The variables of one process that hosts these domains: subgraphs/serve.ts. */
export function servicesEnvironment(network: Network, domains: readonly string[]): Variables {
  const { databaseUrls, addresses, keys } = network;
  const { httpPort, grpcPort } = addresses[domains[0] ?? ''] ?? { httpPort: 0, grpcPort: 0 };
  return {
    ...shared(network, domains),
    DOMAINS: domains.join(','),
    HTTP_PORT: String(httpPort),
    GRPC_PORT: String(grpcPort),
    GRPC_ADDRESSES: JSON.stringify(mapValues(addresses, grpcAddress)),
    ...(domains.includes('users') && { USERS_TOKEN_KEY: JSON.stringify(keys.accessToken) }),
    ...(domains.includes('leaderboards') && { LEADERBOARDS_PSEUDONYM_KEY: keys.pseudonyms }),
    ...(domains.includes('files') && {
      FILES_SIGNING_SECRET: keys.fileUrls,
      FILES_DIRECTORY: network.filesDirectory ?? '',
    }),
    ...Object.fromEntries(
      domains.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, databaseUrls[name] ?? '']),
    ),
  };
}

/** The variables of the gateway: gateway/main.ts. */
export function gatewayEnvironment(network: Network, port: number): Variables {
  const { addresses } = network;
  const [demo] = DEMO_LOGINS;
  return {
    ...shared(network, ['gateway']),
    PORT: String(port),
    SUBGRAPH_URLS: JSON.stringify(
      Object.fromEntries(
        Object.entries(addresses).map(([name, at]) => [name, `${httpUrl(at)}/${name}/graphql`]),
      ),
    ),
    SUBGRAPH_HEADERS: JSON.stringify({
      '*': ['authorization', 'accept-language', 'user-agent', 'x-forwarded-for', 'x-request-id'],
    }),
    LIVE_SOURCES: JSON.stringify(mapValues(addresses, grpcAddress)),
    SUPERGRAPH_BREAKING: 'allow',
    INTROSPECTION: 'true',
    GRAPHIQL: 'true',
    GRAPHIQL_OPERATIONS: 'schema/operations',
    GRAPHIQL_SIGN_IN: 'schema/operations/sign-in.graphql',
    GRAPHIQL_TOKEN_PATH: 'signIn.authTokens.accessToken',
    GRAPHIQL_SIGN_IN_VALUES: JSON.stringify({ email: demo?.email ?? '', password: demo?.password ?? '' }),
  };
}

/** Writes a process's variables, keys among them, for `node --env-file`; nobody but this user reads them. */
export function writeVariables(file: string, variables: Variables): void {
  mkdirSync(dirname(file), { recursive: true });
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}

function shared({ redisUrl, addresses, keys }: Network, roles: readonly string[]): Variables {
  const own = roles.map((role) => keys.services[role]).filter((key) => key !== undefined);
  return {
    REDIS_URL: redisUrl,
    USER_KEYS_URL: `${httpUrl(addresses['users'])}/.well-known/jwks.json`,
    SERVICE_PUBLIC_KEYS: JSON.stringify({
      keys: Object.values(keys.services).map(({ d: _private, ...key }) => key),
    }),
    SERVICE_PRIVATE_KEYS: JSON.stringify({ keys: own }),
    SHUTDOWN_TIMEOUT_MS: String(SHUTDOWN_TIMEOUT_MS),
  };
}

function httpUrl(address: Address | undefined): string {
  return `http://${address?.host ?? LOOPBACK}:${address?.httpPort ?? 0}`;
}

function grpcAddress({ host = LOOPBACK, grpcPort }: Address): string {
  return `${host}:${grpcPort}`;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
