import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { createMetrics, type Metrics } from '#observability/metrics.ts';
import { PATIENCE } from '#tests/patience.ts';
import { createConsumer } from '../consuming/consumer.ts';
import { createLeases } from '../leases.ts';
import { readLogState } from '../log-state.ts';
import { createRelay } from '../relay.ts';
import { sealEvents } from '../seal.ts';
import { createWakeups, type Wakeups } from '../wakeups.ts';
import { sourcesOf } from './sources.ts';
import { log, messageSent, openStores, type Stores } from './stores.ts';

let stores: Stores;
let wakeups: Wakeups;
let metrics: Metrics;
let closers: (() => Promise<void>)[];
beforeEach(async () => {
  stores = await openStores();
  wakeups = createWakeups({ redisUrl: inject('redisUrl'), log });
  metrics = createMetrics({ process: false });
  metrics.events.watchLogs(async () => [await readLogState('messaging', stores.messaging.db)]);
  closers = [() => stores.close(), () => wakeups.close()];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

/** The value of a series, by its name with its labels; undefined where there is none. */
async function seriesValue(series: string): Promise<number | undefined> {
  const line = (await metrics.render()).split('\n').find((text) => text.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('events wait in the gauges until the relay has sealed them, and count by their kind then', async () => {
  await stores.messaging.append(messageSent('c', 'one'), messageSent('c', 'two'));
  expect(await seriesValue('fitme_log_unsealed_events{domain="messaging"}')).toBe(2);
  expect(await seriesValue('fitme_log_waiting_seconds{domain="messaging"}')).toBeGreaterThan(0);
  expect(await seriesValue('fitme_log_size_bytes{domain="messaging"}')).toBeGreaterThan(0);

  const leases = createLeases({ connectionString: stores.messaging.url, domain: 'messaging', log });
  const relay = createRelay({ domain: 'messaging', leases, wakeups, log, metrics: metrics.events });
  closers.push(
    () => leases.close(),
    () => relay.close(),
  );

  const sent = 'fitme_log_events_total{domain="messaging",kind="messaging.message-sent"}';
  await vi.waitFor(async () => expect(await seriesValue(sent)).toBe(2), PATIENCE);
  expect(await seriesValue('fitme_log_seal_delay_seconds_count{domain="messaging"}')).toBe(2);
  expect(await seriesValue('fitme_log_unsealed_events{domain="messaging"}')).toBe(0);
  expect(await seriesValue('fitme_log_waiting_seconds{domain="messaging"}')).toBe(0);
});

test('a consumer tells how far it is behind, and what it applied, for as long as it is the one that reads', async () => {
  const leases = createLeases({ connectionString: stores.notifications.url, domain: 'notifications', log });
  const stuck = Promise.withResolvers<void>();
  const consumer = createConsumer({
    domain: 'notifications',
    definition: {
      name: 'messages',
      from: 'messaging',
      kinds: ['messaging.message-sent'],
      load: () => stuck.promise,
      apply: async () => undefined,
    },
    db: stores.notifications.db,
    source: sourcesOf('messaging', stores.messaging).events,
    wakeups,
    leases,
    log,
    metrics: metrics.events,
    pollMs: 50,
  });
  closers.push(
    () => leases.close(),
    () => consumer.close(),
  );
  await stores.messaging.append(messageSent('c', 'one'), messageSent('c', 'two'));
  await sealEvents(stores.messaging.db.pool);

  const labels = '{domain="notifications",consumer="messages"}';
  const backlog = `fitme_consumer_backlog_events${labels}`;
  await vi.waitFor(async () => expect(await seriesValue(backlog)).toBe(2), PATIENCE);
  stuck.resolve();
  await vi.waitFor(async () => expect(await seriesValue(backlog)).toBe(0), PATIENCE);
  expect(await seriesValue(`fitme_consumer_delay_seconds_count${labels}`)).toBe(2);
  await consumer.close();
  expect(await seriesValue(backlog)).toBeUndefined();
});
