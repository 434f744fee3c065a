import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import { backgroundCall } from '#platform/grpc/outgoing-call.ts';
import type { Bond, BondStore } from '../store/bonds.ts';

/** Bonds in one call. */
const PAGE = 1_000;

/** Friends and blocks. */
export function createUsersConsumer(
  bonds: BondStore,
  users: Pick<ServiceClient<UsersServiceDefinition>, 'listBonds'>,
): ConsumerDefinition<PrismaClient, null> {
  return {
    name: 'bonds-of-users',
    from: 'users',
    kinds: [
      'users.friend-accepted',
      'users.friendship-ended',
      'users.person-blocked',
      'users.person-unblocked',
    ],
    load: async () => null,
    async apply(transaction, event) {
      if (event.friendAccepted) {
        const { requesterId, addresseeId } = event.friendAccepted;
        await bonds.befriend(transaction, [requesterId, addresseeId]);
      } else if (event.friendshipEnded) {
        const { actorId, otherId } = event.friendshipEnded;
        await bonds.unfriend(transaction, [actorId, otherId]);
      } else if (event.personBlocked) {
        const { blockerId, blockedId } = event.personBlocked;
        await bonds.block(transaction, blockerId, blockedId);
      } else if (event.personUnblocked) {
        const { blockerId, blockedId } = event.personUnblocked;
        await bonds.unblock(transaction, blockerId, blockedId);
      }
    },
    async resynchronise(signal) {
      const all: Bond[] = [];
      for (;;) {
        const last = all.at(-1);
        const { bonds: page } = await users.listBonds(
          { afterUserId: last?.userId, afterOtherId: last?.otherId, limit: PAGE },
          { as: 'service', call: backgroundCall(signal) },
        );
        all.push(...page);
        if (page.length < PAGE) break;
      }
      return (transaction) => bonds.replace(transaction, all);
    },
  };
}
