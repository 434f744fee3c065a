import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import type { CallContext } from '#platform/call.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import type { AttachmentRow } from '../store/attachments.ts';
import { type FileRow, fileCursor } from '../store/files.ts';
import type { ServiceParts } from './parts.ts';
import { fileOf } from './present.ts';

type Reads = 'ListFiles' | 'BatchGetFiles' | 'GetFileQuota' | 'AttachFiles';

/** A file with the things that may carry it. */
type FileWithSubjects = FileRow & { attachments: Omit<AttachmentRow, 'fileId'>[] };

/** What people may see: their own files, and those that hang on what they may see. */
export function createReadHandlers({
  store,
  access,
  downloads,
  quotaBytes,
}: ServiceParts): Pick<Handlers<FilesServiceDefinition>, Reads> {
  return {
    async ListFiles({ page }, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const { edges, pageInfo } = await store.files.list(ownerId, windowOf(page, fileCursor));
      return {
        edges: await Promise.all(
          edges.map(async ({ row, cursor }) => ({ file: await present(row), cursor })),
        ),
        pageInfo,
      };
    },

    async BatchGetFiles({ ids }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const visible = await visibleTo(viewerId, await store.files.get(ids), call);
      return { files: await Promise.all(visible.map(present)) };
    },

    async GetFileQuota(_request, { viewer, signal }) {
      const { id: ownerId } = requirePerson(viewer);
      const usedBytes = await store.files.usedBytes(ownerId, signal);
      return { limitBytes: String(quotaBytes), usedBytes: String(usedBytes) };
    },

    // For services: its scope is theirs alone.
    async AttachFiles({ ownerId, fileIds, subjectKind, subjectId }) {
      await store.attachments.attach(ownerId, { subjectKind, subjectId }, fileIds);
      return {};
    },
  };

  async function visibleTo(
    viewerId: string,
    files: readonly FileWithSubjects[],
    call: CallContext,
  ): Promise<FileRow[]> {
    const ofOthers = files.filter(({ ownerId, state }) => ownerId !== viewerId && state === 'READY');
    const asked = ofOthers.flatMap(({ id, attachments }) =>
      attachments.map((subject): AttachmentRow => ({ ...subject, fileId: id })),
    );
    const visible = new Set((await access.visible(asked, call)).map(({ fileId }) => fileId));
    return files.filter(({ id, ownerId }) => ownerId === viewerId || visible.has(id));
  }

  async function present(file: FileRow) {
    return fileOf(file, file.state === 'READY' ? await downloads.of(file) : null);
  }
}
