import DataLoader from 'dataloader';
import type { FriendRequest__Output } from '#gen/proto/fitme/users/v1/FriendRequest.ts';
import type { Profile__Output } from '#gen/proto/fitme/users/v1/Profile.ts';
import type { Relationship__Output } from '#gen/proto/fitme/users/v1/Relationship.ts';
import type { User__Output } from '#gen/proto/fitme/users/v1/User.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { LocalClient } from '#platform/service/service.ts';

/** What one request asks for by id: collected, and read in one call a kind. Null where there is none to be seen. */
export interface Loaders {
  card: DataLoader<string, User__Output | null>;
  profile: DataLoader<string, Profile__Output | null>;
  relationship: DataLoader<string, Relationship__Output | null>;
  friendRequest: DataLoader<string, FriendRequest__Output | null>;
}

export function createLoaders(users: LocalClient<UsersServiceDefinition>): Loaders {
  return {
    card: createLoader(async (ids) => {
      const answer = await users.batchGetUsers({ ids });
      return answer.users.map((user) => [user.id, user]);
    }),
    profile: createLoader(async (userIds) => {
      const { profiles } = await users.batchGetProfiles({ userIds });
      return profiles.map((profile) => [profile.userId, profile]);
    }),
    relationship: createLoader(async (userIds) => {
      const { relationships } = await users.batchGetRelationships({ userIds });
      return relationships.map(({ userId, relationship }) => [userId, relationship]);
    }),
    friendRequest: createLoader(async (ids) => {
      const { friendRequests } = await users.batchGetFriendRequests({ ids });
      return friendRequests.map((request) => [request.id, request]);
    }),
  };
}

/**
 * Batches, and does not cache: the mutations of a request run one after the other, and a later one must not answer with
 * what an earlier one has read.
 * @param read - Entries by key of those that it finds.
 */
function createLoader<Value>(
  read: (keys: string[]) => Promise<[string, Value][]>,
): DataLoader<string, Value | null> {
  return new DataLoader(
    async (keys: readonly string[]) => {
      const byKey = new Map(await read([...new Set(keys)]));
      return keys.map((key) => byKey.get(key) ?? null);
    },
    { maxBatchSize: 1_000, cache: false },
  );
}
