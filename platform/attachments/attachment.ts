import type { CallContext } from '../call.ts';
import type { Viewer } from '../viewer.ts';

/** A file that hangs on a thing of a domain. */
export interface Attachment {
  /** The thing's id. */
  subjectId: string;
  fileId: string;
}

/**
 * A kind of things that carry files. Its domain keeps which files hang on a thing, and is asked about it by files: before
 * somebody gets a signed URL, and before a file that hangs on nothing is deleted. A call asks about at most 1,000.
 */
export interface AttachmentSubject {
  /** "<domain>.<thing>", for example "messaging.message". */
  kind: string;
  /** Those that there are, and that the viewer may see. */
  visible(
    viewer: Viewer,
    attachments: readonly Attachment[],
    call: CallContext,
  ): Promise<readonly Attachment[]>;
  /** Those that there are. */
  attached(attachments: readonly Attachment[], signal: AbortSignal): Promise<readonly Attachment[]>;
}
