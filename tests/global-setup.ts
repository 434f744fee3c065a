import type { TestProject } from 'vitest/node';
import { assertMomentIsFollowed } from '../scripts/clock/preflight.ts';
import { startTestServices } from '../scripts/test-services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server with the migrated template, for createTestDatabase. */
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

/** One PostgreSQL and one Redis for all test files; each file takes a database of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = await startTestServices();
  await assertMomentIsFollowed(services).catch((error) => services.close().then(() => Promise.reject(error)));
  project.provide('adminUrl', services.adminUrl);
  project.provide('redisUrl', services.redisUrl);
  return () => services.close();
}
