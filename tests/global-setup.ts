import type { TestProject } from 'vitest/node';
import { assertMomentIsFollowed } from '../scripts/clock/preflight.ts';
import { startTestServices, type TestServices } from '../scripts/test-services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server with the migrated template, for createTestDatabase; tests of the project "unit" are given none, and no Redis. */
    adminUrl: string;
    redisUrl: string;
    /** Which engine the gateways of the tests run; ENGINE in the environment. */
    engine: string;
    /** How often each disturbance of the chaos tests comes; CHAOS_ROUNDS in the environment. */
    chaosRounds: number;
    /** How often starts and migrations are killed; KILL_ROUNDS in the environment. */
    killRounds: number;
  }
}

interface Sharing {
  services: TestServices;
  /** Projects of the run whose tests use them. */
  users: number;
}

let sharing: Sharing | undefined;

/** One PostgreSQL and one Redis for all test files of a run that need them; each file takes a database of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Vitest sets up one project after the other, all of them in this process.
  sharing ??= { services: await start(), users: 0 };
  const { services } = sharing;
  sharing.users++;
  project.provide('adminUrl', services.adminUrl);
  project.provide('redisUrl', services.redisUrl);
  return async () => {
    if (sharing && --sharing.users > 0) return;
    sharing = undefined;
    await services.close();
  };
}

async function start(): Promise<TestServices> {
  const services = await startTestServices();
  await assertMomentIsFollowed(services).catch((error) => services.close().then(() => Promise.reject(error)));
  return services;
}
