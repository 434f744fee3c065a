import type { EventDraft } from '#platform/event-log/event.ts';

/** The topic of what becomes of one person's files. */
export function personTopic(ownerId: string): string {
  return `files.person.${ownerId}`;
}

/** Whose file an event is about. */
export interface FileSubjects {
  fileId: string;
  ownerId: string;
}

/** A file can be used. */
export function fileReady({ fileId, ownerId }: FileSubjects): EventDraft {
  return {
    topic: personTopic(ownerId),
    kind: 'files.file-ready',
    payload: { fileReady: { fileId, ownerId } },
  };
}

/** An upload is not what it was announced as. */
export function fileRejected({ fileId, ownerId }: FileSubjects): EventDraft {
  return {
    topic: personTopic(ownerId),
    kind: 'files.file-rejected',
    payload: { fileRejected: { fileId, ownerId } },
  };
}

/** A file is gone, for everybody. */
export function fileDeleted({ fileId, ownerId }: FileSubjects): EventDraft {
  return {
    topic: personTopic(ownerId),
    kind: 'files.file-deleted',
    payload: { fileDeleted: { fileId, ownerId } },
  };
}
