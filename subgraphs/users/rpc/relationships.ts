import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { standingOf } from '../rules/rules.ts';
import { blocksCursor, friendsCursor, requestsCursor } from '../store/relationship-lists.ts';
import type { Store } from '../store/store.ts';
import { directions, friendRequestOf, relationships, userEdgesOf } from './present.ts';

export type RelationshipMethods =
  | 'BatchGetUserRelationships'
  | 'ListFriends'
  | 'ListFriendRequests'
  | 'BatchGetFriendRequests'
  | 'SendFriendRequest'
  | 'AcceptFriendRequest'
  | 'DeclineFriendRequest'
  | 'CancelFriendRequest'
  | 'RemoveFriend'
  | 'BlockUser'
  | 'UnblockUser'
  | 'ListBlockedUsers'
  | 'CheckContacts'
  | 'ListBonds';

export interface RelationshipParts {
  store: Store;
}

/** Friends, requests and blocks. */
export function createRelationshipHandlers({
  store,
}: RelationshipParts): Pick<Handlers<UsersServiceDefinition>, RelationshipMethods> {
  return {
    async BatchGetUserRelationships({ userIds }, { viewer }) {
      const facts = await store.relationships.facts(requirePerson(viewer).id, userIds);
      const answers = [...facts].map(([userId, pair]) => ({
        userId,
        relationship: relationships.valueOf(standingOf(pair)),
      }));
      return { relationships: answers };
    },

    async ListFriends({ page }, { viewer, signal }) {
      const { id } = requirePerson(viewer);
      return userEdgesOf(await store.relationships.listFriends(id, windowOf(page, friendsCursor), signal));
    },

    async ListBlockedUsers({ page }, { viewer, signal }) {
      const { id } = requirePerson(viewer);
      return userEdgesOf(await store.relationships.listBlocked(id, windowOf(page, blocksCursor), signal));
    },

    async ListFriendRequests({ direction, page }, { viewer, signal }) {
      const { id: userId } = requirePerson(viewer);
      const list = {
        userId,
        direction: directions.requiredNameOf(direction),
        window: windowOf(page, requestsCursor),
      };
      const { edges, pageInfo } = await store.relationships.listRequests(list, signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ friendRequest: friendRequestOf(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetFriendRequests({ ids }, { viewer }) {
      const found = await store.relationships.requests(requirePerson(viewer).id, ids);
      return { friendRequests: found.map(friendRequestOf) };
    },

    async SendFriendRequest(request, { viewer }) {
      const { id: viewerId } = requirePerson(viewer);
      const once = { viewerId, method: 'SendFriendRequest', key: request.idempotencyKey, request };
      return store.idempotent(once, async (transaction) => ({
        friendRequest: friendRequestOf(await store.bonds.ask(transaction, viewerId, request.userId)),
      }));
    },

    async AcceptFriendRequest({ friendRequestId }, { viewer }) {
      const request = await store.bonds.accept(requirePerson(viewer).id, friendRequestId);
      return { friendRequest: friendRequestOf(request) };
    },

    async DeclineFriendRequest({ friendRequestId }, { viewer }) {
      await store.bonds.withdraw(requirePerson(viewer).id, friendRequestId, 'addressee');
      return { friendRequestId };
    },

    async CancelFriendRequest({ friendRequestId }, { viewer }) {
      await store.bonds.withdraw(requirePerson(viewer).id, friendRequestId, 'requester');
      return { friendRequestId };
    },

    async RemoveFriend({ userId }, { viewer }) {
      await store.bonds.unfriend(requirePerson(viewer).id, userId);
      return { userId };
    },

    async BlockUser({ userId }, { viewer }) {
      await store.bonds.block(requirePerson(viewer).id, userId);
      return { userId };
    },

    async UnblockUser({ userId }, { viewer }) {
      await store.bonds.unblock(requirePerson(viewer).id, userId);
      return { userId };
    },

    async ListBonds({ afterUserId, afterOtherId, limit }, { signal }) {
      const after = afterUserId && afterOtherId ? ([afterUserId, afterOtherId] as const) : null;
      return { bonds: await store.relationships.listBonds(after, limit, signal) };
    },

    CheckContacts: ({ userId, otherIds }) => store.relationships.contacts(userId, otherIds),
  };
}
