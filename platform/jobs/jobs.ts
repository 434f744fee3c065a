import { PgBoss } from 'pg-boss';
import type { Logger } from '#observability/logger.ts';
import { withSpan, withUnsampledTrace } from '#observability/tracing.ts';

/** Work by the clock, run by one process at a time. */
export interface JobDefinition {
  name: string;
  /** Five fields, UTC. */
  cron: string;
  run(signal: AbortSignal): Promise<void>;
}

export interface JobsOptions {
  /** The domain's own URL. */
  connectionString: string;
  /** The schema of the job library's tables, which it makes itself: "<domain>_jobs". The domain's role owns it. */
  schema: string;
  jobs: readonly JobDefinition[];
  log: Logger;
  /** How often a process looks whether a job is due, seconds. 30 where left out. */
  pollSeconds?: number;
}

/** A domain's jobs, running by the clock. */
export interface Jobs {
  /** Has a job run soon, whatever the clock says; does nothing where it waits or runs already. */
  runNow(name: string): Promise<void>;
  /** Starts nothing more, tells what runs to stop, and waits for it at most `deadlineMs` (2,000). */
  close(deadlineMs?: number): Promise<void>;
}

/** A job that takes longer is aborted, and counts as failed. */
const LONGEST_RUN_SECONDS = 15 * 60;

/**
 * Runs jobs on pg-boss: of all processes that host the domain, one runs a job at a time, within about a minute of when it
 * is due. A run that fails is tried again twice; the next run by the clock comes in any case.
 */
export async function createJobs(options: JobsOptions): Promise<Jobs> {
  const { connectionString, schema, jobs, log, pollSeconds = 30 } = options;
  const stopping = new AbortController();
  const boss = new PgBoss({
    connectionString,
    schema,
    // The role may not make schemas; migrations made this one.
    createSchema: false,
    max: 2,
    application_name: `fitme-${schema}`,
    // Nobody else writes to these queues, so everything may be looked at seldom.
    cronMonitorIntervalSeconds: Math.min(pollSeconds, 45),
    cronWorkerIntervalSeconds: Math.min(pollSeconds, 45),
    flowIntervalSeconds: 24 * 60 * 60,
    bamIntervalSeconds: 10 * 60,
    superviseIntervalSeconds: 5 * 60,
    registerInstance: false,
  });
  boss.on('error', (err) => log.warn({ err }, 'the job library met an error'));
  const workers = new Map<string, string>();
  await withUnsampledTrace(start);

  async function start(): Promise<void> {
    await boss.start();
    const schedules = await boss.getSchedules();
    for (const { name } of schedules) {
      // A job that the code no longer knows would pile up unheard.
      if (!jobs.some((job) => job.name === name)) await boss.unschedule(name);
    }
    for (const job of jobs) {
      await boss.createQueue(job.name, {
        policy: 'exclusive',
        retryLimit: 2,
        retryDelay: 60,
        expireInSeconds: LONGEST_RUN_SECONDS,
      });
      const known = schedules.find(({ name }) => name === job.name);
      if (known?.cron !== job.cron) await boss.schedule(job.name, job.cron, null, { tz: 'UTC' });
      const worker = await boss.work(job.name, { pollingIntervalSeconds: pollSeconds }, async ([due]) => {
        if (due !== undefined) await run(job, AbortSignal.any([due.signal, stopping.signal]));
      });
      workers.set(job.name, worker);
    }
  }

  async function run(job: JobDefinition, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    try {
      await withSpan('run job', { root: true, attributes: { 'fitme.job.name': job.name } }, () =>
        job.run(signal),
      );
    } catch (err) {
      log.error({ err, job: job.name }, 'a job failed');
      throw err;
    }
    log.info({ job: job.name, durationMs: Math.round(performance.now() - started) }, 'a job ran');
  }

  return {
    async runNow(name) {
      const worker = workers.get(name);
      if (worker === undefined) throw new Error(`There is no job ${name}`);
      await boss.send(name);
      boss.notifyWorker(worker);
    },
    async close(deadlineMs = 2_000) {
      stopping.abort();
      await boss.stop({ graceful: true, timeout: deadlineMs });
    },
  };
}
