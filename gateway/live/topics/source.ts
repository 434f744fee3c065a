import { randomUUID } from 'node:crypto';
import type { LiveEvent__Output } from '#gen/proto/fitme/live/v1/LiveEvent.ts';
import type { LiveSourceServiceDefinition } from '#gen/proto/fitme/live/v1/LiveSourceService.ts';
import type { ReadResponse__Output } from '#gen/proto/fitme/live/v1/ReadResponse.ts';
import type { ClientMetrics } from '#observability/metrics.ts';
import { DomainError } from '#platform/errors.ts';
import { createGrpcPeer, type ServiceClient } from '#platform/grpc/client.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { OutgoingParent } from '#platform/grpc/outgoing-call.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import { createBatchedReads } from './batched-reads.ts';

/** An event of a logged topic. */
export interface LiveEvent {
  seq: number;
  /** "<domain>.<past-tense>" */
  kind: string;
  /** ISO 8601. */
  occurredAt: string;
  /** Of what appended it; undefined where that was not traced. */
  traceparent: string | undefined;
  /** Ids by role. */
  subjects: Readonly<Record<string, string>>;
  accessChangedFor: readonly string[];
  /** The event looks the same to all whose access lasts and begins at this seq or in front of it; 0 where to nobody. */
  sharedFromSeq: number;
}

/** The newest event of a topic. */
export interface Head {
  epoch: string;
  seq: number;
}

/** What a viewer may see of a topic. */
export interface Access {
  mode: 'logged' | 'state';
  fromSeq: number;
  /** Null while access lasts. */
  toSeq: number | null;
  head: Head;
  /** Of a topic of state: it looks the same to everybody who may listen. */
  isShared: boolean;
}

export interface ReadPage {
  /** Behind the seq that was asked for, in order; the first is not the next one where events in between are gone. */
  events: LiveEvent[];
  head: Head;
}

/** A domain, as far as live topics need it. */
export interface LiveSource {
  name: string;
  /** Throws what the source answers: NOT_FOUND where the viewer may never have seen the topic. */
  authorize(topic: string, call: OutgoingParent): Promise<Access>;
  read(topic: string, afterSeq: number, limit: number, signal: AbortSignal): Promise<ReadPage>;
  /** Topics that the source does not log are left out. */
  heads(topics: readonly string[], signal: AbortSignal): Promise<Map<string, Head>>;
}

export interface LiveSources {
  /** The source of a topic. Throws NOT_FOUND where the configuration names none. */
  of(topic: string): LiveSource;
  all(): LiveSource[];
  close(): void;
}

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
