import type { EventLogServiceDefinition } from '#gen/proto/fitme/events/v1/EventLogService.ts';
import type { LiveSourceServiceDefinition } from '#gen/proto/fitme/live/v1/LiveSourceService.ts';
import { createEventLogHandlers, eventLogRequests } from '../events/event-log-service.ts';
import { createLiveSourceHandlers, liveSourceRequests } from '../events/live-source.ts';
import { serviceName } from '../grpc/contract.ts';
import type { PipelineParts } from '../service/pipeline.ts';
import { createService, type Service } from '../service/service.ts';
import type { OpenDomain } from './open-domain.ts';

/** The services that a process offers once for all its domains: they go by the first part of a topic or by domain. */
export function createSharedServices(domains: readonly OpenDomain[], parts: PipelineParts): Service<never>[] {
  return [
    createService({
      domain: 'live',
      name: serviceName<LiveSourceServiceDefinition>('fitme.live.v1.LiveSourceService'),
      handlers: createLiveSourceHandlers(domains),
      requests: liveSourceRequests,
      parts,
    }),
    createService({
      domain: 'events',
      name: serviceName<EventLogServiceDefinition>('fitme.events.v1.EventLogService'),
      handlers: createEventLogHandlers(domains),
      requests: eventLogRequests,
      parts,
    }),
  ];
}
