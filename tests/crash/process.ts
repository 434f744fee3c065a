import { flushCompileCache } from 'node:module';
import { processEnvironment } from '#platform/config.ts';
import type { AnyDomain } from '#platform/domain.ts';
import type { CrashPoint } from '#platform/event-log/crash-point.ts';
import { readHostConfig } from '#platform/host/config.ts';
import { createHost } from '#platform/host/host.ts';
import { recorderOf } from './recorder.ts';

/** What a crash test says to this process. */
export interface Arm {
  /** Where to stop for good, and wait for the kill. */
  point: CrashPoint;
}

/** What this process says: it has stopped at the point. */
export interface Reached {
  point: CrashPoint;
}

/** A service process as in production (subgraphs/serve.ts), but that it stops where a crash test tells it to. */
let armed: CrashPoint | undefined;
process.on('message', (message: Arm) => {
  armed = message.point;
});
// Whoever would kill this process is gone itself.
process.on('disconnect', () => process.exit());

const environment = processEnvironment();
const name = environment['DOMAINS'];
// The one that this process hosts, rather than all: it is started two hundred times.
const { default: domain } = (await import(`../../subgraphs/${name}/index.ts`)) as { default: AnyDomain };
const domains = [name === 'notifications' ? recorderOf(domain) : domain];
await createHost(readHostConfig(environment, domains), domains, {
  onPoint(point) {
    if (point !== armed) return;
    armed = undefined;
    process.send?.({ point } satisfies Reached);
    return new Promise<void>(() => undefined);
  },
});
// Never at exit, as Node would do it by itself: this process is killed.
flushCompileCache();
