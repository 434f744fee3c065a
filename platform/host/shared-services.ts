import { createEventLogService, eventLogRequests, eventLogService } from '../events/event-log-service.ts';
import {
  createLiveSource,
  type HostedLogs,
  liveSourceRequests,
  liveSourceService,
} from '../events/live-source.ts';
import type { PipelineParts } from '../service/middleware.ts';
import { createService, type ServedService } from '../service/service.ts';

/** The services that a process offers once for all its domains: they go by the first part of a topic, or by domain. */
export function createSharedServices(logs: HostedLogs, parts: PipelineParts): ServedService[] {
  return [
    createService({
      domain: 'live',
      name: liveSourceService,
      handlers: createLiveSource(logs),
      requests: liveSourceRequests,
      parts,
    }),
    createService({
      domain: 'events',
      name: eventLogService,
      handlers: createEventLogService(logs),
      requests: eventLogRequests,
      parts,
    }),
  ];
}
