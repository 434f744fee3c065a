import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import { backgroundCall } from '#platform/grpc/outgoing-call.ts';
import type { GymMembership, GymStore } from '../store/gyms.ts';

/** Memberships in one call. */
const PAGE = 1_000;

/** Members of gyms. */
export function createTrainingConsumer(
  members: GymStore,
  gyms: Pick<ServiceClient<GymsServiceDefinition>, 'listActiveGymMemberships'>,
): ConsumerDefinition<PrismaClient, null> {
  return {
    name: 'members-of-training',
    from: 'training',
    kinds: ['training.membership-changed'],
    load: async () => null,
    async apply(transaction, { membershipChanged }) {
      if (!membershipChanged) return;
      const { gymId, userId, member } = membershipChanged;
      if (member) await members.join(transaction, { gymId, userId });
      else await members.leave(transaction, { gymId, userId });
    },
    async resynchronise(signal) {
      const all: GymMembership[] = [];
      for (;;) {
        const last = all.at(-1);
        const { gymMemberships } = await gyms.listActiveGymMemberships(
          { afterGymId: last?.gymId, afterUserId: last?.userId, limit: PAGE },
          { as: 'service', call: backgroundCall(signal) },
        );
        all.push(...gymMemberships.map(({ gymId, userId }) => ({ gymId, userId })));
        if (gymMemberships.length < PAGE) break;
      }
      return (transaction) => members.replace(transaction, all);
    },
  };
}
