import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import pg from 'pg';
import { inject } from 'vitest';
import { createMetrics } from '#observability/metrics.ts';
import type { CrashPoint } from '#platform/event-log/crash-point.ts';
import { createGrpcPeer, type GrpcPeer } from '#platform/grpc/client.ts';
import { createServiceIdentity } from '#platform/tokens/service-identity.ts';
import { type Address, servicesEnvironment } from '../../scripts/environment.ts';
import { createKeys } from '../../scripts/keys.ts';
import { CACHE_DIR } from '../../scripts/paths.ts';
import { createGuard } from '../../scripts/processes/guard.ts';
import { freePort } from '../../scripts/processes/ports.ts';
import { startThrowAwayRedis } from '../../scripts/services/throw-away.ts';
import { createTestDatabase } from '../../scripts/test-services.ts';
import type { Arm, Reached } from './process.ts';
import { RECORDED_TABLE } from './recorder.ts';

const DOMAINS = ['users', 'messaging', 'notifications'] as const;
export type DomainName = (typeof DOMAINS)[number];

const PROGRAM = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Some 200 starts are quicker with the compiled code of the first one. Outages are what the test is about: no logs. */
const settings = {
  NODE_COMPILE_CACHE: join(CACHE_DIR, 'compiled'),
  LOG_LEVEL: 'fatal',
  // People do not give up, and on a busy machine every sign-up that came too late would count.
  USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR: '1000000',
};

/** A process a domain, which are killed, and a database and a Redis, which stay. */
export interface CrashWorld {
  redisUrl: string;
  /** The database as its administrator. */
  admin: pg.Pool;
  /** The connection to a domain, under the gateway's own name. */
  peer(name: DomainName): GrpcPeer;
  /**
   * Has a process stop when it next comes to the point. The promise of `reached` resolves when it has; `kill` ends it
   * by SIGKILL and starts it again, and resolves as soon as the new process runs, which is before it answers.
   */
  arm(name: DomainName, point: CrashPoint): { reached: Promise<void>; kill(): Promise<void> };
  flushRedis(): Promise<void>;
  close(): Promise<void>;
}

export async function startCrashWorld(): Promise<CrashWorld> {
  const guard = createGuard();
  const redis = await startThrowAwayRedis(guard);
  const flusher = new Redis(redis.url);
  const database = await createTestDatabase(inject('adminUrl'));
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  admin.on('error', () => undefined);
  await admin.query(RECORDED_TABLE);

  const addresses: Record<string, Address> = {};
  for (const name of DOMAINS) addresses[name] = { httpPort: await freePort(), grpcPort: await freePort() };
  // Messaging asks training what trainers may see: of people who are not trained it needs no answer.
  addresses['training'] = { httpPort: 0, grpcPort: await freePort() };
  const keys = createKeys([...DOMAINS, 'gateway']);
  const network = { databaseUrls: database.urls, redisUrl: redis.url, addresses, keys };
  const { token } = createServiceIdentity({
    role: 'gateway',
    key: keys.services['gateway'] ?? {},
    now: Date.now,
  });
  const metrics = createMetrics({ process: false });
  const peers = new Map(
    DOMAINS.map((name) => {
      const address = `127.0.0.1:${addresses[name]?.grpcPort}`;
      return [name, createGrpcPeer({ name, address, serviceToken: token, metrics })];
    }),
  );

  const running = new Map<DomainName, ChildProcess>();
  function start(name: DomainName): ChildProcess {
    const child = fork(PROGRAM, {
      // Not the flags of the test runner.
      execArgv: [],
      env: { ...servicesEnvironment(network, [name]), ...settings },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    if (child.pid !== undefined) guard.end(child.pid, 'SIGKILL', 0);
    running.set(name, child);
    return child;
  }

  async function end(child: ChildProcess): Promise<void> {
    const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await exited;
    if (child.pid !== undefined) guard.forget(child.pid);
  }

  for (const name of DOMAINS) start(name);
  return {
    redisUrl: redis.url,
    admin,
    peer: (name) => peers.get(name) as GrpcPeer,
    arm(name, point) {
      const child = running.get(name) as ChildProcess;
      const reached = Promise.withResolvers<void>();
      child.on('message', (message: Reached) => {
        if (message.point === point) reached.resolve();
      });
      child.once('exit', (code) => reached.reject(new Error(`${name} ended by itself with code ${code}`)));
      child.send({ point } satisfies Arm);
      return {
        reached: reached.promise,
        async kill() {
          await end(child);
          start(name);
        },
      };
    },
    flushRedis: async () => void (await flusher.flushall()),
    async close() {
      for (const peer of peers.values()) peer.close();
      await Promise.all([...running.values()].map(end));
      await admin.end();
      flusher.disconnect();
      await redis.close();
      await database.drop();
      await guard.close();
    },
  };
}
