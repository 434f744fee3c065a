import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createMetrics } from '#observability/metrics.ts';
import type { IncomingCall } from '#platform/call.ts';
import type { AnyDomain } from '#platform/domain.ts';
import { createGrpcPeer, type GrpcPeer } from '#platform/grpc/client.ts';
import type { Methods, RequestInputOf, ResponseOf, ServiceName } from '#platform/grpc/contract.ts';
import type { OutgoingCall } from '#platform/grpc/outgoing-call.ts';
import { databaseVariable, type HostConfig, readHostConfig } from '#platform/host/config.ts';
import { createHost, type Host, type HostOverrides } from '#platform/host/host.ts';
import { SHARED_SCOPE } from '#platform/scopes.ts';
import { createServiceIdentity } from '#platform/tokens/service-identity.ts';
import { createTestDatabase, type TestDatabase } from '../scripts/test-services.ts';
import { createKey, publicKeys } from './keys.ts';
import { CALL_MS, unhurriedGateway } from './patience.ts';

/** A service as one person calls it, through one door. */
export type DoorClient<Definition> = {
  [Name in keyof Methods<Definition> & string as Uncapitalize<Name>]: (
    request: RequestInputOf<Definition[Name]>,
  ) => Promise<ResponseOf<Definition[Name]>>;
};

/** A way into a service. */
export interface TestDoor {
  name: 'grpc' | 'graphql';
  /** The service as the bearer of a token sees it; without token, as nobody. */
  client<Definition>(service: ServiceName<Definition>, token?: string): DoorClient<Definition>;
}

/** Domains at work on a database of their own, in this process, with real PostgreSQL, Redis, HTTP and gRPC. */
export interface DomainNetwork {
  host: Host;
  database: TestDatabase;
  /** Both ways into every service: run each test through each of them. */
  doors: readonly TestDoor[];
  /** A token under which a service acts for itself. */
  serviceToken(): Promise<string>;
  /** A token under which a gateway reads what is shared by all who listen. */
  sharedToken(): Promise<string>;
  /** The variables of a gateway in front of these domains. */
  gatewayEnvironment: Readonly<Record<string, string>>;
  /** Asks a subgraph over HTTP, as the gateway does. */
  graphql<Data>(
    domain: string,
    query: string,
    options?: { variables?: object; token?: string },
  ): Promise<{
    data?: Data;
    errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
  }>;
  close(): Promise<void>;
}

/** Starts domains on free ports. What a domain calls of another must be among them. */
export async function startDomains(
  domains: readonly AnyDomain[],
  options: {
    environment?: Record<string, string>;
    overrides?: HostOverrides;
    /** In place of one of their own; whoever made it drops it. */
    database?: TestDatabase;
  } = {},
): Promise<DomainNetwork> {
  const database = options.database ?? (await createTestDatabase(inject('adminUrl')));
  const filesDirectory = mkdtempSync(join(tmpdir(), 'fitme-files-'));
  const environment = { ...(await testEnvironment(domains, database)), FILES_DIRECTORY: filesDirectory };
  const config = readHostConfig({ ...environment, ...options.environment }, domains);
  const host = await createHost(config, domains, { grantsStaleAfterMs: CALL_MS, ...options.overrides });
  const key = config.tokens.ownKeys.keys.find(({ kid }) => kid === 'test');
  const role = { role: 'test', key: key ?? {}, now: options.overrides?.now ?? Date.now };
  const identity = createServiceIdentity(role);
  const sharedIdentity = createServiceIdentity({ ...role, scopes: [SHARED_SCOPE] });
  const peer = createGrpcPeer({
    name: 'host',
    address: `127.0.0.1:${host.grpcPort}`,
    serviceToken: identity.token,
    metrics: createMetrics({ process: false }),
  });
  return {
    host,
    database,
    doors: [grpcDoor(peer), graphqlDoor(host)],
    serviceToken: identity.token,
    sharedToken: sharedIdentity.token,
    gatewayEnvironment: gatewayEnvironment(config, host, domains),
    async graphql(domain, query, { variables = {}, token } = {}) {
      const response = await fetch(`http://127.0.0.1:${host.httpPort}/${domain}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-timeout-ms': String(CALL_MS),
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as never;
    },
    async close() {
      peer.close();
      await host.close();
      if (options.database === undefined) await database.drop();
      rmSync(filesDirectory, { recursive: true, force: true });
    },
  };
}

/** Ids, times and tokens differ from call to call; with them out of the way, the answers of two doors are equal. */
export function masked(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(masked);
  if (typeof answer === 'string') return answer.replaceAll(UUID, '<uuid>');
  if (typeof answer !== 'object' || answer === null) return answer;
  const fields = Object.entries(answer);
  if ('seconds' in answer && 'nanos' in answer) return '<time>';
  return Object.fromEntries(
    fields.map(([key, value]) => [
      key,
      value !== undefined && /token|cursor/i.test(key) ? typeof value : masked(value),
    ]),
  );
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Variables of a host of these domains on a test database. */
async function testEnvironment(
  domains: readonly AnyDomain[],
  database: TestDatabase,
): Promise<Record<string, string>> {
  const names = domains.map(({ name }) => name);
  const keys = await Promise.all([...names, 'gateway', 'test'].map(createKey));
  return {
    DOMAINS: names.join(','),
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    REDIS_URL: inject('redisUrl'),
    SERVICE_PRIVATE_KEYS: JSON.stringify({ keys }),
    SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeys(keys)),
    USERS_TOKEN_KEY: JSON.stringify(await createKey('users-1')),
    // All test files come from one address, and count in one Redis.
    USERS_SIGN_INS_PER_ADDRESS_A_MINUTE: '1000000',
    USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR: '1000000',
    LEADERBOARDS_PSEUDONYM_KEY: randomBytes(32).toString('base64'),
    FILES_SIGNING_SECRET: randomBytes(32).toString('base64url'),
    // Others may keep the machine busy; and what a test cancels does not end by itself meanwhile.
    STATEMENT_TIMEOUT_MS: String(CALL_MS),
    LOG_LEVEL: 'warn',
    ...Object.fromEntries(names.map((name) => [databaseVariable(name), database.urls[name] ?? ''])),
  };
}

function gatewayEnvironment(
  { redisUrl, tokens }: HostConfig,
  { httpPort, grpcPort }: Host,
  domains: readonly AnyDomain[],
): Record<string, string> {
  const url = `http://127.0.0.1:${httpPort}`;
  const ofEach = (value: (name: string) => string) =>
    JSON.stringify(Object.fromEntries(domains.map(({ name }) => [name, value(name)])));
  return {
    PORT: '0',
    SUPERGRAPH: 'schema/supergraph.graphql',
    REDIS_URL: redisUrl,
    USER_KEYS_URL: `${url}/.well-known/jwks.json`,
    SERVICE_PUBLIC_KEYS: JSON.stringify(tokens.serviceKeys),
    SERVICE_PRIVATE_KEYS: JSON.stringify(tokens.ownKeys),
    SUBGRAPH_URLS: ofEach((name) => `${url}/${name}/graphql`),
    SUBGRAPH_HEADERS: JSON.stringify({ '*': ['authorization', 'x-request-id'] }),
    LIVE_SOURCES: ofEach(() => `127.0.0.1:${grpcPort}`),
    LOG_LEVEL: 'silent',
    ...unhurriedGateway(inject('engine')),
    ENGINE: inject('engine'),
  };
}

function grpcDoor(peer: GrpcPeer): TestDoor {
  return {
    name: 'grpc',
    client(service, token) {
      const viewer = token === undefined ? null : { token };
      const calls = peer.service(service) as unknown as Record<
        string,
        (request: object, call: OutgoingCall) => Promise<unknown>
      >;
      const call = () => ({
        deadline: Date.now() + CALL_MS,
        signal: new AbortController().signal,
        requestId: randomUUID(),
        viewer,
      });
      const bound = Object.entries(calls).map(([name, invoke]) => [
        name,
        (request: object) => invoke(request, { as: 'viewer', call: call() }),
      ]);
      return Object.fromEntries(bound) as never;
    },
  };
}

function graphqlDoor(host: Host): TestDoor {
  return {
    name: 'graphql',
    client: (service, token) => host.service(service).local(incomingCall(token)) as never,
  };
}

/** A call as a resolver hands it to the pipeline. */
export function incomingCall(token?: string): IncomingCall {
  const headers: Record<string, string | undefined> = {
    authorization: token === undefined ? undefined : `Bearer ${token}`,
  };
  return {
    door: 'graphql',
    header: (name) => headers[name],
    deadline: Date.now() + CALL_MS,
    signal: new AbortController().signal,
    address: '127.0.0.1',
  };
}
