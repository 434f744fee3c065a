import type { MutationResolvers } from '#gen/graphql/users.ts';
import type { AuthTokens__Output } from '#gen/proto/fitme/users/v1/AuthTokens.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import { objectives, roles, sexes, units, visibilities } from '../rpc/present.ts';
import type { Context } from './context.ts';
import { personOf, referenceTo } from './models.ts';

/** Commands: each is one service call. */
export function createMutations(): MutationResolvers<Context> {
  return {
    async signUp(_parent, { input }, { users }) {
      const { user, authTokens } = await users.signUp(input);
      return { user: personOf(promised(user)), authTokens: authTokensOf(authTokens) };
    },
    async signIn(_parent, { input }, { users }) {
      const { user, authTokens } = await users.signIn(input);
      return { user: personOf(promised(user)), authTokens: authTokensOf(authTokens) };
    },
    async refreshTokens(_parent, { input }, { users }) {
      const { authTokens } = await users.refreshTokens(input);
      return { authTokens: authTokensOf(authTokens) };
    },
    async signOut(_parent, _arguments, { users }) {
      await users.signOut({});
      return { signedOut: true };
    },
    signOutEverywhere: (_parent, _arguments, { users }) => users.signOutEverywhere({}),
    revokeAccountSession: (_parent, { input }, { users }) => users.revokeAccountSession(input),

    async grantUserRole(_parent, { input }, { users }) {
      const granted = await users.grantUserRole({ userId: input.userId, role: roles.valueOf(input.role) });
      return { user: referenceTo(granted.userId), roles: granted.roles.map(roles.requiredNameOf) };
    },
    async revokeUserRole(_parent, { input }, { users }) {
      const left = await users.revokeUserRole({ userId: input.userId, role: roles.valueOf(input.role) });
      return { user: referenceTo(left.userId), roles: left.roles.map(roles.requiredNameOf) };
    },

    async updateUserProfile(_parent, { input }, { users }) {
      const { expectedVersion, ...changes } = input;
      const request = changesOf({
        ...changes,
        avatarUrl: changes.avatarUrl && String(changes.avatarUrl),
        units: changes.units && units.valueOf(changes.units),
        bornOn: dayIn(changes.bornOn),
        sex: changes.sex && sexes.valueOf(changes.sex),
        objective: changes.objective && objectives.valueOf(changes.objective),
      });
      const { user } = await users.updateUserProfile({ expectedVersion, ...request });
      return { user: personOf(promised(user)) };
    },
    async updateProfilePrivacy(_parent, { input }, { users }) {
      const profileVisibility = visibilities.valueOf(input.profileVisibility);
      const { account } = await users.updateProfilePrivacy({ ...changesOf(input), profileVisibility });
      return { viewer: { id: promised(account).userId } };
    },

    async sendFriendRequest(_parent, { input }, { users }) {
      const { friendRequest } = await users.sendFriendRequest(input);
      return { friendRequest: promised(friendRequest) };
    },
    async acceptFriendRequest(_parent, { input }, { users }) {
      const { friendRequest } = await users.acceptFriendRequest(input);
      return { friendRequest: promised(friendRequest) };
    },
    declineFriendRequest: (_parent, { input }, { users }) => users.declineFriendRequest(input),
    cancelFriendRequest: (_parent, { input }, { users }) => users.cancelFriendRequest(input),
    async removeFriend(_parent, { input }, { users }) {
      const { userId } = await users.removeFriend(input);
      return { user: referenceTo(userId) };
    },
    async blockUser(_parent, { input }, { users }) {
      const { userId } = await users.blockUser(input);
      return { user: referenceTo(userId) };
    },
    async unblockUser(_parent, { input }, { users }) {
      const { userId } = await users.unblockUser(input);
      return { user: referenceTo(userId) };
    },
  };
}

function authTokensOf(authTokens: AuthTokens__Output | null) {
  const { accessToken, accessTokenExpiresAt, refreshToken, refreshTokenExpiresAt } = promised(authTokens);
  return {
    accessToken,
    accessTokenExpiresAt: requiredDateOf(accessTokenExpiresAt),
    refreshToken,
    refreshTokenExpiresAt: requiredDateOf(refreshTokenExpiresAt),
  };
}
