import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../../scripts/processes/child.ts';
import { startOurs } from '../contenders.ts';
import { usageAt } from '../measure/usage.ts';
import type { Parts } from '../parts.ts';
import { type System, signUpPeople } from '../system.ts';
import { startConversations } from './conversations.ts';
import { untilRunning } from './measure.ts';
import type { Commit, Committed, FromSteadyClients, Tally, ToSteadyClients } from './messages.ts';

export interface SteadySizes {
  topics: number;
  subscribersEach: number;
  /** Is the rate of the long run. */
  perSecond: number;
  seconds: number;
  /** Tried one after the other. */
  rates: readonly number[];
  secondsEach: number;
  clientProcesses: number;
}

/** Says what became of events that were committed at a rate. */
export interface SteadyRow {
  perSecond: number;
  /** Is the rate that the database took. */
  committedPerSecond: number;
  seconds: number;
  deliveries: number;
  lost: number;
  twice: number;
  /** From append to the subscriber, milliseconds. */
  p50: number;
  p99: number;
  /** Is the gateway's CPU time for one delivery. */
  cpuMicroseconds: number;
  /**
   * Is the CPU time of the services' process for one event: sealing, reading for gateways, and what other domains'
   * consumers read.
   */
  servicesCpuMicroseconds: number;
}

export interface SteadyFigures {
  topics: number;
  subscribers: number;
  long: SteadyRow;
  rates: SteadyRow[];
  faults: readonly string[];
}

const QUERY =
  'subscription Events($id: ID!) { conversationEvents(conversationId: $id) { cursor kind occurredAt } }';
/** A rate holds whose p99 is below this, milliseconds, of which nothing is lost, and which was committed. */
export const HOLDS_BELOW_MS = 100;
/** Events may still come for this long after the last commit, milliseconds. */
const ARRIVES_WITHIN_MS = 5_000;

/** Measures one gateway with events of many topics, committed at a rate, through log and relay. */
export async function measureSteady(
  parts: Parts,
  system: System,
  sizes: SteadySizes,
): Promise<SteadyFigures> {
  const gateway = await startOurs(parts, system, {});
  const people = await signUpPeople(gateway.origin);
  const conversationIds = await startConversations(parts, system, { people, count: sizes.topics });
  const faults: string[] = [];
  const subscribed = conversationIds.flatMap((id) => Array.from({ length: sizes.subscribersEach }, () => id));
  const clients = await openClients(parts, sizes.clientProcesses, faults);
  const tokens = people.map(({ token }) => token);
  const url = `${gateway.origin.replace('http', 'ws')}/graphql`;
  await clients.open((index) => ({
    url,
    tokens,
    query: QUERY,
    conversationIds: subscribed.filter((_, place) => place % sizes.clientProcesses === index),
  }));
  await untilRunning(gateway, subscribed.length);
  const commit = await startCommitter(parts, system);

  async function cpuNow() {
    const [ours, services] = await Promise.all([usageAt(gateway.probePort), usageAt(system.probePort)]);
    return { gatewayMs: ours.cpuMs, servicesMs: services.cpuMs };
  }

  async function run(perSecond: number, seconds: number): Promise<SteadyRow> {
    const wanted = perSecond * seconds * sizes.subscribersEach;
    clients.begin();
    const before = await cpuNow();
    const committed = await commit({ conversationIds, perSecond, seconds });
    const tally = await clients.tallyOf(wanted);
    const after = await cpuNow();
    return {
      perSecond,
      committedPerSecond: committed.events / committed.seconds,
      seconds,
      deliveries: tally.received,
      lost: wanted - tally.received + tally.twice,
      twice: tally.twice,
      p50: quantile(tally, 0.5),
      p99: quantile(tally, 0.99),
      cpuMicroseconds: ((after.gatewayMs - before.gatewayMs) * 1_000) / Math.max(1, tally.received),
      servicesCpuMicroseconds: ((after.servicesMs - before.servicesMs) * 1_000) / committed.events,
    };
  }

  // Plans, connections and compiled code are made with the first events.
  await run(Math.min(200, sizes.perSecond), 5);
  const rates: SteadyRow[] = [];
  for (const rate of sizes.rates) rates.push(await run(rate, sizes.secondsEach));
  const long = await run(sizes.perSecond, sizes.seconds);
  return { topics: sizes.topics, subscribers: subscribed.length, long, rates, faults };
}

/** Returns whether the gateway, and what stands behind it, can keep up with a rate for long. */
export function holds({ perSecond, committedPerSecond, lost, twice, p99 }: SteadyRow): boolean {
  return lost === 0 && twice === 0 && p99 < HOLDS_BELOW_MS && committedPerSecond > 0.97 * perSecond;
}

async function startCommitter(
  parts: Parts,
  { network }: System,
): Promise<(commit: Commit) => Promise<Committed>> {
  const args = [pathOf('committer.ts'), network.databaseUrls['messaging'] ?? '', network.redisUrl];
  const child = await startProcess(parts, args);
  return async (commit) => {
    child.process.send(commit);
    const failed = child.exited.then(() => {
      throw new Error('The process that commits events ended: it said why above.');
    });
    const [committed] = await Promise.race([once(child.process, 'message'), failed]);
    return committed as Committed;
  };
}

async function openClients(parts: Parts, processes: number, faults: string[]) {
  const children: Child[] = [];
  for (let index = 0; index < processes; index += 1)
    children.push(await startProcess(parts, [pathOf('steady-clients.ts')]));

  async function ask<Answer>(
    child: Child,
    message: ToSteadyClients,
    read: (answer: FromSteadyClients) => Answer | null,
  ) {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const take = (answer: FromSteadyClients) => {
      const wanted = read(answer);
      if (wanted !== null) resolve(wanted);
    };
    child.process.on('message', take);
    child.process.send(message);
    const answer = await promise;
    child.process.off('message', take);
    return answer;
  }

  for (const { process: client } of children)
    client.on('message', (message: FromSteadyClients) => {
      if ('fault' in message) faults.push(message.fault);
    });
  const tally = async () =>
    merge(
      await Promise.all(
        children.map((child) => ask(child, 'report', (answer) => ('tally' in answer ? answer.tally : null))),
      ),
    );
  return {
    async open(shareOf: (index: number) => Extract<ToSteadyClients, object>['open']) {
      const isOpen = (answer: FromSteadyClients) => ('opened' in answer ? true : null);
      await Promise.all(children.map((child, index) => ask(child, { open: shareOf(index) }, isOpen)));
    },
    begin() {
      for (const { process: client } of children) client.send('begin' satisfies ToSteadyClients);
    },
    /** Resolves when so many have come, or no more will. */
    async tallyOf(wanted: number): Promise<Tally> {
      const late = Date.now() + ARRIVES_WITHIN_MS;
      let all = await tally();
      while (all.received < wanted && Date.now() < late) {
        await sleep(200);
        all = await tally();
      }
      return all;
    },
  };
}

async function startProcess(parts: Parts, args: string[]): Promise<Child> {
  const child = await startChild({
    guard: parts.guard,
    command: process.execPath,
    args,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, LOG_LEVEL: 'warn' },
  });
  parts.keep({ close: () => child.stop() });
  return child;
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function merge(tallies: readonly Tally[]): Tally {
  const sum = (read: (tally: Tally) => number) => tallies.reduce((all, tally) => all + read(tally), 0);
  return {
    received: sum(({ received }) => received),
    lost: sum(({ lost }) => lost),
    twice: sum(({ twice }) => twice),
    delays: tallies[0]?.delays.map((_, delay) => sum(({ delays }) => delays[delay] ?? 0)) ?? [],
  };
}

function quantile({ received, delays }: Tally, share: number): number {
  let seen = 0;
  for (const [delay, count] of delays.entries()) {
    seen += count;
    if (seen >= share * received) return delay;
  }
  return delays.length;
}
