import { z } from 'zod';
import type { BatchReadPage__Output } from '#gen/proto/fitme/live/v1/BatchReadPage.ts';
import type { LiveEvent__Output } from '#gen/proto/fitme/live/v1/LiveEvent.ts';
import type { LiveSourceServiceDefinition } from '#gen/proto/fitme/live/v1/LiveSourceService.ts';
import type { ReadResponse__Output } from '#gen/proto/fitme/live/v1/ReadResponse.ts';
import type { CallContext } from '../call.ts';
import { DomainError, notFound } from '../errors.ts';
import { subjectsOf } from '../event-log/envelope.ts';
import type { LoggedEvent } from '../event-log/event.ts';
import { serviceName } from '../grpc/contract.ts';
import type { Handlers, RequestSchemas } from '../service/service.ts';
import { requireViewer } from '../viewer.ts';
import { domainOf } from './channels.ts';
import type { EventLog, TopicPage } from './log.ts';
import { matchTopic, type TopicDefinition, type TopicMatch } from './topic.ts';

/** What the live source and the event log need of a domain that the process hosts. */
export interface HostedLog {
  topics: readonly TopicDefinition[];
  eventLog: EventLog;
}

/** Hosted domains by name. */
export type HostedLogs = ReadonlyMap<string, HostedLog>;

export const liveSourceService = serviceName<LiveSourceServiceDefinition>('fitme.live.v1.LiveSourceService');

const topic = z.string().min(1).max(200);
const read = z.object({
  topic,
  afterSeq: z.string().regex(/^\d{1,15}$/, 'a seq, from 0 up'),
  limit: z.int().min(1).max(1_000),
});

/** What requests must hold beyond their types. */
export const liveSourceRequests: RequestSchemas<LiveSourceServiceDefinition> = {
  Authorize: z.object({ topic }),
  Read: read,
  BatchRead: z.object({ reads: z.array(read).min(1).max(200) }),
  BatchHeads: z.object({ topics: z.array(topic).max(1_000) }),
};

/** The live topics of all domains that the process hosts, behind one service: a topic's first segment names its domain. */
export function createLiveSource(logs: HostedLogs): Handlers<LiveSourceServiceDefinition> {
  return {
    async Authorize(request, call) {
      const { host, match } = locate(logs, request.topic);
      const access = await match?.definition.authorize(requireViewer(call.viewer), match.id, call);
      if (!match || !access) throw notFound('topic');
      const logged = match.definition.mode === 'logged';
      const page = logged ? await host.eventLog.readTopic(request.topic, MAX_SEQ, 1, call.signal) : null;
      return {
        mode: logged ? 'TOPIC_MODE_LOGGED' : 'TOPIC_MODE_STATE',
        fromSeq: String(access.fromSeq),
        toSeq: access.toSeq === null ? undefined : String(access.toSeq),
        headSeq: String(page?.headSeq ?? 0),
        epoch: page?.epoch ?? (await epochOf(host, call)),
        isShared: access.isShared ?? false,
      };
    },

    async Read(request, call) {
      const { host, match } = locate(logs, request.topic);
      if (match?.definition.mode === 'state') {
        throw new DomainError(
          'FAILED_PRECONDITION',
          'This is a topic of state and has no events: read the state itself, through the graph.',
        );
      }
      const page = await host.eventLog.readTopic(
        request.topic,
        Number(request.afterSeq),
        request.limit,
        call.signal,
      );
      if (page === null && match === null) throw notFound('topic');
      return toResponse(page ?? { ...EMPTY, epoch: await epochOf(host, call) }, match);
    },

    async BatchRead({ reads }, call) {
      const places = reads.map((read, place) => ({ ...read, place, domain: domainOf(read.topic) }));
      const pages: BatchReadPage__Output[] = reads.map(() => ({ page: null }));
      await Promise.all(
        [...Map.groupBy(places, ({ domain }) => domain)].map(async ([domain, asked]) => {
          const host = logs.get(domain);
          if (host === undefined) return;
          const wanted = asked.map((read) => ({ ...read, afterSeq: Number(read.afterSeq) }));
          const found = await host.eventLog.readTopics(wanted, call.signal);
          const epoch = found.includes(null) ? await epochOf(host, call) : '';
          for (const [index, { topic, place }] of asked.entries()) {
            const match = matchTopic(host.topics, topic);
            const page = found[index] ?? null;
            if (match?.definition.mode === 'state' || (page === null && match === null)) continue;
            pages[place] = { page: toResponse(page ?? { ...EMPTY, epoch }, match) };
          }
        }),
      );
      return { pages };
    },

    async BatchHeads(request, call) {
      const byDomain = Map.groupBy(request.topics, domainOf);
      const heads = await Promise.all(
        [...byDomain].map(
          async ([domain, topics]) => logs.get(domain)?.eventLog.heads(topics, call.signal) ?? [],
        ),
      );
      return { heads: heads.flat().map((head) => ({ ...head, headSeq: String(head.headSeq) })) };
    },
  };
}

/** Past every seq, so that a page holds the topic's ends and no event. */
const MAX_SEQ = Number.MAX_SAFE_INTEGER;

/** Of a topic to which nothing was appended. */
const EMPTY = { events: [], headSeq: 0, oldestSeq: 1 };

function toResponse(
  { events, headSeq, oldestSeq, epoch }: TopicPage,
  match: TopicMatch | null,
): ReadResponse__Output {
  return {
    events: events.map((event) => toLiveEvent(event, match)),
    headSeq: String(headSeq),
    oldestSeq: String(oldestSeq),
    epoch,
  };
}

function locate(logs: HostedLogs, name: string): { host: HostedLog; match: TopicMatch | null } {
  const host = logs.get(domainOf(name));
  if (host === undefined) throw notFound('topic');
  return { host, match: matchTopic(host.topics, name) };
}

/** A topic to which nothing was appended yet has its log's epoch all the same. */
async function epochOf(host: HostedLog, call: CallContext): Promise<string> {
  return (await host.eventLog.readLog(MAX_SEQ, 1, call.signal)).epoch;
}

function toLiveEvent(event: LoggedEvent, match: TopicMatch | null): LiveEvent__Output {
  const sharedFrom = match?.definition.sharedFrom?.(event) ?? 0;
  return {
    seq: event.seq,
    kind: event.kind,
    occurredAt: event.occurredAt,
    traceparent: event.traceparent,
    subjects: subjectsOf(event),
    accessChangedFor: match?.definition.accessChangedFor?.(event) ?? [],
    sharedFromSeq: sharedFrom > 0 ? String(sharedFrom) : undefined,
  };
}
