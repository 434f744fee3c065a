import { setTimeout as pause } from 'node:timers/promises';
import { DOMAINS, type ProcessName } from '../e2e/network.ts';
import type { ChaosWorld } from './world.ts';

/** Something that goes wrong, and is over when the promise resolves. */
interface Disturbance {
  name: string;
  happen(world: ChaosWorld): Promise<void>;
}

/** How long what is away stays away, milliseconds. */
const OUTAGE_MS = 1_000;

export const DISTURBANCES: readonly Disturbance[] = [
  ...DOMAINS.map(killed),
  killed('gateway'),
  {
    name: 'the gateway restarted in order',
    async happen({ network }) {
      await network.stop('gateway');
      await network.start('gateway');
    },
  },
  {
    name: 'Redis killed',
    async happen({ redis }) {
      await redis.stop();
      await pause(OUTAGE_MS);
      await redis.start();
    },
  },
  {
    name: 'Redis frozen',
    async happen(world) {
      const thaw = await world.freezeRedis();
      await pause(OUTAGE_MS * 3);
      thaw();
    },
  },
  {
    name: 'Redis behind a partition of which nobody tells',
    async happen({ wayToRedis }) {
      wayToRedis.isolate();
      await pause(OUTAGE_MS * 3);
      wayToRedis.restore();
    },
  },
  {
    name: 'Redis flushed',
    async happen(world) {
      for (let nth = 0; nth < 5; nth += 1) {
        await world.flushRedis();
        await pause(OUTAGE_MS / 10);
      }
    },
  },
  { name: 'PostgreSQL restarted', happen: (world) => world.restartPostgres() },
];

function killed(name: ProcessName): Disturbance {
  return {
    name: `${name} killed`,
    async happen({ network }) {
      await network.kill(name);
      await pause(OUTAGE_MS);
      await network.start(name);
    },
  };
}
