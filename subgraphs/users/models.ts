import type { FriendRequest__Output } from '#gen/proto/fitme/users/v1/FriendRequest.ts';
import type { User__Output } from '#gen/proto/fitme/users/v1/User.ts';

/** A person as resolvers get them: by id, with the card where it has been read already. */
export interface UserModel {
  id: string;
  card?: User__Output;
}

export type FriendRequestModel = FriendRequest__Output;
