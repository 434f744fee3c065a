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
    card: loader(async (ids) => {
      const answer = await users.batchGetUsers({ ids });
      return new Map(answer.users.map((user) => [user.id, user]));
    }),
    profile: loader(async (userIds) => {
      const { profiles } = await users.batchGetProfiles({ userIds });
      return new Map(profiles.map((profile) => [profile.userId, profile]));
    }),
    relationship: loader(async (userIds) => {
      const { relationships } = await users.batchGetRelationships({ userIds });
      return new Map(relationships.map(({ userId, relationship }) => [userId, relationship]));
    }),
    friendRequest: loader(async (ids) => {
      const { friendRequests } = await users.batchGetFriendRequests({ ids });
      return new Map(friendRequests.map((request) => [request.id, request]));
    }),
  };
}

function loader<Value>(
  read: (ids: string[]) => Promise<Map<string, Value>>,
): DataLoader<string, Value | null> {
  return new DataLoader(
    async (ids: readonly string[]) => {
      const found = await read([...ids]);
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: 1_000 },
  );
}
