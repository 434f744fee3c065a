import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import type { Store } from '../store/store.ts';

/** Whoever blocks somebody trains them no longer, nor is trained by them. */
export function createBlocksConsumer({ relationships }: Store): ConsumerDefinition<PrismaClient, null> {
  return {
    name: 'blocks-of-users',
    from: 'users',
    kinds: ['users.person-blocked'],
    load: async () => null,
    async apply(transaction, { personBlocked }) {
      if (!personBlocked) return;
      await relationships.endBetween(transaction, personBlocked.blockerId, personBlocked.blockedId);
    },
  };
}
