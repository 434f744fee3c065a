import { z } from 'zod';
import type { EventLogServiceDefinition } from '#gen/proto/fitme/events/v1/EventLogService.ts';
import { notFound } from '../errors.ts';
import { toProto } from '../event-log/envelope.ts';
import { serviceName } from '../grpc/contract.ts';
import type { Handlers, RequestSchemas } from '../service/service.ts';
import type { HostedLogs } from './live-source.ts';

export const eventLogService = serviceName<EventLogServiceDefinition>('fitme.events.v1.EventLogService');

/** What requests must hold beyond their types. */
export const eventLogRequests: RequestSchemas<EventLogServiceDefinition> = {
  ReadEvents: z.object({
    domain: z.string().min(1).max(64),
    afterPosition: z.string().regex(/^\d{1,15}$/, 'a position, from 0 up'),
    limit: z.int().min(1).max(1_000),
  }),
};

/** The event logs of all domains that the process hosts. */
export function createEventLogService(logs: HostedLogs): Handlers<EventLogServiceDefinition> {
  return {
    async ReadEvents(request, call) {
      const eventLog = logs.get(request.domain)?.eventLog;
      if (eventLog === undefined) throw notFound('event log');
      const page = await eventLog.readLog(Number(request.afterPosition), request.limit, call.signal);
      return {
        events: page.events.map(toProto),
        headPosition: String(page.headPosition),
        oldestPosition: String(page.oldestPosition),
        epoch: page.epoch,
        unsealedMs: page.unsealedMs,
      };
    },
  };
}
