import type { Redis } from 'ioredis';
import { createCloser } from '../closer.ts';
import { createDatabase, type Database } from '../db/database.ts';
import type { AnyDomain, Domain } from '../domain.ts';
import type { OnCrashPoint } from '../event-log/crash-point.ts';
import { createConsumer } from '../events/consuming/consumer.ts';
import { eventLogService } from '../events/event-log-service.ts';
import { createLeases } from '../events/leases.ts';
import type { HostedLog } from '../events/live-source.ts';
import { createEventLog } from '../events/log.ts';
import { createRelay } from '../events/relay.ts';
import { maintenanceJobs } from '../events/retention.ts';
import type { Wakeups } from '../events/wakeups.ts';
import type { ServiceClient } from '../grpc/client.ts';
import type { ServiceName } from '../grpc/contract.ts';
import { createJobs } from '../jobs/jobs.ts';
import type { PipelineParts } from '../service/middleware.ts';
import { createService } from '../service/service.ts';
import type { HostConfig } from './config.ts';

/** A hosted domain, with what runs behind it. */
export interface OpenDomain extends HostedLog {
  name: string;
  domain: Domain;
  db: Database<unknown>;
  /** Starts the relay, the consumers and the jobs. */
  startBackground(): Promise<void>;
  /** Ends the consumers and the jobs: they ask other domains, of which each must still be there for the others. */
  stopConsuming(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenDomainParts {
  config: HostConfig;
  parts: PipelineParts;
  redis: Redis;
  wakeups: Wakeups;
  grantsStaleAfterMs?: number | undefined;
  onPoint?: OnCrashPoint | undefined;
  ownUrl(): string;
  /** A service of another domain, called as this one. */
  client<Definition>(domain: string, service: ServiceName<Definition>): ServiceClient<Definition>;
}

/** Opens a domain's storage and the domain on it. Nothing runs yet. */
export function openDomain(
  definition: AnyDomain,
  { config, parts, redis, wakeups, grantsStaleAfterMs, onPoint, ownUrl, client }: OpenDomainParts,
): OpenDomain {
  const { name } = definition;
  const url = config.database.urls[name] ?? '';
  const log = parts.log.child({ domain: name });
  const closer = createCloser(log);
  const consuming = createCloser(log);
  let wakeRelay: () => void = () => undefined;
  const db: Database<unknown> = createDatabase({
    url,
    domain: name,
    poolSize: config.database.poolSize,
    statementTimeoutMs: config.database.statementTimeoutMs,
    createPrisma: definition.createPrisma,
    newId: parts.newId,
    onAppended: () => wakeRelay(),
    onPoint,
  });
  closer.add('database', () => db.close());
  const domain: Domain = definition.open({
    db,
    config: config.own[name],
    log,
    redis,
    now: parts.now,
    newId: parts.newId,
    grantsStaleAfterMs,
    ownUrl,
    client,
    service: (service, handlers, requests) =>
      createService({ domain: name, name: service, handlers, requests, parts }),
  });
  closer.add('domain', () => domain.close?.());

  return {
    name,
    domain,
    db,
    topics: domain.topics,
    eventLog: createEventLog(db),
    close: closer.close,
    stopConsuming: consuming.close,
    async startBackground() {
      const leases = createLeases({ connectionString: url, domain: name, log });
      closer.add('leases', () => leases.close());
      const relay = createRelay({
        domain: name,
        leases,
        wakeups,
        log,
        metrics: parts.metrics.events,
        topicsOf: domain.wakes,
        onPoint,
      });
      closer.add('relay', () => relay.close());
      wakeRelay = () => relay.wake();
      closer.add('consumers', consuming.close);
      for (const consumer of domain.consumers) {
        const source = client(consumer.from, eventLogService);
        const running = createConsumer({
          definition: consumer,
          domain: name,
          db,
          leases,
          source,
          wakeups,
          log,
          metrics: parts.metrics.events,
          onPoint,
        });
        consuming.add(consumer.name, () => running.close());
      }
      const jobs = [...maintenanceJobs(db), ...domain.jobs];
      const schedule = await createJobs({ connectionString: url, schema: `${name}_jobs`, jobs, log });
      consuming.add('jobs', () => schedule.close());
    },
  };
}
