import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessagingServiceDefinition } from '../../gen/proto/fitme/messaging/v1/MessagingService.ts';
import { createGrpcPeer } from '../../platform/grpc/client.ts';
import { serviceName } from '../../platform/grpc/contract.ts';
import { type Contender, startOurs } from '../contenders.ts';
import { medianOf } from '../measure/median.ts';
import { usageAt } from '../measure/usage.ts';
import type { Parts } from '../parts.ts';
import { type Person, type System, signUpPeople, startGroup } from '../system.ts';
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

/** What idle subscribers cost the gateway. */
export interface IdleFigures {
  subscribers: number;
  /** From the first socket to the last subscription. */
  openedInSeconds: number;
  /** Growth of JavaScript's heap and what it holds, garbage collected before. */
  heapBytesEach: number;
  /** Growth of the resident set. */
  rssBytesEach: number;
}

/** What the delivery of an event to all subscribers of its topic costs. */
export interface DeliveryFigures {
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
const messagingService = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');

/** What a subscriber asks for. The second needs a completion through the graph: message and sender. */
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

/** Measures one gateway of ours, over our own services: the events go through log and relay. */
export async function measureLive(parts: Parts, system: System, sizes: LiveSizes): Promise<LiveFigures> {
  const gateway = await startOurs(parts, system, {});
  const people = await signUpPeople(gateway.origin);
  const common = {
    url: `${gateway.origin.replace('http', 'ws')}/graphql`,
    tokens: people.map(({ token }) => token),
  };
  const peer = parts.keep(
    createGrpcPeer({
      name: 'messaging',
      address: system.messagingAddress,
      serviceToken: () => Promise.reject(new Error('the bench calls as a viewer')),
    }),
  );
  const send = async (conversationId: string, body: string) => {
    await peer
      .service(messagingService)
      .sendMessage({ conversationId, body, idempotencyKey: randomUUID() }, callAs(people[0]));
  };

  const idleFleet = await startFleet(parts, sizes.clientProcesses);
  const [event] = SUBSCRIPTIONS;
  // What the first subscribers make the gateway load is no subscriber's memory.
  const quiet = { ...common, query: event.query, conversationId: await startGroup(gateway.origin, people) };
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
    const conversationId = await startGroup(gateway.origin, people);
    await fleet.open({ ...common, query, conversationId, sockets: sizes.listening });
    await untilRunning(gateway, sizes.listening);
    const oneEvent = () => send(conversationId, `At ${Date.now()}`);
    deliveries.push(await measureDelivery({ title, fleet, probePort: gateway.probePort, oneEvent, sizes }));
    faults.push(...fleet.faults);
    await fleet.close();
    await untilRunning(gateway, 0);
  }
  return { idle, deliveries, faults };
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
  title: string;
  fleet: Fleet;
  probePort: number;
  oneEvent(): Promise<void>;
  sizes: LiveSizes;
}): Promise<DeliveryFigures> {
  const { title, fleet, probePort, oneEvent, sizes } = run;
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
      // What comes late would be taken for the next event: this one is told as it is, and is the last.
      return { title, subscribers: sizes.listening, events: index + 1, lost: sizes.listening - sockets };
    }
    if (index === 0) continue;
    cpu.push(((after.cpuMs - before.cpuMs) * 1_000) / sockets);
    lasts.push(lastAt - sent);
  }
  return {
    title,
    subscribers: sizes.listening,
    events: sizes.events,
    lost: 0,
    cpuMicroseconds: medianOf(cpu),
    lastAfterMs: { median: medianOf(lasts), max: Math.max(...lasts) },
  };
}

function callAs({ token }: Person) {
  const { signal } = new AbortController();
  return {
    as: 'viewer' as const,
    call: { deadline: Date.now() + 5_000, signal, requestId: randomUUID(), viewer: { token } },
  };
}
