import type { AttachmentSubject } from '../attachments/attachment.ts';
import {
  attachmentSourceRequests,
  attachmentSourceService,
  createAttachmentSource,
} from '../attachments/attachment-source.ts';
import type { ServedService } from '../call.ts';
import { createEventLogService, eventLogRequests, eventLogService } from '../events/event-log-service.ts';
import {
  createLiveSource,
  type HostedLogs,
  liveSourceRequests,
  liveSourceService,
} from '../events/live-source.ts';
import type { PipelineParts } from '../service/middleware.ts';
import { createService } from '../service/service.ts';

/** What the shared services need of the domains that the process hosts. */
export interface SharedSources {
  logs: HostedLogs;
  attachments: readonly AttachmentSubject[];
}

/**
 * The services that a process offers once for all its domains: they go by the first part of a topic, by domain, or by the
 * kind of thing.
 */
export function createSharedServices(
  { logs, attachments }: SharedSources,
  parts: PipelineParts,
): ServedService[] {
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
    createService({
      domain: 'attachments',
      name: attachmentSourceService,
      handlers: createAttachmentSource(attachments),
      requests: attachmentSourceRequests,
      parts,
    }),
  ];
}
