import type { AttachmentSourceServiceDefinition } from '#gen/proto/fitme/attachments/v1/AttachmentSourceService.ts';
import { maximumAttachments } from '#platform/attachments/attachment-source.ts';
import type { CallContext } from '#platform/call.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import type { AttachmentRow } from '../store/attachments.ts';

/** The domains whose things carry files, by name. */
export type AttachmentSources = (domain: string) => ServiceClient<AttachmentSourceServiceDefinition>;

/** Asks the domains whose things carry files; one call a domain, however many files it is about. */
export interface Access {
  /** Those of these attachments that the caller may see. */
  visible(attachments: readonly AttachmentRow[], call: CallContext): Promise<AttachmentRow[]>;
  /** Those of these attachments that there are. */
  standing(attachments: readonly AttachmentRow[]): Promise<AttachmentRow[]>;
}

export function createAccess(sources: AttachmentSources): Access {
  return {
    visible: (attachments, call) =>
      ofEachDomain(attachments, async (domain, asked) => {
        const answer = await sources(domain).batchCheckVisible(
          { attachments: asked },
          { call, as: 'viewer' },
        );
        return answer.attachments;
      }),
    standing: (attachments) =>
      ofEachDomain(attachments, async (domain, asked) => {
        const answer = await sources(domain).batchCheckAttached({ attachments: asked }, { as: 'service' });
        return answer.attachments;
      }),
  };
}

async function ofEachDomain(
  attachments: readonly AttachmentRow[],
  ask: (domain: string, asked: AttachmentRow[]) => Promise<AttachmentRow[]>,
): Promise<AttachmentRow[]> {
  const byDomain = [...Map.groupBy(attachments, ({ subjectKind }) => domainOf(subjectKind))];
  const batches = byDomain.flatMap(([domain, group]) =>
    Array.from({ length: Math.ceil(group.length / maximumAttachments) }, (_, index) => ({
      domain,
      asked: group.slice(index * maximumAttachments, (index + 1) * maximumAttachments),
    })),
  );
  const answers = await Promise.all(batches.map(({ domain, asked }) => ask(domain, asked)));
  return answers.flat();
}

/** The domain whose things are of this kind. */
function domainOf(subjectKind: string): string {
  return subjectKind.slice(0, subjectKind.indexOf('.'));
}
