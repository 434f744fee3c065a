import type DataLoader from 'dataloader';
import type { FriendRequest__Output } from '#gen/proto/fitme/users/v1/FriendRequest.ts';
import type { User__Output } from '#gen/proto/fitme/users/v1/User.ts';
import type { UserProfile__Output } from '#gen/proto/fitme/users/v1/UserProfile.ts';
import type { UserRelationship__Output } from '#gen/proto/fitme/users/v1/UserRelationship.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { IncomingCall } from '#platform/call.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';

/** What resolvers work with during one request. */
export interface Context {
  viewer: Viewer | null;
  users: LocalClient<UsersServiceDefinition>;
  cardById: DataLoader<string, User__Output | null>;
  /** By its person. */
  profileOf: DataLoader<string, UserProfile__Output | null>;
  /** By the other person. */
  relationshipTo: DataLoader<string, UserRelationship__Output | null>;
  friendRequestById: DataLoader<string, FriendRequest__Output | null>;
}

export function createContext(
  service: Service<UsersServiceDefinition>,
  call: IncomingCall,
  viewer: Viewer | null,
): Context {
  const users = service.local(call);
  return {
    viewer,
    users,
    cardById: createLoader(async (ids) => {
      const answer = await users.batchGetUsers({ ids });
      return answer.users.map((user) => [user.id, user]);
    }),
    profileOf: createLoader(async (userIds) => {
      const { profiles } = await users.batchGetUserProfiles({ userIds });
      return profiles.map((profile) => [profile.userId, profile]);
    }),
    relationshipTo: createLoader(async (userIds) => {
      const { relationships } = await users.batchGetUserRelationships({ userIds });
      return relationships.map(({ userId, relationship }) => [userId, relationship]);
    }),
    friendRequestById: createLoader(async (ids) => {
      const { friendRequests } = await users.batchGetFriendRequests({ ids });
      return friendRequests.map((request) => [request.id, request]);
    }),
  };
}
