import { z } from 'zod';
import type { Attachment__Output } from '#gen/proto/fitme/attachments/v1/Attachment.ts';
import type { AttachmentSourceServiceDefinition } from '#gen/proto/fitme/attachments/v1/AttachmentSourceService.ts';
import { invalidField } from '../errors.ts';
import { serviceName } from '../grpc/contract.ts';
import { id } from '../service/request-fields.ts';
import type { Handlers, RequestSchemas } from '../service/service.ts';
import { requireViewer } from '../viewer.ts';
import type { Attachment, AttachmentSubject } from './attachment.ts';

export const attachmentSourceService = serviceName<AttachmentSourceServiceDefinition>(
  'fitme.attachments.v1.AttachmentSourceService',
);

/** The most attachments that one call asks about. */
export const maximumAttachments = 1_000;

const attachments = z
  .array(z.object({ subjectKind: z.string().min(1).max(100), subjectId: id, fileId: id }))
  .max(maximumAttachments, `Ask about at most ${maximumAttachments.toLocaleString('en')} at a time.`);

/** What requests must hold beyond their types. */
export const attachmentSourceRequests: RequestSchemas<AttachmentSourceServiceDefinition> = {
  BatchCheckVisible: z.object({ attachments }),
  BatchCheckAttached: z.object({ attachments }),
};

/** What hangs on the things of all domains that the process hosts, behind one service. */
export function createAttachmentSource(
  subjects: readonly AttachmentSubject[],
): Handlers<AttachmentSourceServiceDefinition> {
  return {
    async BatchCheckVisible(request, call) {
      const viewer = requireViewer(call.viewer);
      const found = await ofEachKind(subjects, request.attachments, (subject, asked) =>
        subject.visible(viewer, asked, call),
      );
      return { attachments: found };
    },

    async BatchCheckAttached(request, { signal }) {
      const found = await ofEachKind(subjects, request.attachments, (subject, asked) =>
        subject.attached(asked, signal),
      );
      return { attachments: found };
    },
  };
}

/** Asks each kind once. A kind that is not known here is a fault of the caller: "there is none" would delete files. */
async function ofEachKind(
  subjects: readonly AttachmentSubject[],
  asked: readonly Attachment__Output[],
  ask: (subject: AttachmentSubject, asked: readonly Attachment[]) => Promise<readonly Attachment[]>,
): Promise<Attachment__Output[]> {
  const byKind = [...Map.groupBy(asked, ({ subjectKind }) => subjectKind)].map(([kind, group]) => {
    const subject = subjects.find((candidate) => candidate.kind === kind);
    if (subject === undefined) {
      const index = asked.findIndex(({ subjectKind }) => subjectKind === kind);
      const message = `No domain of this process has things of the kind ${kind} that carry files.`;
      throw invalidField(`attachments.${index}.subjectKind`, message);
    }
    return { subject, group };
  });
  const answers = await Promise.all(
    byKind.map(async ({ subject, group }) => {
      const found = await ask(subject, group);
      return found.map(({ subjectId, fileId }) => ({ subjectKind: subject.kind, subjectId, fileId }));
    }),
  );
  return answers.flat();
}
