import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { membershipCursor } from '../store/memberships.ts';
import type { Store } from '../store/store.ts';
import type { Contacts } from './contacts.ts';
import type { Gate } from './gate.ts';
import { membershipOf } from './present/gyms.ts';
import { edgesOf, pageOf } from './present/pages.ts';
import { found } from './present/training.ts';

type Memberships =
  | 'JoinGym'
  | 'AddGymMember'
  | 'EndGymMembership'
  | 'ListOwnGymMemberships'
  | 'BatchListGymMemberships'
  | 'BatchGetGymMemberships'
  | 'BatchGetOwnGymMemberships'
  | 'ListActiveGymMemberships';

export interface MembershipParts {
  contacts: Contacts;
  gate: Gate;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** Who trains in which gym: members see their own, staff those of their gym. */
export function createMembershipHandlers(
  { memberships, gyms }: Store,
  { contacts, gate, now }: MembershipParts,
): Pick<Handlers<GymsServiceDefinition>, Memberships> {
  async function present(id: string) {
    return { gymMembership: membershipOf(found((await memberships.find(id)) ?? undefined, 'membership')) };
  }

  async function assertOpen(gymId: string, { viewer, signal }: CallContext): Promise<void> {
    const [gym] = await gyms.get(requirePerson(viewer).id, [gymId], signal);
    if (found(gym, 'gym').joining === 'OPEN') return;
    throw new DomainError('FAILED_PRECONDITION', 'The staff of this gym makes members: ask them.', {
      reason: 'MEMBERS_BY_STAFF',
    });
  }

  return {
    async JoinGym(request, call) {
      const { id: userId } = requirePerson(call.viewer);
      const { gymId, idempotencyKey: key } = request;
      const membership = { gymId, userId, lastDay: null };
      const once = { key, request, admit: () => assertOpen(gymId, call) };
      return present(await memberships.start(userId, 'JoinGym', membership, once));
    },

    async AddGymMember(request, call) {
      const { gymId, userId, lastDay, idempotencyKey: key } = request;
      const actorId = await gate.assertMay(gymId, call, 'keep-members');
      const admit = async () => {
        await contacts.assertReachable(actorId, userId, 'userId', call);
        const today = new Date(now()).toISOString().slice(0, 10);
        if (lastDay !== undefined && lastDay < today)
          throw invalidField('lastDay', 'It lies in the past: choose today or a later day.');
      };
      const membership = { gymId, userId, lastDay: lastDay ?? null };
      return present(await memberships.start(actorId, 'AddGymMember', membership, { key, request, admit }));
    },

    async EndGymMembership({ gymMembershipId }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const membership = await memberships.find(gymMembershipId);
      if (membership === null) throw notFound('membership');
      if (membership.userId !== actorId) {
        await gate.assertMay(membership.gymId, call, 'keep-members').catch((error: unknown) => {
          // That somebody is a member somewhere is nobody else's to know.
          throw error instanceof DomainError && error.code === 'PERMISSION_DENIED'
            ? notFound('membership')
            : error;
        });
      }
      await memberships.end(gymMembershipId);
      return present(gymMembershipId);
    },

    async ListOwnGymMemberships({ page }, { viewer, signal }) {
      const window = windowOf(page, membershipCursor);
      const list = await memberships.list(requirePerson(viewer).id, window, signal);
      return edgesOf(list, 'gymMembership', membershipOf);
    },

    async BatchListGymMemberships(request, { viewer, signal }) {
      const pages = await memberships.listOf(requirePerson(viewer).id, request, signal);
      return { pages: pages.map((each) => pageOf(each, 'gymId', 'gymMembership', membershipOf)) };
    },

    async BatchGetGymMemberships({ ids }, { viewer, signal }) {
      const views = await memberships.get(requirePerson(viewer).id, ids, signal);
      return { gymMemberships: views.map(membershipOf) };
    },

    async BatchGetOwnGymMemberships({ gymIds }, { viewer, signal }) {
      const views = await memberships.present(requirePerson(viewer).id, gymIds, signal);
      return { gymMemberships: views.map(membershipOf) };
    },

    async ListActiveGymMemberships({ afterGymId, afterUserId, limit }) {
      const after = afterGymId && afterUserId ? ([afterGymId, afterUserId] as const) : null;
      return { gymMemberships: (await memberships.listActive(after, limit)).map(membershipOf) };
    },
  };
}
