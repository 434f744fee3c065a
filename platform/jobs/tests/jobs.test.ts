import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import type { JobDefinition } from '#platform/jobs/jobs.ts';
import { PATIENCE } from '#tests/patience.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/test-services.ts';
import { createJobs, type Jobs } from '../jobs.ts';

const log = createLogger({ level: 'fatal', name: 'test' });
let database: TestDatabase;
let admin: pg.Pool;
let open: Jobs[];
beforeEach(async () => {
  database = await createTestDatabase(inject('adminUrl'));
  admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 });
  admin.on('error', () => undefined);
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((jobs) => jobs.close()));
  await admin.end();
  await database.drop();
});

/** The jobs of one process, under the role of the domain. */
async function start(...jobs: JobDefinition[]): Promise<Jobs> {
  const connectionString = database.urls['messaging'] ?? '';
  const running = await createJobs({
    connectionString,
    schema: 'messaging_jobs',
    jobs,
    log,
    pollSeconds: 1,
  });
  open.push(running);
  return running;
}

const yearly = '0 0 1 1 *';

test('a job runs by the clock', async () => {
  const run = vi.fn(async () => undefined);
  await start({ name: 'minutely', cron: '* * * * *', run });
  await vi.waitFor(() => expect(run).toHaveBeenCalled(), { timeout: 150_000, interval: 250 });
});

test('of several processes one runs a job, and one run at a time', async () => {
  let [running, most, runs] = [0, 0, 0];
  const hold = Promise.withResolvers<void>();
  const job: JobDefinition = {
    name: 'alone',
    cron: yearly,
    async run() {
      running += 1;
      runs += 1;
      most = Math.max(most, running);
      await hold.promise;
      running -= 1;
    },
  };
  const first = await start(job);
  const processes = [first, await start(job), await start(job)];
  await first.runNow('alone');
  await vi.waitFor(() => expect(runs).toBe(1), PATIENCE);
  // Asked for again while it runs, by everybody: there is one already.
  await Promise.all(processes.map((jobs) => jobs.runNow('alone')));
  hold.resolve();
  await vi.waitFor(() => expect(running).toBe(0), PATIENCE);
  await vi.waitFor(async () => {
    await first.runNow('alone');
    expect(runs).toBeGreaterThan(1);
  }, PATIENCE);
  expect(most).toBe(1);
});

test('closing tells a running job to stop, waits for it, and leaves no connection', async () => {
  const begun = Promise.withResolvers<void>();
  let ended = false;
  const jobs = await start({
    name: 'patient',
    cron: yearly,
    run: (signal) =>
      new Promise((resolve) => {
        begun.resolve();
        signal.addEventListener('abort', () => {
          ended = true;
          resolve();
        });
      }),
  });
  await jobs.runNow('patient');
  await begun.promise;
  await jobs.close();
  expect(ended).toBe(true);
  await vi.waitFor(async () => {
    const { rows } = await admin.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE application_name = 'fitme-messaging_jobs' AND datname = current_database()`,
    );
    expect(rows[0].n).toBe(0);
  }, PATIENCE);
});

test('closing gives up on a job that does not listen', async () => {
  const begun = Promise.withResolvers<void>();
  const jobs = await start({
    name: 'deaf',
    cron: yearly,
    run: () => {
      begun.resolve();
      return new Promise(() => undefined);
    },
  });
  await jobs.runNow('deaf');
  await begun.promise;
  // It would never end: that this does is what counts.
  await jobs.close(1_000);
});

test('a job that the code no longer has loses its schedule', async () => {
  const run = async () => undefined;
  await (await start({ name: 'old', cron: yearly, run }, { name: 'kept', cron: yearly, run })).close();
  await start({ name: 'kept', cron: '0 1 * * *', run }, { name: 'new', cron: yearly, run });
  const { rows } = await admin.query('SELECT name, cron FROM messaging_jobs.schedule ORDER BY name');
  expect(rows).toEqual([
    { name: 'kept', cron: '0 1 * * *' },
    { name: 'new', cron: yearly },
  ]);
});
