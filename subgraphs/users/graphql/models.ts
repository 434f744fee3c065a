import type { Account__Output } from '#gen/proto/fitme/users/v1/Account.ts';
import type { AccountSession__Output } from '#gen/proto/fitme/users/v1/AccountSession.ts';
import type { FriendRequest__Output } from '#gen/proto/fitme/users/v1/FriendRequest.ts';
import type { User__Output } from '#gen/proto/fitme/users/v1/User.ts';
import type { UserProfile__Output } from '#gen/proto/fitme/users/v1/UserProfile.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** A person as resolvers get them: by id, with the card where it has been read already. */
export interface UserModel {
  id: string;
  card: User__Output | null;
}

export function personOf(card: User__Output): UserModel {
  return { id: card.id, card };
}

/** Somebody of whom only the id is known: their card is read when a field of it is asked for. */
export function referenceTo(id: string): UserModel {
  return { id, card: null };
}

export type UserProfileModel = UserProfile__Output;
export type AccountModel = Account__Output;
export type AccountSessionModel = AccountSession__Output;
export type FriendRequestModel = FriendRequest__Output;

export type ViewerModel = ViewerEntity;

/** What files owns, by its id. */
export interface FileModel {
  id: string;
}
