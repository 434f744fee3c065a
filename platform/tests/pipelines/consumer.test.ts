import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, vi } from 'vitest';
import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import { readTelemetryConfig } from '#observability/config.ts';
import { createMetrics, type Metrics } from '#observability/metrics.ts';
import type { Telemetry } from '#observability/running-telemetry.ts';
import { startTelemetry } from '#observability/telemetry.ts';
import { createConsumer } from '#platform/events/consuming/consumer.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import { CONSUMER_PIPELINE, type ConsumerMiddleware } from '#platform/events/consuming/pipeline.ts';
import { createLeases } from '#platform/events/leases.ts';
import { sealEvents } from '#platform/events/seal.ts';
import { createWakeups, type Wakeups } from '#platform/events/wakeups.ts';
import { type OtlpReceiver, startOtlpReceiver } from '#tests/otlp-receiver.ts';
import { PATIENCE } from '#tests/patience.ts';
import { sourcesOf } from '../../events/tests/sources.ts';
import { log, messageSent, openStores, type Stores } from '../../events/tests/stores.ts';
import { describeNeighbours } from './neighbours.ts';

let receiver: OtlpReceiver;
let telemetry: Telemetry;
let wakeups: Wakeups;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  for (const [name, value] of Object.entries(receiver.environment('order'))) vi.stubEnv(name, value);
  telemetry = startTelemetry(readTelemetryConfig() as NonNullable<ReturnType<typeof readTelemetryConfig>>);
  wakeups = createWakeups({ redisUrl: inject('redisUrl'), log });
});
afterAll(async () => {
  await wakeups.close();
  await telemetry.shutdown(1_000);
  await receiver.close();
  vi.unstubAllEnvs();
});

let stores: Stores;
let metrics: Metrics;
beforeEach(async () => {
  stores = await openStores();
  metrics = createMetrics({ process: false });
});
afterEach(() => stores.close());

/** Lets one event through a pipeline, up to where it is loaded again or applied. */
async function consume(pipeline: readonly ConsumerMiddleware[], load: () => Promise<unknown>): Promise<void> {
  let tries = 0;
  const definition: ConsumerDefinition<PrismaClient> = {
    name: 'messages',
    from: 'messaging',
    kinds: ['messaging.message-sent'],
    async load() {
      tries += 1;
      return load();
    },
    apply: async () => undefined,
  };
  await stores.messaging.append(messageSent('c', 'one'));
  await sealEvents(stores.messaging.db.pool);
  const leases = createLeases({ connectionString: stores.notifications.url, domain: 'notifications', log });
  const consumer = createConsumer({
    domain: 'notifications',
    definition,
    db: stores.notifications.db,
    source: sourcesOf('messaging', stores.messaging).events,
    wakeups,
    leases,
    log,
    metrics: metrics.events,
    pollMs: 50,
    pipeline,
  });
  try {
    await vi.waitFor(async () => expect(tries > 1 || (await position()) === 1).toBe(true), PATIENCE);
  } finally {
    await consumer.close();
    await leases.close();
  }
}

async function position(): Promise<number | undefined> {
  const { rows } = await stores.admin.query('SELECT position::int FROM notifications.consumer_positions');
  return rows[0]?.position;
}

describeNeighbours<ConsumerMiddleware>(CONSUMER_PIPELINE, {
  'tracing, measuring: what took long names its trace': {
    inOrder: true,
    async look(pipeline) {
      await consume(pipeline, async () => null);
      return /fitme_consumer_delay_seconds_bucket\{.*# \{trace_id=/.test(await metrics.render());
    },
  },
  'measuring, loading: what cannot be loaded is counted': {
    inOrder: true,
    async look(pipeline) {
      await consume(pipeline, () => Promise.reject(new Error('away')));
      return (await metrics.render()).includes(
        'fitme_consumer_failures_total{domain="notifications",consumer="messages"}',
      );
    },
  },
  'loading, committing: no transaction is open while other domains are asked': {
    inOrder: 0,
    async look(pipeline) {
      let open = Number.NaN;
      await consume(pipeline, async () => {
        const { rows } = await stores.admin.query<{ open: number }>(OPEN_TRANSACTIONS);
        open = rows[0]?.open ?? Number.NaN;
      });
      return open;
    },
  },
});

const OPEN_TRANSACTIONS = `
SELECT count(*)::int AS open FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction'`;
