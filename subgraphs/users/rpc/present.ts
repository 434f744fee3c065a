import type { Account__Output } from '#gen/proto/fitme/users/v1/Account.ts';
import type { FriendRequest__Output } from '#gen/proto/fitme/users/v1/FriendRequest.ts';
import { FriendRequestDirection } from '#gen/proto/fitme/users/v1/FriendRequestDirection.ts';
import { ProfileVisibility } from '#gen/proto/fitme/users/v1/ProfileVisibility.ts';
import { Sex } from '#gen/proto/fitme/users/v1/Sex.ts';
import { TrainingObjective } from '#gen/proto/fitme/users/v1/TrainingObjective.ts';
import { UnitSystem } from '#gen/proto/fitme/users/v1/UnitSystem.ts';
import type { User__Output } from '#gen/proto/fitme/users/v1/User.ts';
import type { UserEdge__Output } from '#gen/proto/fitme/users/v1/UserEdge.ts';
import type { UserProfile__Output } from '#gen/proto/fitme/users/v1/UserProfile.ts';
import { UserRelationship } from '#gen/proto/fitme/users/v1/UserRelationship.ts';
import { UserRole } from '#gen/proto/fitme/users/v1/UserRole.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import type { Page } from '#platform/service/paging.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { Card, Person } from '../store/people.ts';
import type { ProfileRow } from '../store/profiles.ts';
import type { FriendRequest } from '../store/relationships.ts';

/** Enums between the contracts; the domain calls them what GraphQL does. */
export const roles = mapEnum(UserRole, 'USER_ROLE_');
export const units = mapEnum(UnitSystem, 'UNIT_SYSTEM_');
export const sexes = mapEnum(Sex, 'SEX_');
export const objectives = mapEnum(TrainingObjective, 'TRAINING_OBJECTIVE_');
export const visibilities = mapEnum(ProfileVisibility, 'PROFILE_VISIBILITY_');
export const relationships = mapEnum(UserRelationship, 'USER_RELATIONSHIP_');
export const directions = mapEnum(FriendRequestDirection, 'FRIEND_REQUEST_DIRECTION_');

/** The public card, and nothing else of a person. */
export function userOf({ id, name, handle, avatarUrl, avatarFileId }: Card): User__Output {
  return { id, name, handle, avatarUrl: avatarUrl ?? undefined, avatarFileId: avatarFileId ?? undefined };
}

export function userEdgesOf({ edges, pageInfo }: Page<Card>): {
  edges: UserEdge__Output[];
  pageInfo: Page<Card>['pageInfo'];
} {
  return { edges: edges.map(({ row, cursor }) => ({ user: userOf(row), cursor })), pageInfo };
}

export function profileOf(profile: ProfileRow): UserProfile__Output {
  return {
    userId: profile.id,
    bio: profile.bio ?? undefined,
    locale: profile.locale,
    timeZone: profile.timeZone,
    units: units.valueOf(profile.units),
    bornOn: profile.bornOn ?? undefined,
    sex: sexes.valueOf(profile.sex),
    heightCm: profile.heightCm ?? undefined,
    objective: objectives.valueOf(profile.objective),
    version: profile.version,
  };
}

export function accountOf(person: Person): Account__Output {
  return {
    userId: person.id,
    email: person.email,
    roles: person.roles.map(roles.valueOf),
    profileVisibility: visibilities.valueOf(person.profileVisibility),
    createdAt: timestampOf(person.createdAt),
  };
}

export function friendRequestOf(request: FriendRequest): FriendRequest__Output {
  return {
    id: request.id,
    requesterId: request.requesterId,
    addresseeId: request.addresseeId,
    createdAt: timestampOf(request.createdAt),
    accepted: request.acceptedAt !== null,
  };
}
