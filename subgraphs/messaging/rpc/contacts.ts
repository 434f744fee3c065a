import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, invalidField } from '#platform/errors.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';

export type UsersClient = Pick<ServiceClient<UsersServiceDefinition>, 'checkContacts'>;

/** What a command must know of people at this very moment: it is asked of users, and never kept. */
export type Contacts = ReturnType<typeof createContacts>;

export function createContacts(users: UsersClient) {
  return {
    /**
     * Makes sure that somebody may bring others into a conversation.
     * @param path - The request's field that names them.
     * @throws DomainError INVALID_ARGUMENT where one does not exist, PERMISSION_DENIED where a block stands.
     */
    async assertReachable(userId: string, otherIds: readonly string[], path: string, call: CallContext) {
      const { unknownIds, blockedIds } = await users.checkContacts(
        { userId, otherIds: [...otherIds] },
        { call, as: 'service' },
      );
      if (unknownIds.length > 0) {
        throw invalidField(path, `There is nobody with the id ${unknownIds.join(', ')}: leave it out.`);
      }
      if (blockedIds.length > 0) {
        const message = `You and ${blockedIds.join(', ')} cannot start a conversation: leave the id out.`;
        throw new DomainError('PERMISSION_DENIED', message, {
          reason: 'PERSON_UNREACHABLE',
          fields: [{ path, message }],
        });
      }
    },

    /**
     * Makes sure that somebody may write to the other one of a direct conversation.
     * @param peerId - Null where their account was erased.
     * @throws DomainError FAILED_PRECONDITION where a block stands, or there is nobody any more.
     */
    async assertWritable(userId: string, peerId: string | null, call: CallContext) {
      if (peerId === null) throw nobodyThere();
      const request = { userId, otherIds: [peerId] };
      const { unknownIds, blockedIds } = await users.checkContacts(request, { call, as: 'service' });
      if (unknownIds.length > 0) throw nobodyThere();
      if (blockedIds.length > 0) {
        throw new DomainError(
          'FAILED_PRECONDITION',
          'You cannot write to this person now. What was written stays readable.',
          { reason: 'PERSON_UNREACHABLE' },
        );
      }
    },
  };
}

function nobodyThere(): DomainError {
  return new DomainError(
    'FAILED_PRECONDITION',
    'The other person has left the platform: there is nobody to write to. What was written stays readable.',
    { reason: 'PERSON_GONE' },
  );
}
