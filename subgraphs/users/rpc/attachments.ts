import type { AttachmentSubject } from '#platform/attachments/attachment.ts';
import type { Store } from '../store/store.ts';

export const AVATAR_KIND = 'users.avatar';

/** A person's picture is part of their card, which is there for everybody who is signed in. */
export function createAttachmentSubjects({ people }: Store): AttachmentSubject[] {
  return [
    {
      kind: AVATAR_KIND,
      visible: (_viewer, attachments) => people.avatars(attachments),
      attached: (attachments) => people.avatars(attachments),
    },
  ];
}
