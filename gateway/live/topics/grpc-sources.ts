import { randomUUID } from 'node:crypto';
import type { LiveEvent__Output } from '#gen/proto/fitme/live/v1/LiveEvent.ts';
import type { LiveSourceServiceDefinition } from '#gen/proto/fitme/live/v1/LiveSourceService.ts';
import type { ReadResponse__Output } from '#gen/proto/fitme/live/v1/ReadResponse.ts';
import type { ClientMetrics } from '#observability/metrics.ts';
import { DomainError } from '#platform/errors.ts';
import { createGrpcPeer, type ServiceClient } from '#platform/grpc/client.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import type { LiveEvent, LiveSource, LiveSources, ReadPage } from './source.ts';

export interface LiveSourcesOptions {
  /** "host:port" by the first segment of topic names. */
  addresses: Readonly<Record<string, string>>;
  /** The token under which the gateway reads. */
  serviceToken(): Promise<string>;
  metrics: ClientMetrics;
}

const READ_TIMEOUT_MS = 5_000;
/** Below the period of the poll that makes these calls, so that a source that hangs is asked again. */
const HEADS_TIMEOUT_MS = 900;
const service = serviceName<LiveSourceServiceDefinition>('fitme.live.v1.LiveSourceService');

/** Opens the configured live sources. */
export function createLiveSources({ addresses, serviceToken, metrics }: LiveSourcesOptions): LiveSources {
  const peers = Object.entries(addresses).map(([name, address]) => ({
    name,
    peer: createGrpcPeer({ name, address, serviceToken, metrics }),
  }));
  const sources = new Map(peers.map(({ name, peer }) => [name, createSource(name, peer.service(service))]));
  return {
    of(topic) {
      const source = sources.get(topic.split('.', 1)[0] ?? '');
      if (source === undefined) throw new DomainError('NOT_FOUND', 'There is no such topic.');
      return source;
    },
    all: () => [...sources.values()],
    close() {
      for (const { peer } of peers) peer.close();
    },
  };
}

function createSource(name: string, client: ServiceClient<LiveSourceServiceDefinition>): LiveSource {
  const read = createBatchedReads<ReadPage>({
    one: async (asked, signal) => toPage(await client.read(asked, asGateway(signal, READ_TIMEOUT_MS))),
    async several(reads) {
      const { signal } = new AbortController();
      const { pages } = await client.batchRead({ reads: [...reads] }, asGateway(signal, READ_TIMEOUT_MS));
      return pages.map(({ page }) => page && toPage(page));
    },
  });
  return {
    name,
    async authorize(topic, call) {
      const { mode, fromSeq, toSeq, headSeq, epoch, isShared } = await client.authorize(
        { topic },
        { as: 'viewer', call },
      );
      return {
        mode: mode === 'TOPIC_MODE_STATE' ? 'state' : 'logged',
        fromSeq: Number(fromSeq),
        toSeq: toSeq === undefined ? null : Number(toSeq),
        head: { epoch, seq: Number(headSeq) },
        isShared,
      };
    },
    read: (topic, afterSeq, limit, signal) => read({ topic, afterSeq, limit }, signal),
    async heads(topics, signal) {
      const { heads } = await client.batchHeads({ topics: [...topics] }, asGateway(signal, HEADS_TIMEOUT_MS));
      return new Map(heads.map(({ topic, headSeq, epoch }) => [topic, { epoch, seq: Number(headSeq) }]));
    },
  };
}

function asGateway(signal: AbortSignal, timeoutMs: number) {
  const call = { deadline: Date.now() + timeoutMs, signal, requestId: randomUUID(), viewer: null };
  return { as: 'service' as const, call };
}

function toPage({ events, epoch, headSeq }: ReadResponse__Output): ReadPage {
  return { events: events.map(toLiveEvent), head: { epoch, seq: Number(headSeq) } };
}

function toLiveEvent(event: LiveEvent__Output): LiveEvent {
  const { seq, kind, occurredAt, traceparent, subjects, accessChangedFor, sharedFromSeq } = event;
  return {
    seq: Number(seq),
    kind,
    occurredAt: requiredDateOf(occurredAt).toISOString(),
    traceparent,
    subjects,
    accessChangedFor,
    sharedFromSeq: Number(sharedFromSeq ?? 0),
  };
}

/** A read of one topic. */
export interface TopicRead {
  topic: string;
  afterSeq: number;
  limit: number;
}

/** How a source is read. */
export interface ReadCalls<Page> {
  one(read: TopicRead, signal: AbortSignal): Promise<Page>;
  /** Answers a page a read, in the order of the reads; null where there is no such topic. */
  several(reads: readonly TopicRead[]): Promise<readonly (Page | null)[]>;
}

/** Most reads of one call, as BatchRead takes them. */
const MOST_READS = 200;
/** Calls that are under way at a time: what is asked for meanwhile waits, and is one call then. */
const MOST_CALLS = 4;

interface Waiting<Page> {
  read: TopicRead;
  signal: AbortSignal;
  resolve(page: Page): void;
  reject(error: unknown): void;
}

/**
 * Reads topics of one source, those that are asked for in the same turn in one call. The busier a source is, the more
 * of them become one; where it is not, nobody waits.
 */
export function createBatchedReads<Page>({ one, several }: ReadCalls<Page>) {
  const waiting: Waiting<Page>[] = [];
  let underWay = 0;
  let isDue = false;

  function flush(): void {
    isDue = false;
    while (waiting.length > 0 && underWay < MOST_CALLS) {
      const { wanted = [], unwanted = [] } = Object.groupBy(waiting.splice(0, MOST_READS), ({ signal }) =>
        signal.aborted ? 'unwanted' : 'wanted',
      );
      for (const { signal, reject } of unwanted) reject(signal.reason);
      if (wanted.length === 0) continue;
      underWay += 1;
      void call(wanted).finally(() => {
        underWay -= 1;
        if (waiting.length > 0) flush();
      });
    }
  }

  async function call(batch: readonly Waiting<Page>[]): Promise<void> {
    const [first] = batch;
    try {
      if (batch.length === 1 && first !== undefined)
        return first.resolve(await one(first.read, first.signal));
      const pages = await several(batch.map(({ read }) => read));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const page = pages[index] ?? null;
        if (page === null) reject(new DomainError('NOT_FOUND', 'There is no such topic.'));
        else resolve(page);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (read: TopicRead, signal: AbortSignal): Promise<Page> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      waiting.push({ read, signal, resolve, reject });
      if (isDue) return;
      isDue = true;
      setImmediate(flush);
    });
}
