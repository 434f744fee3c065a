import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { found } from '../present.ts';
import { membershipOf } from '../present-gyms.ts';
import { membershipCursor } from '../store/memberships.ts';
import type { Store } from '../store.ts';
import type { Contacts } from './contacts.ts';
import type { Gate } from './gate.ts';

type Memberships =
  | 'JoinGym'
  | 'AddMember'
  | 'EndMembership'
  | 'ListMemberships'
  | 'ListMembers'
  | 'BatchGetOwnMemberships'
  | 'ListActiveMemberships';

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
    return { membership: membershipOf(found((await memberships.find(id)) ?? undefined, 'membership')) };
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

    async AddMember(request, call) {
      const { gymId, userId, lastDay, idempotencyKey: key } = request;
      const actorId = await gate.assertMay(gymId, call, 'keep-members');
      const admit = async () => {
        await contacts.assertReachable(actorId, userId, 'userId', call);
        const today = new Date(now()).toISOString().slice(0, 10);
        if (lastDay !== '' && lastDay < today)
          throw invalidField('lastDay', 'It lies in the past: choose today or a later day.');
      };
      const membership = { gymId, userId, lastDay: lastDay || null };
      return present(await memberships.start(actorId, 'AddMember', membership, { key, request, admit }));
    },

    async EndMembership({ membershipId }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const membership = await memberships.find(membershipId);
      if (membership === null) throw notFound('membership');
      if (membership.userId !== actorId) {
        await gate.assertMay(membership.gymId, call, 'keep-members').catch((error: unknown) => {
          // That somebody is a member somewhere is nobody else's to know.
          throw error instanceof DomainError && error.code === 'PERMISSION_DENIED'
            ? notFound('membership')
            : error;
        });
      }
      await memberships.end(membershipId);
      return present(membershipId);
    },

    async ListMemberships({ page }, { viewer, signal }) {
      const { id: userId } = requirePerson(viewer);
      const query = { includeEnded: true, window: windowOf(page, membershipCursor) };
      return pageOf(await memberships.list({ userId }, query, signal));
    },

    async ListMembers({ gymId, includeEnded, page }, call) {
      await gate.assertMay(gymId, call, 'receive');
      const query = { includeEnded, window: windowOf(page, membershipCursor) };
      return pageOf(await memberships.list({ gymId }, query, call.signal));
    },

    async BatchGetOwnMemberships({ gymIds }, { viewer, signal }) {
      const views = await memberships.present(requirePerson(viewer).id, gymIds, signal);
      return { memberships: views.map(membershipOf) };
    },

    async ListActiveMemberships({ afterGymId, afterUserId, limit }) {
      const after = afterGymId === '' ? null : ([afterGymId, afterUserId] as const);
      return { memberships: (await memberships.listActive(after, limit)).map(membershipOf) };
    },
  };
}

type MembershipsPage = Awaited<ReturnType<Store['memberships']['list']>>;

function pageOf({ edges, pageInfo }: MembershipsPage) {
  return { edges: edges.map(({ row, cursor }) => ({ membership: membershipOf(row), cursor })), pageInfo };
}
