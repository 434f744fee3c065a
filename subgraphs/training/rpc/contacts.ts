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
     * Makes sure that two people may have to do with each other.
     * @param path - The request's field that names the other one.
     * @throws DomainError INVALID_ARGUMENT where there is nobody, PERMISSION_DENIED where a block stands
     */
    async assertReachable(userId: string, otherId: string, path: string, call: CallContext): Promise<void> {
      const request = { userId, otherIds: [otherId] };
      const { unknownIds, blockedIds } = await users.checkContacts(request, { call, as: 'service' });
      if (unknownIds.length > 0)
        throw invalidField(path, 'There is nobody with this id: name somebody else.');
      if (blockedIds.length > 0) {
        const message = 'You cannot ask this person: name somebody else.';
        throw new DomainError('PERMISSION_DENIED', message, {
          reason: 'PERSON_UNREACHABLE',
          fields: [{ path, message }],
        });
      }
    },
  };
}
