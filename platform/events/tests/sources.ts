import type { EventLogServiceDefinition } from '#gen/proto/fitme/events/v1/EventLogService.ts';
import type { LiveSourceServiceDefinition } from '#gen/proto/fitme/live/v1/LiveSourceService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError } from '#platform/errors.ts';
import type { TopicDefinition } from '#platform/events/topic.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import { CALL_MS } from '#tests/patience.ts';
import { createEventLogService } from '../event-log-service.ts';
import { createLiveSource, type HostedLogs } from '../live-source.ts';
import type { Store } from './stores.ts';

/** The real services over a store, called without the network, which may be made to fail. */
export interface Sources {
  live: Pick<ServiceClient<LiveSourceServiceDefinition>, 'read'>;
  events: Pick<ServiceClient<EventLogServiceDefinition>, 'readEvents'>;
  /** Whether calls fail as they do when the owning process is away. */
  away: boolean;
  /** Calls so far. */
  calls: number;
}

export function sourcesOf(
  name: string,
  store: Pick<Store, 'eventLog'>,
  topics: readonly TopicDefinition[] = [],
): Sources {
  const logs: HostedLogs = new Map([[name, { topics, eventLog: store.eventLog }]]);
  const liveSource = createLiveSource(logs);
  const eventLog = createEventLogService(logs);
  const count = () => {
    sources.calls += 1;
    if (sources.away) throw new DomainError('UNAVAILABLE', `${name} is away: try again.`);
  };
  const sources: Sources = {
    away: false,
    calls: 0,
    live: {
      async read({ topic = '', afterSeq = 0, limit = 0 }) {
        count();
        return liveSource.Read({ topic, afterSeq: String(afterSeq), limit }, serviceCall());
      },
    },
    events: {
      async readEvents({ domain = '', afterPosition = 0, limit = 0 }) {
        count();
        return eventLog.ReadEvents({ domain, afterPosition: String(afterPosition), limit }, serviceCall());
      },
    },
  };
  return sources;
}

/** A call of a service for itself. */
export function serviceCall(): CallContext {
  return {
    door: 'grpc',
    requestId: 'test',
    viewer: null,
    deadline: Date.now() + CALL_MS,
    signal: new AbortController().signal,
    address: null,
    userAgent: null,
  };
}
