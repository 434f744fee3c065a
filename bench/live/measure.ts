import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Contender, startLivePeer, startOurs } from '../contenders.ts';
import { medianOf } from '../measure/median.ts';
import { usageAt } from '../measure/usage.ts';
import type { Parts } from '../parts.ts';
import { type System, signUpPeople } from '../system.ts';
import { openMessaging } from './conversations.ts';
import { type Fleet, startFleet } from './fleet.ts';

export interface LiveSizes {
  /** Subscribers that hear nothing. */
  idle: number;
  /** Subscribers of the topic that has events. */
  listening: number;
  /** Events, one after the other. */
  events: number;
  clientProcesses: number;
}

/** Says what idle subscribers cost the gateway. */
interface IdleFigures {
  subscribers: number;
  /** From the first socket to the last subscription. */
  openedInSeconds: number;
  /** Growth of JavaScript's heap and what it holds, garbage collected before. */
  heapBytesEach: number;
  /** Growth of the resident set. */
  rssBytesEach: number;
}

/** Says what the delivery of an event to all subscribers of its topic costs. */
interface DeliveryFigures {
  /** Names who delivers. */
  name: string;
  /** Names what is selected. */
  title: string;
  subscribers: number;
  events: number;
  /** Subscribers that did not have the last event after 15 s; then there are no other figures. */
  lost: number;
  /** Gateway CPU a delivery, microseconds: the median event. */
  cpuMicroseconds?: number;
  /** From the call that sends the message to the last subscriber's arrival: the median event, and the slowest. */
  lastAfterMs?: { median: number; max: number };
}

export interface LiveFigures {
  idle: IdleFigures;
  deliveries: DeliveryFigures[];
  faults: readonly string[];
}

const COUNTED_WITHIN_MS = 60_000;

/** Holds what a subscriber asks for. The second needs a completion through the graph: message and sender. */
const SUBSCRIPTIONS = [
  {
    title: 'the event alone',
    query: 'subscription Events($id: ID!) { conversationEvents(conversationId: $id) { cursor kind } }',
  },
  {
    title: 'with message and sender',
    query: /* GraphQL */ `
      subscription Events($id: ID!) {
        conversationEvents(conversationId: $id) { cursor kind message { body sender { id name } } }
      }
    `,
  },
] as const;

/**
 * Measures one gateway of ours, over our own services: the events go through log and relay. The peer's go through Redis
 * alone, and bring what was published.
 */
export async function measureLive(parts: Parts, system: System, sizes: LiveSizes): Promise<LiveFigures> {
  const gateway = await startOurs(parts, system, {});
  const people = await signUpPeople(gateway.origin);
  const messaging = openMessaging(parts, system);
  const tokens = people.map(({ token }) => token);
  const common = { url: socketUrlOf(gateway), tokens };

  const idleFleet = await startFleet(parts, sizes.clientProcesses);
  const [event] = SUBSCRIPTIONS;
  // The gateway loads something for the first subscribers, which is not the memory of a subscriber.
  const quiet = { ...common, query: event.query, conversationId: await messaging.startGroup(people) };
  await idleFleet.open({ ...quiet, sockets: 100 });
  await untilRunning(gateway, 100);
  const before = await usageAt(gateway.probePort, 'collected');
  const began = performance.now();
  await idleFleet.open({ ...quiet, sockets: sizes.idle });
  await untilRunning(gateway, 100 + sizes.idle);
  const openedInSeconds = (performance.now() - began) / 1_000;
  const after = await usageAt(gateway.probePort, 'collected');
  const idle: IdleFigures = {
    subscribers: sizes.idle,
    openedInSeconds,
    heapBytesEach: (after.heapBytes - before.heapBytes) / sizes.idle,
    rssBytesEach: (after.rssBytes - before.rssBytes) / sizes.idle,
  };
  const faults = [...idleFleet.faults];
  await idleFleet.close();
  await untilRunning(gateway, 0);

  const deliveries: DeliveryFigures[] = [];
  for (const { title, query } of SUBSCRIPTIONS) {
    const fleet = await startFleet(parts, sizes.clientProcesses);
    const conversationId = await messaging.startGroup(people);
    await fleet.open({ ...common, query, conversationId, sockets: sizes.listening });
    await untilRunning(gateway, sizes.listening);
    const oneEvent = () => messaging.send(people[0], conversationId, `At ${Date.now()}`);
    const run = { name: gateway.name, title, fleet, probePort: gateway.probePort, oneEvent, sizes };
    deliveries.push(await measureDelivery(run));
    faults.push(...fleet.faults);
    await fleet.close();
    await untilRunning(gateway, 0);
  }
  for (const peer of ['yoga', 'bare'] as const)
    deliveries.push(await measurePeer(parts, system, { peer, tokens, sizes, faults }));
  return { idle, deliveries, faults };
}

async function measurePeer(
  parts: Parts,
  system: System,
  {
    peer: which,
    tokens,
    sizes,
    faults,
  }: { peer: 'yoga' | 'bare'; tokens: readonly string[]; sizes: LiveSizes; faults: string[] },
): Promise<DeliveryFigures> {
  const peer = await startLivePeer(parts, system, which);
  const [{ title, query }] = SUBSCRIPTIONS;
  const fleet = await startFleet(parts, sizes.clientProcesses);
  const redis = new Redis(system.network.redisUrl);
  parts.keep({ close: () => redis.disconnect() });
  const conversationId = randomUUID();
  await fleet.open({ url: socketUrlOf(peer), tokens, query, conversationId, sockets: sizes.listening });
  const oneEvent = async () => {
    const event = { cursor: randomUUID(), kind: 'MESSAGE_SENT' };
    await redis.publish(`conversation:${conversationId}`, JSON.stringify(event));
  };
  const run = { name: peer.name, title, fleet, probePort: peer.probePort, oneEvent, sizes };
  const figures = await measureDelivery(run);
  faults.push(...fleet.faults);
  await fleet.close();
  return figures;
}

function socketUrlOf({ origin }: Contender): string {
  return `${origin.replace('http', 'ws')}/graphql`;
}

/** Waits until the gateway runs exactly so many subscriptions: all that were asked for, or none of those that left. */
export async function untilRunning({ origin }: Contender, subscriptions: number): Promise<void> {
  const late = Date.now() + COUNTED_WITHIN_MS;
  for (;;) {
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    const running = Number(/^fitme_live_subscriptions (\d+)$/m.exec(metrics)?.[1]);
    if (running === subscriptions) return;
    if (Date.now() > late) throw new Error(`${running} subscriptions run, not ${subscriptions}`);
    await sleep(100);
  }
}

async function measureDelivery(run: {
  name: string;
  title: string;
  fleet: Fleet;
  probePort: number;
  oneEvent(): Promise<void>;
  sizes: LiveSizes;
}): Promise<DeliveryFigures> {
  const { name, title, fleet, probePort, oneEvent, sizes } = run;
  const cpu: number[] = [];
  const lasts: number[] = [];
  // One more than is counted: the first one compiles and connects.
  for (let index = 0; index <= sizes.events; index += 1) {
    const before = await usageAt(probePort);
    const sent = Date.now();
    const arrival = fleet.arrival(sizes.listening);
    await oneEvent();
    const { sockets, lastAt } = await arrival;
    const after = await usageAt(probePort);
    if (sockets < sizes.listening) {
      // A late arrival would be taken for the next event, so this one is reported as it is, and is the last.
      return {
        name,
        title,
        subscribers: sizes.listening,
        events: index + 1,
        lost: sizes.listening - sockets,
      };
    }
    if (index === 0) continue;
    cpu.push(((after.cpuMs - before.cpuMs) * 1_000) / sockets);
    lasts.push(lastAt - sent);
  }
  return {
    name,
    title,
    subscribers: sizes.listening,
    events: sizes.events,
    lost: 0,
    cpuMicroseconds: medianOf(cpu),
    lastAfterMs: { median: medianOf(lasts), max: Math.max(...lasts) },
  };
}
