import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { ConsumerDefinition } from '#platform/domain.ts';
import type { BondStore } from '../store/bonds.ts';

/** Friends and blocks. */
export function createUsersConsumer(bonds: BondStore): ConsumerDefinition<PrismaClient, null> {
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
  };
}
