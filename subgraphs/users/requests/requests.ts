import { z } from 'zod';
import { TrainingObjective } from '#gen/proto/fitme/users/v1/TrainingObjective.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import {
  httpsUrl,
  id,
  idempotencyKey,
  ids,
  optionalText,
  timeZone,
} from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { handleFault, normalizeHandle } from '../rules/rules.ts';

const name = textOf(1, 80, 'takes 1 to 80 characters').refine(
  isOneLine,
  'takes one line, without control characters',
);
const handle = z.string().superRefine((text, context) => {
  const fault = handleFault(normalizeHandle(text));
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});
const email = z
  .string()
  .max(254, 'takes at most 254 characters')
  .refine((text) => z.email().safeParse(text.trim()).success, 'takes an e-mail address');
/** Only bounded here: whether it is strong enough is a matter of rules, and whether it is right one of its hash. */
const password = z.string().max(1_000, 'takes at most 128 characters');
const grantableRole = z.enum(
  ['USER_ROLE_TRAINER', 'USER_ROLE_GYM_ADMIN', 'USER_ROLE_ADMIN'],
  'takes TRAINER, GYM_ADMIN or ADMIN',
);

const heightMessage = 'takes 50 to 280 centimetres';

/** What people can change of their card and profile, and what it must hold then; null for none. */
export const changeableProfile = z.object({
  name,
  handle,
  bio: optionalText(500, 'What you tell about yourself').nullable(),
  avatarUrl: httpsUrl.nullable(),
  avatarFileId: id.nullable(),
  locale: z.string().refine(isLocale, 'takes a BCP 47 tag, for example "de-CH"'),
  timeZone,
  units: z.enum(['UNIT_SYSTEM_METRIC', 'UNIT_SYSTEM_IMPERIAL'], 'takes METRIC or IMPERIAL'),
  bornOn: z.string().nullable(),
  sex: z.enum(['SEX_FEMALE', 'SEX_MALE', 'SEX_OTHER'], 'takes FEMALE, MALE or OTHER').nullable(),
  heightCm: z.number(heightMessage).min(50, heightMessage).max(280, heightMessage).nullable(),
  objective: z
    .enum(TrainingObjective)
    .refine((value) => value !== 'TRAINING_OBJECTIVE_UNSPECIFIED', 'takes an objective of the contract')
    .nullable(),
});

/** What people can change of their account. */
export const changeablePrivacy = z.object({
  profileVisibility: z.enum(
    ['PROFILE_VISIBILITY_PUBLIC', 'PROFILE_VISIBILITY_FRIENDS', 'PROFILE_VISIBILITY_PRIVATE'],
    'takes PUBLIC, FRIENDS or PRIVATE',
  ),
});

/** What requests must hold beyond their proto types. */
export const requests: RequestSchemas<UsersServiceDefinition> = {
  SignUp: z.object({ email, password, name, handle: z.literal('').or(handle).optional(), idempotencyKey }),
  SignIn: z.object({ email: z.string().max(254, 'takes at most 254 characters'), password }),
  RefreshTokens: z.object({
    refreshToken: textOf(1, 200, 'takes the refresh token as it was answered'),
    idempotencyKey: z.string().max(64, 'takes a key of your own, at most 64 characters').optional(),
  }),
  RevokeAccountSession: z.object({ accountSessionId: id }),
  GrantUserRole: z.object({ userId: id, role: grantableRole }),
  RevokeUserRole: z.object({ userId: id, role: grantableRole }),

  BatchGetUsers: z.object({ ids: ids(1_000) }),
  BatchGetUserProfiles: z.object({ userIds: ids(1_000) }),
  BatchGetTimeZones: z.object({ userIds: ids(1_000) }),
  ListBonds: z
    .object({
      afterUserId: id.optional(),
      afterOtherId: id.optional(),
      limit: z.int().min(1, 'takes 1 to 1,000').max(1_000, 'takes 1 to 1,000'),
    })
    .refine((after) => (after.afterUserId === undefined) === (after.afterOtherId === undefined), {
      path: ['afterOtherId'],
      message: 'goes with afterUserId: send both, or neither',
    }),
  GetUserByHandle: z.object({ handle: textOf(1, 60, 'takes a handle, with or without the @') }),
  SearchUsers: z.object({ text: z.string().max(80, 'takes 2 to 80 characters'), page: pageRequest }),
  UpdateUserProfile: z
    .object({
      avatarUrl: z.string().optional(),
      avatarFileId: z.string().optional(),
      updateMask,
      expectedVersion: z.int().min(1, 'takes the version that you have read'),
    })
    .refine(({ avatarUrl, avatarFileId }) => !avatarUrl || !avatarFileId, {
      path: ['avatarFileId'],
      message: 'takes a file, or leave it out where you send avatarUrl',
    }),
  UpdateProfilePrivacy: z.object({ updateMask }),

  BatchGetUserRelationships: z.object({ userIds: ids(1_000) }),
  ListFriends: z.object({ page: pageRequest }),
  ListFriendRequests: z.object({
    direction: z.enum(
      ['FRIEND_REQUEST_DIRECTION_RECEIVED', 'FRIEND_REQUEST_DIRECTION_SENT'],
      'takes RECEIVED or SENT',
    ),
    page: pageRequest,
  }),
  BatchGetFriendRequests: z.object({ ids: ids(1_000) }),
  SendFriendRequest: z.object({ userId: id, idempotencyKey }),
  AcceptFriendRequest: z.object({ friendRequestId: id }),
  DeclineFriendRequest: z.object({ friendRequestId: id }),
  CancelFriendRequest: z.object({ friendRequestId: id }),
  RemoveFriend: z.object({ userId: id }),
  BlockUser: z.object({ userId: id }),
  UnblockUser: z.object({ userId: id }),
  ListBlockedUsers: z.object({ page: pageRequest }),
  CheckContacts: z.object({ userId: id, otherIds: ids(1_000) }),
};

/** Text whose length is counted in code points, without the spaces around it. */
function textOf(min: number, max: number, message: string) {
  return z.string().refine((text) => {
    const { length } = [...text.trim()];
    return length >= min && length <= max;
  }, message);
}

function isOneLine(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

function isLocale(text: string): boolean {
  try {
    return text.length <= 35 && Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
