/**
 * `npm run soak [-- --minutes 30]`: our gateway and services under mixed load, in shifts of five minutes. After each one
 * everybody leaves, and what is left of the memory is measured: from the first shift on it stays as it is, or something
 * leaks. Ends with exit code 1 where something failed or was lost.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { createStopSignal } from '../scripts/processes/lifetime.ts';
import { runMain, SetupError, step } from '../scripts/terminal.ts';
import { type Contender, startOurs } from './contenders.ts';
import { startFleet } from './live/fleet.ts';
import { untilRunning } from './live/measure.ts';
import { askOnce } from './measure/load.ts';
import { usageAt } from './measure/usage.ts';
import { OVERVIEW } from './operations.ts';
import { openParts, type Parts } from './parts.ts';
import {
  fillOverview,
  type Person,
  type System,
  sendMessage,
  signUpPeople,
  startGroup,
  startSystem,
} from './system.ts';

const SHIFT_MINUTES = 5;
const SUBSCRIBERS = 300;
const EVENTS = /* GraphQL */ `
  subscription Events($id: ID!) {
    conversationEvents(conversationId: $id) { cursor kind message { body sender { id name } } }
  }
`;
const MIB = 1024 * 1024;
/** Full within the first shift: a cache that still fills looks like a leak. */
const PLAN_CACHE_BYTES = 16 * MIB;

const HEAD = [
  '| minute | queries | new documents | messages | deliveries | vanished | faults | gateway heap MiB | gateway resident MiB | services heap MiB |',
  `|${' ---: |'.repeat(10)}`,
].join('\n');

/** Says what one shift did, and what memory it left. */
interface Shift {
  queries: number;
  /** Documents that nobody had sent before. */
  newDocuments: number;
  messages: number;
  deliveries: number;
  /** Sockets that came, subscribed and went without a word. */
  vanished: number;
  faults: string[];
  /** Is JavaScript's memory after garbage collection, when all have left. */
  gatewayHeapBytes: number;
  gatewayResidentBytes: number;
  servicesHeapBytes: number;
}

await runMain(async () => {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
  const shifts = Math.ceil(Number(values.minutes) / SHIFT_MINUTES);
  if (!(shifts > 0)) throw new SetupError('--minutes takes a number of minutes');
  const stopSignal = createStopSignal();
  const parts = openParts();
  try {
    const system = await step('Databases and services', () => startSystem(parts));
    const gateway = await step('The gateway', () =>
      startOurs(parts, system, { planCacheBytes: PLAN_CACHE_BYTES }),
    );
    const done: Shift[] = [];
    console.log(HEAD);
    while (done.length < shifts && !stopSignal.aborted) {
      const shift = await work(parts, { system, gateway, stopSignal });
      done.push(shift);
      console.log(rowOf(done.length * SHIFT_MINUTES, shift));
    }
    const faults = done.flatMap((shift) => shift.faults);
    const growth = (done.at(-1)?.gatewayHeapBytes ?? 0) / (done[0]?.gatewayHeapBytes ?? 1) - 1;
    console.log(`\nThe gateway's heap changed by ${(growth * 100).toFixed(1)} % since the first shift.`);
    console.log(faults.length === 0 ? 'Nothing failed, nothing was lost.' : faults.slice(0, 10).join('\n'));
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await parts.close();
  }
});

async function work(
  parts: Parts,
  { system, gateway, stopSignal }: { system: System; gateway: Contender; stopSignal: AbortSignal },
): Promise<Shift> {
  const { origin } = gateway;
  // Others every time: tokens end.
  const people = await signUpPeople(origin);
  await fillOverview(origin, people);
  const conversationId = await startGroup(origin, people);
  const [{ token }] = people;
  const url = `${origin.replace('http', 'ws')}/graphql`;
  const fleet = await startFleet(parts, 2);
  await fleet.open({
    url,
    tokens: people.map((person) => person.token),
    query: EVENTS,
    conversationId,
    sockets: SUBSCRIBERS,
  });
  const shift = {
    queries: 0,
    newDocuments: 0,
    messages: 0,
    deliveries: 0,
    vanished: 0,
    faults: [] as string[],
  };
  const until = Date.now() + SHIFT_MINUTES * 60_000;

  /** Does it again and again, and keeps what went wrong. */
  async function repeat(everyMs: number, once: () => Promise<void>): Promise<void> {
    while (Date.now() < until && !stopSignal.aborted) {
      await once().catch((error: unknown) => void shift.faults.push(String(error)));
      await pause(everyMs);
    }
  }

  await Promise.all([
    ...Array.from({ length: 4 }, () =>
      repeat(50, async () => {
        await askOnce({ origin, token, query: OVERVIEW });
        shift.queries += 1;
      }),
    ),
    repeat(50, async () => {
      shift.newDocuments += 1;
      await askOnce({ origin, token, query: `{ viewer { new${Date.now()}_${shift.newDocuments}: id } }` });
    }),
    repeat(250, async () => {
      const arrival = fleet.arrival(SUBSCRIBERS);
      await sendMessage(origin, people[0], conversationId, `Message ${shift.messages}`);
      const { sockets } = await arrival;
      shift.messages += 1;
      shift.deliveries += sockets;
      if (sockets !== SUBSCRIBERS) shift.faults.push(`${SUBSCRIBERS - sockets} did not get a message`);
    }),
    repeat(500, async () => {
      await vanish(url, people[1], conversationId);
      shift.vanished += 1;
    }),
  ]);
  shift.faults.push(...fleet.faults);
  await fleet.close();
  await untilRunning(gateway, 0);
  const left = await usageAt(gateway.probePort, 'collected');
  return {
    ...shift,
    gatewayHeapBytes: left.heapBytes,
    gatewayResidentBytes: left.rssBytes,
    servicesHeapBytes: (await usageAt(system.probePort, 'collected')).heapBytes,
  };
}

/** Subscribes, and is gone. */
function vanish(url: string, person: Person | undefined, id: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.on('error', reject);
  socket.on('open', () =>
    send({ type: 'connection_init', payload: { Authorization: `Bearer ${person?.token}` } }),
  );
  socket.on('message', (data) => {
    if (!String(data).includes('connection_ack')) return;
    send({ id: '1', type: 'subscribe', payload: { query: EVENTS, variables: { id } } });
    setImmediate(() => {
      socket.terminate();
      resolve();
    });
  });
  return promise;
}

function rowOf(minute: number, shift: Shift): string {
  const { queries, newDocuments, messages, deliveries, vanished, faults } = shift;
  const memory = [shift.gatewayHeapBytes, shift.gatewayResidentBytes, shift.servicesHeapBytes];
  const cells = [minute, queries, newDocuments, messages, deliveries, vanished, faults.length];
  return `| ${[...cells, ...memory.map((bytes) => (bytes / MIB).toFixed(1))].join(' | ')} |`;
}
