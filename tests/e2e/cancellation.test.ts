import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { CALL_MS } from '#tests/patience.ts';
import { type LiveClient, openLiveClient } from './live-client.ts';
import { type E2eNetwork, type Person, startNetwork } from './network.ts';

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');
const SEARCH = 'query Search($text: String!) { searchUsers(text: $text) { nodes { name } } }';
const text = 'Ada';

let network: E2eNetwork;
let person: Person;
/** Watches PostgreSQL, and in another connection keeps readers waiting. */
let watcher: pg.Client;
let locker: pg.Client;
let client: LiveClient | undefined;

beforeAll(async () => {
  network = await startNetwork();
  person = await network.signUp('Ada');
  [watcher, locker] = [network.database.adminUrl, network.database.adminUrl].map(
    (connectionString) => new pg.Client({ connectionString }),
  ) as [pg.Client, pg.Client];
  await Promise.all([watcher.connect(), locker.connect()]);
});

afterAll(async () => {
  await Promise.all([watcher?.end(), locker?.end()]);
  await network?.close();
});

/** Plans and connections are there: what waits below is the read itself. */
beforeEach(async () => {
  const answer = await network.run(SEARCH, { token: person.token, variables: { text } });
  expect(answer).toEqual({ data: { searchUsers: { nodes: [{ name: 'Ada' }] } } });
});

afterEach(() => client?.close());

/** Begins a search; the function that it answers is the client going away. */
type Begin = () => () => void;

const overHttp: Begin = () => {
  const leaving = new AbortController();
  const { signal } = leaving;
  network.run(SEARCH, { token: person.token, variables: { text }, signal }).catch(() => {});
  return () => leaving.abort();
};

const overWebSocket: Begin = () => {
  client = openLiveClient(network.socketUrl, person.token);
  client.subscribe(SEARCH, { text });
  return client.close;
};

const asOperationOfSocket: Begin = () => {
  client = openLiveClient(network.socketUrl, person.token);
  return client.subscribe(SEARCH, { text }).end;
};

const overGrpc: Begin = () => {
  const leaving = new AbortController();
  const call = {
    deadline: Date.now() + CALL_MS,
    signal: leaving.signal,
    requestId: 'cancellation',
    viewer: person,
  };
  network
    .grpc('users', usersService)
    .searchUsers({ text }, { as: 'viewer', call, timeoutMs: CALL_MS })
    .catch(() => {});
  return () => leaving.abort();
};

it.each([
  ['closes its HTTP request', overHttp, 1],
  ['closes its socket', overWebSocket, 1],
  ['ends its operation and keeps the socket', asOperationOfSocket, 1],
  ['cancels its gRPC call', overGrpc, 0],
])(
  'ends a slow read everywhere, long before its time is over, after its client %s',
  async (_how, begin, fetches) => {
    const before = await ended();
    await locker.query('BEGIN; LOCK TABLE users.people IN ACCESS EXCLUSIVE MODE');
    try {
      const leave = begin();
      await expect.poll(waitingStatements, { interval: 10 }).toBe(1);
      expect(await ended()).toEqual(before);
      leave();
      await expect
        .poll(async () => ({ waiting: await waitingStatements(), ...(await ended()) }), { interval: 10 })
        .toEqual({ waiting: 0, fetches: before.fetches + fetches, calls: before.calls + 1 });
    } finally {
      await locker.query('ROLLBACK');
    }
  },
);

/** Statements of the users domain that wait for the lock. */
async function waitingStatements(): Promise<number> {
  const { rows } = await watcher.query(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND usename <> current_user AND wait_event_type = 'Lock'`,
  );
  return rows[0].count;
}

/** How many of the gateway's fetches and of the service's calls ended because nobody waited for them any longer. */
async function ended(): Promise<{ fetches: number; calls: number }> {
  const [gateway, users] = await Promise.all(
    [network.gatewayUrl, `http://127.0.0.1:${network.addresses.users.httpPort}`].map(async (url) =>
      (await fetch(`${url}/metrics`)).text(),
    ),
  );
  const sum = (metrics = '', pattern: RegExp) =>
    [...metrics.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
  return {
    fetches: sum(
      gateway,
      /^fitme_gateway_subgraph_fetch_duration_seconds_count\{.*outcome="cancelled".*\} (\d+)$/gm,
    ),
    calls: sum(
      users,
      /^fitme_service_method_duration_seconds_count\{.*method="SearchUsers".*code="CANCELLED".*\} (\d+)$/gm,
    ),
  };
}
