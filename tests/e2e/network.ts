import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { createMetrics } from '#observability/metrics.ts';
import { createGrpcPeer, type GrpcPeer, type ServiceClient } from '#platform/grpc/client.ts';
import type { ServiceName } from '#platform/grpc/contract.ts';
import type { RoleName } from '#platform/scopes.ts';
import { startProgram } from '../../scripts/development/program.ts';
import {
  type Address,
  gatewayEnvironment,
  type Network,
  servicesEnvironment,
} from '../../scripts/environment.ts';
import { createKeys, type ServiceKeys } from '../../scripts/keys.ts';
import type { Child } from '../../scripts/processes/child.ts';
import { createGuard } from '../../scripts/processes/guard.ts';
import { freePort } from '../../scripts/processes/ports.ts';
import { createTestDatabase, type TestDatabase } from '../../scripts/test-services.ts';
import { unhurriedGateway } from '../patience.ts';

/** A process each, where a test asks for no others: what most of them need. */
export const DOMAINS = ['users', 'messaging', 'notifications'] as const;

/** A process that is told to stop may end in order, also on a busy machine. */
const STOPS_WITHIN_MS = 60_000;

export type Domain = (typeof DOMAINS)[number];
/** A domain's name, or "gateway". */
export type ProcessName = string;

/** The answer of an operation, as a client sees it. */
export interface Answer<Data> {
  data?: Data;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

/** Somebody with an account. */
export interface Person {
  id: string;
  name: string;
  email: string;
  password: string;
  token: string;
  refreshToken: string;
}

/** The whole graph: a process a domain and a gateway, on real PostgreSQL and Redis. */
export interface E2eNetwork {
  /** Of POST /graphql. */
  url: string;
  /** Of graphql-ws. */
  socketUrl: string;
  gatewayUrl: string;
  addresses: Readonly<Record<Domain, Address>>;
  database: TestDatabase;
  /** What the network's tokens are signed with, to forge some. */
  keys: ServiceKeys;
  /** Runs an operation through the gateway. */
  run<Data = Record<string, unknown>>(
    query: string,
    options?: { variables?: object; token?: string; headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Answer<Data>>;
  signUp(name: string): Promise<Person>;
  /** Somebody who has a role beside MEMBER, which an administrator gives elsewhere. */
  signUpAs(role: RoleName, name: string): Promise<Person>;
  /** A service over gRPC, for calls "as viewer" with a token. */
  grpc<Definition>(domain: string, service: ServiceName<Definition>): ServiceClient<Definition>;
  /** Ends a process at once (SIGKILL). */
  kill(name: ProcessName): Promise<void>;
  /** Ends a process in order (SIGTERM). */
  stop(name: ProcessName): Promise<void>;
  /** Starts a process that has ended, at its old address. */
  start(name: ProcessName): Promise<void>;
  close(): Promise<void>;
}

export interface E2eOptions {
  /** {@link DOMAINS}, and further ones. */
  domains?: readonly string[];
  /** Variables for every process, by its name. */
  environment?(name: ProcessName): Record<string, string>;
  /** In place of a new one on the servers of the test run. */
  database?: TestDatabase;
  redisUrl?: string;
}

/** Starts the network on free ports and a database of its own. */
export async function startNetwork(options: E2eOptions = {}): Promise<E2eNetwork> {
  const database = options.database ?? (await createTestDatabase(inject('adminUrl')));
  const logs = mkdtempSync(join(tmpdir(), 'fitme-e2e-'));
  const guard = createGuard();
  const domains = options.domains ?? DOMAINS;
  const addresses = Object.fromEntries(
    await Promise.all(domains.map(async (name) => [name, await freeAddress()] as const)),
  ) as Record<Domain, Address>;
  const network: Network = {
    databaseUrls: database.urls,
    redisUrl: options.redisUrl ?? inject('redisUrl'),
    addresses,
    keys: createKeys([...domains, 'gateway']),
    filesDirectory: join(logs, 'files'),
  };
  // Messaging asks training what trainers may see; where no process of it runs, it is away.
  const known = { training: await freeAddress(), ...addresses };
  const port = await freePort();
  const gatewayUrl = `http://127.0.0.1:${port}`;
  const running = new Map<ProcessName, Child>();
  const addressOf = (name: string) =>
    (addresses as Record<string, Address>)[name] ?? { httpPort: 0, grpcPort: 0 };
  const peers = new Map<string, GrpcPeer>(domains.map((name) => [name, peerOf(name, addressOf(name))]));

  async function start(name: ProcessName): Promise<void> {
    const isGateway = name === 'gateway';
    const child = await startProgram({
      guard,
      name,
      file: isGateway ? 'gateway/main.ts' : 'subgraphs/serve.ts',
      env: {
        LOG_LEVEL: 'info',
        // Every test signs up from one address.
        USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR: '100000',
        USERS_SIGN_INS_PER_ADDRESS_A_MINUTE: '100000',
        ...(isGateway
          ? { ...gatewayEnvironment(network, port), ...unhurriedGateway(inject('engine')) }
          : servicesEnvironment({ ...network, addresses: known }, [name])),
        STATEMENT_TIMEOUT_MS: '60000',
        ...options.environment?.(name),
      },
      logFile: join(logs, `${name}.log`),
      readyUrl: isGateway ? `${gatewayUrl}/readyz` : `http://127.0.0.1:${addressOf(name).httpPort}/readyz`,
    });
    running.set(name, child);
  }

  async function close(): Promise<void> {
    for (const peer of peers.values()) peer.close();
    await running.get('gateway')?.stop(STOPS_WITHIN_MS);
    await Promise.all([...running.values()].map((child) => child.stop(STOPS_WITHIN_MS)));
    await guard.close();
    await database.drop();
    rmSync(logs, { recursive: true, force: true });
  }

  const run: E2eNetwork['run'] = async (query, { variables, token, headers, signal } = {}) => {
    const response = await fetch(`${gatewayUrl}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
      ...(signal !== undefined && { signal }),
    });
    return (await response.json()) as never;
  };

  try {
    await start('users');
    await Promise.all(domains.filter((name) => name !== 'users').map(start));
    await start('gateway');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: `${gatewayUrl}/graphql`,
    socketUrl: `${gatewayUrl.replace('http', 'ws')}/graphql`,
    gatewayUrl,
    addresses,
    database,
    keys: network.keys,
    run,
    start,
    close,
    signUp: (name) => signUp(run, name),
    signUpAs: async (role, name) => withRole(run, database, await signUp(run, name), role),
    grpc(domain, service) {
      const peer = peers.get(domain);
      if (peer === undefined) throw new Error(`no domain ${domain}`);
      return peer.service(service);
    },
    stop: async (name) => void (await running.get(name)?.stop(STOPS_WITHIN_MS)),
    async kill(name) {
      const child = running.get(name);
      child?.process.kill('SIGKILL');
      await child?.exited;
    },
  };
}

async function freeAddress(): Promise<Address> {
  return { httpPort: await freePort(), grpcPort: await freePort() };
}

function peerOf(name: string, { grpcPort }: Address) {
  const metrics = createMetrics({ process: false });
  const serviceToken = () => Promise.reject(new Error('a test calls as a viewer'));
  return createGrpcPeer({ name, address: `127.0.0.1:${grpcPort}`, serviceToken, metrics });
}

/** The role reaches tokens at the next sign-in. */
async function withRole(
  run: E2eNetwork['run'],
  { adminUrl }: TestDatabase,
  person: Person,
  role: RoleName,
): Promise<Person> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query('UPDATE users.people SET roles = array_append(roles, $2::users.role) WHERE id = $1', [
    person.id,
    role,
  ]);
  await admin.end();
  const { email, password } = person;
  const { data } = await run<{ signIn: { authTokens: { accessToken: string; refreshToken: string } } }>(
    'mutation ($input: SignInInput!) { signIn(input: $input) { authTokens { accessToken refreshToken } } }',
    { variables: { input: { email, password } } },
  );
  if (!data) throw new Error(`${person.name} could not sign in.`);
  const { accessToken, refreshToken } = data.signIn.authTokens;
  return { ...person, token: accessToken, refreshToken };
}

const SIGN_UP = /* GraphQL */ `
  mutation SignUp($input: SignUpInput!) {
    signUp(input: $input) {
      user { id }
      authTokens { accessToken refreshToken }
    }
  }
`;

async function signUp(run: E2eNetwork['run'], name: string): Promise<Person> {
  const email = `${randomUUID()}@e2e.example`;
  const password = 'correct horse battery';
  const answer = await run<{
    signUp: { user: { id: string }; authTokens: { accessToken: string; refreshToken: string } };
  }>(SIGN_UP, { variables: { input: { email, password, name, idempotencyKey: randomUUID() } } });
  if (answer.data === undefined || answer.data === null) throw new Error(JSON.stringify(answer.errors));
  const { user, authTokens } = answer.data.signUp;
  return {
    id: user.id,
    name,
    email,
    password,
    token: authTokens.accessToken,
    refreshToken: authTokens.refreshToken,
  };
}
