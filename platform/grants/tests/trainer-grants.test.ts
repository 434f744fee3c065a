import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { PrismaClient as MessagingClient } from '#gen/prisma/messaging/client.ts';
import { PrismaClient as TrainingClient } from '#gen/prisma/training/client.ts';
import { createLogger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import type { Database } from '#platform/db/database.ts';
import { createConsumer } from '#platform/events/consuming/consumer.ts';
import { createLeases } from '#platform/events/leases.ts';
import { createEventLog } from '#platform/events/log.ts';
import { sealEvents } from '#platform/events/seal.ts';
import { serviceCall, sourcesOf } from '#platform/events/tests/sources.ts';
import { createWakeups } from '#platform/events/wakeups.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import { CALL_MS, PATIENCE } from '#tests/patience.ts';
import { refusalOf } from '#tests/refusal.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/test-services.ts';
import { createRelationshipReadHandlers } from '../../../subgraphs/training/rpc/relationship-reads.ts';
import {
  accept,
  type Permission,
  pause,
  resume,
  setPermissions,
} from '../../../subgraphs/training/rules/relationships.ts';
import { createStore, type Store } from '../../../subgraphs/training/store/store.ts';
import { createGrantsConsumer, type GrantChange } from '../grants-consumer.ts';
import { createTrainerGrants, STALE_AFTER_MS, type TrainerGrants } from '../trainer-grants.ts';

const log = createLogger({ level: 'fatal', name: 'test' });
const [trainer, client, stranger] = [uuidv7(), uuidv7(), uuidv7()];

let database: TestDatabase;
let admin: pg.Pool;
let training: Database<TrainingClient>;
let messaging: Database<MessagingClient>;
let store: Store;
let grants: TrainerGrants;
/** The same copy, however old it is. */
let copy: TrainerGrants;
let changes: GrantChange[];
let closers: (() => Promise<void>)[];

beforeEach(async () => {
  database = await createTestDatabase(inject('adminUrl'));
  admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  admin.on('error', () => undefined);
  training = openDomainDatabase(database, 'training', (adapter) => new TrainingClient({ adapter }));
  messaging = openDomainDatabase(database, 'messaging', (adapter) => new MessagingClient({ adapter }));
  store = createStore({ db: training, now: Date.now, newId: uuidv7 });
  grants = createTrainerGrants(messaging);
  copy = createTrainerGrants(messaging, CALL_MS);
  changes = [];
  closers = [];
});

afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await Promise.all([training.close(), messaging.close(), admin.end()]);
  await database.drop();
});

/** Messaging's consumer of training's log, over the real services of training. Returns what stops it. */
function run(): () => Promise<void> {
  const { ListGrants } = createRelationshipReadHandlers(store);
  const listGrants = ({ afterTrainerId = '', afterClientId = '', limit = 0 }) =>
    ListGrants({ afterTrainerId, afterClientId, limit }, serviceCall());
  const leases = createLeases({
    connectionString: database.urls['messaging'] ?? '',
    domain: 'messaging',
    log,
    retryMs: 50,
  });
  const wakeups = createWakeups({ redisUrl: inject('redisUrl'), log });
  const consumer = createConsumer({
    domain: 'messaging',
    definition: createGrantsConsumer<MessagingClient>({
      db: messaging,
      training: { listGrants },
      onChanged: async (_transaction, change) => void changes.push(change),
    }),
    db: messaging,
    source: sourcesOf('training', { eventLog: createEventLog(training) }).events,
    wakeups,
    leases,
    log,
    metrics: createMetrics({ process: false }).events,
  });
  const stop = async () => {
    await consumer.close();
    await leases.close();
    await wakeups.close();
  };
  closers.push(stop);
  return async () => {
    closers.splice(closers.indexOf(stop), 1);
    await stop();
  };
}

const seal = () => sealEvents(training.pool);

/** An active relationship in which the client grants this. */
async function grant(...permissions: Permission[]): Promise<string> {
  const opening = {
    trainerId: trainer,
    clientId: client,
    side: 'REQUESTED' as const,
    message: '',
    permissions,
  };
  const key = { key: uuidv7(), request: {}, admit: async () => undefined };
  const id = await store.relationships.open(opening, key);
  await store.relationships.change(id, trainer, (present) => accept(present, trainer, []));
  await seal();
  return id;
}

function change(id: string, ...permissions: Permission[]): Promise<void> {
  return store.relationships.change(id, client, (present) => setPermissions(present, client, permissions));
}

const seesWorkouts = () => grants.permits(trainer, client, 'WORKOUTS');

async function untilSeesWorkouts(expected: boolean): Promise<void> {
  await vi.waitFor(async () => expect(await seesWorkouts()).toBe(expected), PATIENCE);
}

/** Whether so long has passed since, by the clock that judges how old the copy is. */
async function isPast(sinceSql: string): Promise<boolean> {
  const late = `clock_timestamp() > (${sinceSql}) + ${STALE_AFTER_MS} * interval '1 millisecond' AS late`;
  const { rows } = await admin.query<{ late: boolean }>(`SELECT ${late}`);
  return rows[0]?.late === true;
}

/** Asks until it is refused; whatever is shown before that is shown by a copy that was not old when it was asked for. */
async function untilRefused(): Promise<void> {
  for (;;) {
    const isOld = await isPast('SELECT complete_at FROM messaging.trainer_grants_freshness');
    const refusal = await seesWorkouts().then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal !== null) return expect(refusal).toMatchObject({ code: 'UNAVAILABLE' });
    expect(isOld).toBe(false);
  }
}

it('what a client grants is seen, and what they take back ends within 2 s', async () => {
  run();
  const id = await grant('WORKOUTS', 'DIET');
  await untilSeesWorkouts(true);
  expect(await copy.permits(trainer, client, 'MESSAGES')).toBe(false);
  expect(await copy.permits(stranger, client, 'WORKOUTS')).toBe(false);
  expect(await copy.permits(client, trainer, 'WORKOUTS')).toBe(false);
  expect([...(await copy.permitted(trainer, [stranger, client, trainer], 'DIET'))].sort()).toEqual(
    [trainer, client].sort(),
  );

  await change(id, 'DIET');
  await seal();
  const { rows } = await admin.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  for (;;) {
    const isLate = await isPast(`SELECT '${rows[0]?.now}'::timestamptz`);
    // Refused where the copy has grown old meanwhile.
    const isSeen = await seesWorkouts().catch(() => null);
    if (isSeen === false) break;
    if (isSeen) expect(isLate).toBe(false);
  }
  expect(await copy.permits(trainer, client, 'DIET')).toBe(true);
  expect(changes).toEqual([
    expect.objectContaining({ before: [], after: ['WORKOUTS', 'DIET'] }),
    expect.objectContaining({ before: ['WORKOUTS', 'DIET'], after: ['DIET'] }),
  ]);
});

it('a pause hides everything, until it is resumed', async () => {
  run();
  const id = await grant('WORKOUTS');
  await untilSeesWorkouts(true);
  await store.relationships.change(id, client, (present) => pause(present, client));
  await seal();
  await untilSeesWorkouts(false);
  await store.relationships.change(id, client, (present) => resume(present, client));
  await seal();
  await untilSeesWorkouts(true);
});

describe('failing closed', () => {
  it('a copy that never was made shows nothing, but to everybody what is their own', async () => {
    const refusal = await refusalOf(seesWorkouts());
    expect(refusal).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
    expect(refusal.message).toContain('try again');
    expect(await grants.permits(client, client, 'WORKOUTS')).toBe(true);
    expect(await grants.permitted(client, [], 'WORKOUTS')).toEqual(new Set());
  });

  it('a consumer that stands still refuses within 2 s, and shows again when it goes on', async () => {
    const stop = run();
    await grant('WORKOUTS');
    await untilSeesWorkouts(true);
    await stop();
    await untilRefused();
    run();
    await untilSeesWorkouts(true);
  });

  it('so does a log whose relay stands still with something to tell', async () => {
    run();
    const id = await grant('WORKOUTS');
    await untilSeesWorkouts(true);
    await change(id);
    await untilRefused();
    await seal();
    await untilSeesWorkouts(false);
  });
});

describe('where events are gone', () => {
  it('begins with all that is granted', async () => {
    await grant('WORKOUTS');
    await admin.query('DELETE FROM training.events');
    run();
    await untilSeesWorkouts(true);
  });

  it.each([
    ['dropped unread', 'DELETE FROM training.events'],
    ['of another history', `UPDATE training.log_epoch SET epoch = 'restored'`],
  ])('takes everything anew: events %s', async (_what, loss) => {
    const stop = run();
    const id = await grant('WORKOUTS');
    await untilSeesWorkouts(true);
    await stop();
    await change(id);
    await seal();
    await admin.query(loss);
    run();
    await untilSeesWorkouts(false);
    expect(changes.at(-1)).toMatchObject({ trainerId: trainer, before: ['WORKOUTS'], after: [] });
  });

  it('a copy that was itself restored is not taken for fresh', async () => {
    const stop = run();
    await grant('WORKOUTS');
    await untilSeesWorkouts(true);
    await admin.query('UPDATE messaging.consumer_positions SET position = 0');
    await untilRefused();
    await stop();
  });
});
