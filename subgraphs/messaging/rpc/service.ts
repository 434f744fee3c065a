import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { FilesClient } from '#platform/attachments/attach-files.ts';
import type { TrainerGrants } from '#platform/grants/trainer-grants.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Handlers } from '#platform/service/service.ts';
import type { Store } from '../store/store.ts';
import { createContacts, type UsersClient } from './contacts.ts';
import { createConversationCommandHandlers } from './conversation-commands.ts';
import { createMessageCommandHandlers } from './message-commands.ts';
import { createReadHandlers } from './reads.ts';

export const messagingService = serviceName<MessagingServiceDefinition>(
  'fitme.messaging.v1.MessagingService',
);

export interface ServiceParts {
  store: Store;
  grants: TrainerGrants;
  users: UsersClient;
  files: FilesClient;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** The service: people read and write in conversations that they are in, and see nothing of any other. */
export function createHandlers({
  store,
  grants,
  users,
  files,
  newId,
}: ServiceParts): Handlers<MessagingServiceDefinition> {
  const contacts = createContacts(users);
  return {
    ...createConversationCommandHandlers(store, contacts),
    ...createMessageCommandHandlers(store, contacts, files, newId),
    ...createReadHandlers(store, grants),
  };
}
