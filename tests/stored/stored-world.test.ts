import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { decodeEvent, type EventRow } from '#platform/event-log/envelope.ts';
import { type DomainNetwork, startDomains } from '#tests/domain-network.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';
import { PATIENCE } from '#tests/patience.ts';
import { readGatewayConfig } from '../../gateway/config/config.ts';
import { encodeCursor } from '../../gateway/live/delivery/cursor.ts';
import { createGateway, type Gateway } from '../../gateway/server.ts';
import { withConnection } from '../../scripts/database/connect.ts';
import { readDomains } from '../../scripts/database/domains.ts';
import { leadsOn, restoreWorld, type StoredWorld, saveWorld } from '../../scripts/database/stored-world.ts';
import { DEMO_LOGINS } from '../../scripts/demo-logins.ts';
import { servicesEnvironment } from '../../scripts/environment.ts';
import { createKeys } from '../../scripts/keys.ts';
import { seedWorld } from '../../scripts/seed.ts';
import { createTestDatabase, type TestDatabase } from '../../scripts/test-services.ts';
import { domains } from '../../subgraphs/domains.ts';

/**
 * What the last version has stored, under this version: migrations, events, consumers, cursors. From 0.2.0 on the world of each
 * version is kept here (`npm run stored-world`); before, this version's own has to do.
 */
const FOLDER = 'tests/stored';
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

let world: StoredWorld;
let database: TestDatabase;
let network: DomainNetwork;
let gateway: Gateway;

beforeAll(async () => {
  world = lastVersion() ?? (await ownWorld());
  database = await createTestDatabase(inject('adminUrl'), { empty: true });
  await restoreWorld(database.adminUrl, world);
});
afterAll(async () => {
  await gateway?.close();
  await network?.close();
  await database?.drop();
});

function lastVersion(): StoredWorld | undefined {
  const newest = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json.gz'))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .at(-1);
  if (newest === undefined || !existsSync(join(FOLDER, newest))) return undefined;
  const stored = JSON.parse(gunzipSync(readFileSync(join(FOLDER, newest))).toString('utf8')) as StoredWorld;
  // Tables that were made under edited migrations would not be those of anybody.
  expect(leadsOn(stored), `${newest}: a migration that had been applied was edited`).toBe(true);
  return stored;
}

async function ownWorld(): Promise<StoredWorld> {
  expect(version, 'keep the world of the last version: npm run stored-world').toMatch(/^0\.1\./);
  const seeded = await createTestDatabase(inject('adminUrl'));
  const filesDirectory = mkdtempSync(join(tmpdir(), 'fitme-stored-'));
  try {
    const names = Object.keys(seeded.urls);
    const parts = { databaseUrls: seeded.urls, redisUrl: inject('redisUrl'), addresses: {}, filesDirectory };
    await seedWorld(servicesEnvironment({ ...parts, keys: createKeys(names) }, names));
    return await saveWorld(seeded.adminUrl, version);
  } finally {
    await seeded.drop();
    rmSync(filesDirectory, { recursive: true, force: true });
  }
}

function query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return withConnection(database.adminUrl, async (client) => (await client.query<Row>(sql, values)).rows);
}

describe('a world of before', () => {
  it('has every event read', async () => {
    let count = 0;
    for (const { name } of readDomains()) {
      for (const row of await query<EventRow>(`SELECT * FROM ${name}.events`)) {
        expect(decodeEvent(row, 'epoch').payload, row.kind).toBeDefined();
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(100);
  });

  it('has every consumer go through all logs again, which changes no inbox, no score and no grant', async () => {
    network = await startDomains(domains, { database });
    await vi.waitFor(untilApplied, PATIENCE);
    await network.close();
    const before = await effects();
    expect(before.flat().length).toBeGreaterThan(10);
    for (const { name } of readDomains()) await query(`UPDATE ${name}.consumer_positions SET position = 0`);
    network = await startDomains(domains, { database });
    await vi.waitFor(untilApplied, PATIENCE);
    expect(await effects()).toEqual(before);
  });

  it('resumes a live client by its cursor of then', async () => {
    gateway = await createGateway(readGatewayConfig(network.gatewayEnvironment));
    const [{ topic, head_seq: head } = { topic: '', head_seq: '0' }] = await query<{
      topic: string;
      head_seq: string;
    }>(
      `SELECT topic, head_seq FROM messaging.topics JOIN messaging.memberships
         ON topic = 'messaging.conversation.' || conversation_id AND left_seq IS NULL
       JOIN users.people ON people.id = user_id AND email = $1
       ORDER BY head_seq DESC LIMIT 1`,
      [DEMO_LOGINS[0]?.email],
    );
    const [{ epoch } = { epoch: '' }] = await query<{ epoch: string }>(
      'SELECT epoch FROM messaging.log_epoch',
    );
    expect(Number(head)).toBeGreaterThan(2);
    const after = encodeCursor({ topic, epoch, seq: Number(head) - 2 });
    const socket = await connectSocket(gateway.url, await signIn());
    const operation = await socket.operate(
      'subscription ($id: ID!, $after: String) { conversationEvents(conversationId: $id, after: $after) { kind recovered } }',
      { id: topic.split('.').at(-1), after },
    );
    for (let event = 0; event < 2; event += 1) {
      const { data, errors } = await operation.next();
      expect(errors).toBeUndefined();
      expect(data).toMatchObject({ conversationEvents: { recovered: true } });
    }
    await socket.close();
  });
});

/** What consumers have made of other domains' events. */
function effects(): Promise<object[][]> {
  const tables = [
    'notifications.notifications',
    'leaderboards.user_points',
    'leaderboards.board_scores',
    'messaging.trainer_grants',
  ];
  return Promise.all(
    tables.map((table) => query(`SELECT to_jsonb(row) FROM ${table} row ORDER BY row::text`)),
  );
}

/** Every consumer has come to the end of a log, and every event of every log has its place in it. */
async function untilApplied(): Promise<void> {
  const every = (sql: (domain: string) => string) =>
    query<{ position: string }>(
      readDomains()
        .map(({ name }) => sql(name))
        .join(' UNION ALL '),
    );
  const ends = await every((name) => `SELECT position FROM ${name}.log_head`);
  const unsealed = await every(
    (name) => `SELECT entry AS position FROM ${name}.events WHERE position IS NULL`,
  );
  const places = await every((name) => `SELECT position FROM ${name}.consumer_positions`);
  expect(unsealed).toEqual([]);
  expect(places.length).toBeGreaterThan(8);
  const known = new Set(ends.map(({ position }) => position));
  expect(places.filter(({ position }) => position === '0' || !known.has(position))).toEqual([]);
}

async function signIn(): Promise<string> {
  const { data } = await network.graphql<{ signIn: { authTokens: { accessToken: string } } }>(
    'users',
    'mutation ($input: SignInInput!) { signIn(input: $input) { authTokens { accessToken } } }',
    { variables: { input: { email: DEMO_LOGINS[0]?.email, password: DEMO_LOGINS[0]?.password } } },
  );
  return data?.signIn.authTokens.accessToken ?? '';
}
