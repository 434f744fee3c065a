import { setTimeout as sleep } from 'node:timers/promises';
import type { Coverage } from './files-run/coverage.ts';
import { startCountedSystem } from './files-run/system.ts';
import { describeTree, linesOf, median } from './files-run/tree.ts';
import { runMain } from './terminal.ts';

/** What is done once before it is counted: plans, connections and caches are made then. */
const WARM_UPS = 20;
/** A file counts that runs every time: what runs by the clock (heartbeats, sweeps, jobs) falls into some of them only. */
const TRIES = 10;
/** For what the try before has left to be done. */
const QUIET_MS = 300;
/** Telemetry and log run with everything: the others are counted apart from them, too. */
const TELEMETRY = 'observability/';

/**
 * `npm run files-run`: how many of the project's files one message and one delivery go through, and how the tree of its files
 * stands. `-- --tree` leaves the first part out, which takes a minute.
 */
await runMain(async () => {
  if (!process.argv.includes('--tree')) await countFilesRun();
  console.log(describeTree().join('\n'));
});

async function countFilesRun(): Promise<void> {
  const system = await startCountedSystem();
  try {
    const { gateway, services, sendMessage, subscribe, deliverEvent } = system;
    let messageId = '';
    for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) messageId = await sendMessage();
    const message = await count(system, sendMessage);
    report('One warm sendMessage', message);

    await subscribe();
    const deliver = () => deliverEvent(messageId);
    for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) await deliver();
    report(
      'One event, from the log of its domain to one socket',
      await count({ gateway, services }, deliver),
    );
  } finally {
    await system.close();
  }
}

interface Processes<Value> {
  gateway: Value;
  services: Value;
}

/** The files that run whenever `work` is done, without those that run as reliably when nothing is. */
async function count(
  processes: Processes<Coverage>,
  work: () => Promise<unknown>,
): Promise<Processes<string[]>> {
  const names = ['gateway', 'services'] as const;
  const busy: Processes<ReadonlySet<string>[]> = { gateway: [], services: [] };
  const idle: Processes<ReadonlySet<string>[]> = { gateway: [], services: [] };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await sleep(QUIET_MS);
    await takeBoth(processes);
    const began = performance.now();
    await work();
    const ran = await takeBoth(processes);
    const tookMs = performance.now() - began;
    await sleep(QUIET_MS);
    await takeBoth(processes);
    await sleep(tookMs);
    const ranIdle = await takeBoth(processes);
    for (const name of names) {
      busy[name].push(ran[name]);
      idle[name].push(ranIdle[name]);
    }
  }
  const counted = (name: keyof Processes<unknown>) => {
    const always = inAll(idle[name]);
    return [...inAll(busy[name])].filter((path) => !always.has(path)).sort();
  };
  return { gateway: counted('gateway'), services: counted('services') };
}

function inAll(tries: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...others] = tries;
  return new Set([...first].filter((path) => others.every((ran) => ran.has(path))));
}

async function takeBoth({ gateway, services }: Processes<Coverage>): Promise<Processes<ReadonlySet<string>>> {
  const [ofGateway, ofServices] = await Promise.all([gateway.take(), services.take()]);
  return { gateway: ofGateway, services: ofServices };
}

function report(title: string, { gateway, services }: Processes<string[]>): void {
  const all = [...new Set([...gateway, ...services])].sort();
  const lines = all.map(linesOf).sort((a, b) => a - b);
  const counts = (paths: readonly string[]) =>
    `${paths.length} (${paths.filter((path) => !path.startsWith(TELEMETRY)).length} without ${TELEMETRY})`;
  console.log(
    `${title}: ${counts(all)} files, in the gateway ${counts(gateway)}, in the services ${counts(services)}; ` +
      `median ${median(lines)} lines, longest ${lines.at(-1)}`,
  );
  for (const path of all) {
    const where = `${gateway.includes(path) ? 'G' : ' '}${services.includes(path) ? 'S' : ' '}`;
    console.log(`  ${where} ${String(linesOf(path)).padStart(4)} ${path}`);
  }
}
