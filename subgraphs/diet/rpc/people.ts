import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { CallContext } from '#platform/call.ts';
import { dayOf } from '#platform/days.ts';
import { DomainError, invalidField } from '#platform/errors.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';

export type UsersClient = Pick<ServiceClient<UsersServiceDefinition>, 'checkContacts' | 'batchGetTimeZones'>;

/** What a command must know of people at this very moment: it is asked of users, and never kept. */
export type People = ReturnType<typeof createPeople>;

export function createPeople(users: UsersClient, now: () => number) {
  return {
    /** The day that it is for somebody, in their own time zone. */
    async todayOf(userId: string, call: CallContext): Promise<string> {
      const request = { userIds: [userId] };
      const { timeZones } = await users.batchGetTimeZones(request, { call, as: 'service' });
      return dayOf(now(), timeZones[0]?.timeZone ?? 'UTC');
    },

    /**
     * Makes sure that somebody may share something with others.
     * @throws DomainError INVALID_ARGUMENT where one does not exist, PERMISSION_DENIED where a block stands.
     */
    async assertReachable(userId: string, otherIds: readonly string[], path: string, call: CallContext) {
      const request = { userId, otherIds: [...otherIds] };
      const { unknownIds, blockedIds } = await users.checkContacts(request, { call, as: 'service' });
      if (unknownIds.length > 0) {
        throw invalidField(path, `There is nobody with the id ${unknownIds.join(', ')}: leave it out.`);
      }
      if (blockedIds.length > 0) {
        const message = `You and ${blockedIds.join(', ')} cannot share a list: leave the id out.`;
        throw new DomainError('PERMISSION_DENIED', message, {
          reason: 'PERSON_UNREACHABLE',
          fields: [{ path, message }],
        });
      }
    },
  };
}
