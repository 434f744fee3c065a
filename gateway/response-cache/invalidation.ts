import type { Event__Output } from '#gen/proto/fitme/events/v1/Event.ts';
import type { EventLogServiceDefinition } from '#gen/proto/fitme/events/v1/EventLogService.ts';
import type { Logger } from '#observability/logger.ts';
import type { ClientMetrics } from '#observability/metrics.ts';
import { domainOf, logChannel } from '#platform/events/channels.ts';
import { eventLogService } from '#platform/events/event-log-service.ts';
import { createPump } from '#platform/events/pump.ts';
import type { Wakeups } from '#platform/events/wakeups.ts';
import { createGrpcPeer, type ServiceClient } from '#platform/grpc/client.ts';
import { backgroundCall } from '#platform/grpc/outgoing-call.ts';
import { entityTag } from '../engine/caching/entity-tags.ts';
import type { InvalidatedEntities } from '../engine/caching/invalidated-entities.ts';
import type { AnswerStore } from './store.ts';

/** Hears the domains' events, and forgets the answers with what they changed. */
export interface Invalidation {
  /** Listens to the domains whose events these entities name, as well as to those before. */
  heed(entities: InvalidatedEntities): void;
  close(): Promise<void>;
}

export interface InvalidationOptions {
  store: AnswerStore;
  /** gRPC addresses by domain. */
  sources: Readonly<Record<string, string>>;
  serviceToken(): Promise<string>;
  wakeups: Pick<Wakeups, 'follow' | 'onReconnect'>;
  log: Logger;
  metrics: ClientMetrics;
  /** How often to look without a wake-up, milliseconds. */
  pollMs: number;
}

type EventLog = Pick<ServiceClient<EventLogServiceDefinition>, 'readEvents'>;

/** Makes the invalidation; it listens to nobody yet. */
export function createInvalidation(options: InvalidationOptions): Invalidation {
  const { sources, serviceToken, log, metrics } = options;
  const followers = new Map<string, { close(): Promise<void> }>();
  /** What changes, by kind of event. */
  let rules: ReadonlyMap<string, readonly Change[]> = new Map();

  function follow(domain: string): { close(): Promise<void> } {
    const address = sources[domain];
    if (address === undefined) {
      log.warn({ domain }, 'LIVE_SOURCES names no address of a domain whose events invalidate answers');
      return { close: async () => {} };
    }
    const peer = createGrpcPeer({ name: domain, address, serviceToken, metrics });
    const follower = followLog(domain, peer.service(eventLogService), options, (events) =>
      changedTags(events, rules),
    );
    return {
      async close() {
        await follower.close();
        peer.close();
      },
    };
  }

  return {
    heed(entities) {
      const changes = [...entities.values()].flatMap(({ type, events }) =>
        events.map(({ kind, subject }) => ({ kind, subject, type })),
      );
      rules = Map.groupBy(changes, ({ kind }) => kind);
      for (const domain of new Set(changes.map(({ kind }) => domainOf(kind))))
        if (!followers.has(domain)) followers.set(domain, follow(domain));
    },
    async close() {
      await Promise.all([...followers.values()].map((follower) => follower.close()));
    },
  };
}

interface Change {
  type: string;
  subject: string;
}

function changedTags(
  events: readonly Event__Output[],
  rules: ReadonlyMap<string, readonly Change[]>,
): readonly string[] {
  const tags = new Set<string>();
  for (const event of events) {
    for (const { type, subject } of rules.get(event.kind) ?? []) {
      const id = event.subjects[subject];
      if (id !== undefined) tags.add(entityTag(type, id));
    }
  }
  return [...tags];
}

const PAGE = 1_000;
const READ_TIMEOUT_MS = 1_500;
/** Behind every position: a page from there holds the log's ends and no event. */
const END = '999999999999999';

/**
 * Reads a domain's log from where any gateway has come to. Where that is not known, or events are gone, nobody can tell
 * what changed meanwhile: all answers are forgotten.
 */
function followLog(
  domain: string,
  log: EventLog,
  { store, wakeups, pollMs, log: lines }: InvalidationOptions,
  tagsOf: (events: readonly Event__Output[]) => readonly string[],
): { close(): Promise<void> } {
  const closing = new AbortController();
  let place: { epoch: string; position: number } | undefined;

  const read = (afterPosition: string) =>
    log.readEvents(
      { domain, afterPosition, limit: PAGE },
      { as: 'service', call: backgroundCall(closing.signal), timeoutMs: READ_TIMEOUT_MS },
    );

  async function startAnew(): Promise<void> {
    const { epoch, headPosition } = await read(END);
    await store.clear();
    await moveTo({ epoch, position: Number(headPosition) });
  }

  async function moveTo(next: { epoch: string; position: number }): Promise<void> {
    await store.setPosition(domain, `${next.epoch} ${next.position}`);
    place = next;
  }

  async function turn(): Promise<boolean> {
    place ??= placeIn(await store.position(domain));
    if (place === undefined) await startAnew();
    const { epoch, position } = place ?? { epoch: '', position: 0 };
    const page = await read(String(position));
    if (page.epoch !== epoch || Number(page.oldestPosition) > position + 1) {
      lines.warn({ domain }, 'events are gone unheard; all kept answers are forgotten');
      await startAnew();
      return false;
    }
    const last = page.events.at(-1);
    if (last === undefined) return true;
    const tags = tagsOf(page.events);
    if (tags.length > 0) await store.invalidate(tags);
    await moveTo({ epoch, position: Number(last.position) });
    return Number(last.position) >= Number(page.headPosition);
  }

  const pump = createPump({
    turn,
    pollMs,
    backoff: { firstMs: 100, maxMs: pollMs },
    onFailure(err, attempt) {
      if (attempt === 3) lines.warn({ err, domain }, 'events cannot be heard now; kept answers may be old');
    },
  });
  const unlisten = [
    wakeups.follow(logChannel(domain), (head) => {
      if (place === undefined || head === 0 || head > place.position) pump.wake();
    }),
    wakeups.onReconnect(pump.wake),
  ];
  return {
    async close() {
      closing.abort();
      for (const end of unlisten) end();
      await pump.close();
    },
  };
}

function placeIn(stored: string | null): { epoch: string; position: number } | undefined {
  const [epoch, position] = stored?.split(' ') ?? [];
  return epoch === undefined || position === undefined ? undefined : { epoch, position: Number(position) };
}
