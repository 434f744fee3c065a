import type { Resolvers } from '#gen/graphql/users.ts';
import type { User__Output } from '#gen/proto/fitme/users/v1/User.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import { directions, objectives, relationships, roles, sexes, units, visibilities } from '../rpc/present.ts';
import type { Context } from './context.ts';
import { personOf, referenceTo, type UserModel } from './models.ts';
import { createMutations } from './mutations.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: {
      viewer: (_parent, _arguments, { viewer }) => (viewer?.kind === 'person' ? { id: viewer.id } : null),
      me: (_parent, _arguments, { viewer }) => (viewer?.kind === 'person' ? referenceTo(viewer.id) : null),
      user: (_parent, { id }, context) => userById(id, context),
      async userByHandle(_parent, { handle }, { users }) {
        const { user } = await users.getUserByHandle({ handle }).catch(nobodyWhereNotFound);
        return user && personOf(user);
      },
      friendRequest: (_parent, { id }, { friendRequestById }) => friendRequestById.load(id),
      async searchUsers(_parent, { text, ...window }, { users }) {
        const page = await users.searchUsers({ text, page: pageRequestOf(window) });
        return connectionOf(page, ({ user }) => ({ node: personOf(promised(user)) }));
      },
    },

    Mutation: createMutations(),

    User: {
      __resolveReference: ({ id }, context) => userById(id, context),
      name: async (user, _arguments, context) => (await cardOf(user, context)).name,
      handle: async (user, _arguments, context) => (await cardOf(user, context)).handle,
      avatarUrl: async (user, _arguments, context) => (await cardOf(user, context)).avatarUrl ?? null,
      async avatar(user, _arguments, context) {
        return stubOf((await cardOf(user, context)).avatarFileId);
      },
      profile: ({ id }, _arguments, { profileOf }) => profileOf.load(id),
      async relationship({ id }, _arguments, { relationshipTo }) {
        const relationship = await relationshipTo.load(id);
        return relationship && relationships.requiredNameOf(relationship);
      },
    },

    Viewer: {
      __resolveReference: viewerOf,
      user: ({ id }) => referenceTo(id),
      profile: async ({ id }, _arguments, { profileOf }) => promised(await profileOf.load(id)),
      account: async (_viewer, _arguments, { users }) => promised((await users.getAccount({})).account),
      sessions: async (_viewer, _arguments, { users }) => (await users.listAccountSessions({})).sessions,
      async friends(_viewer, window, { users }) {
        const page = await users.listFriends({ page: pageRequestOf(window) });
        return connectionOf(page, ({ user }) => ({ node: personOf(promised(user)) }));
      },
      async friendRequests(_viewer, { direction, ...window }, { users }) {
        const list = { direction: directions.valueOf(direction), page: pageRequestOf(window) };
        const page = await users.listFriendRequests(list);
        return connectionOf(page, ({ friendRequest }) => ({ node: promised(friendRequest) }));
      },
      async blockedUsers(_viewer, window, { users }) {
        const page = await users.listBlockedUsers({ page: pageRequestOf(window) });
        return connectionOf(page, ({ user }) => ({ node: personOf(promised(user)) }));
      },
    },

    UserProfile: {
      units: (profile) => units.requiredNameOf(profile.units),
      sex: ({ sex }) => sexes.nameOf(sex),
      objective: ({ objective }) => objectives.nameOf(objective),
    },

    Account: {
      roles: (account) => account.roles.map(roles.requiredNameOf),
      profileVisibility: ({ profileVisibility }) => visibilities.requiredNameOf(profileVisibility),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    },

    AccountSession: {
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
      lastUsedAt: ({ lastUsedAt }) => requiredDateOf(lastUsedAt),
    },

    FriendRequest: {
      __resolveReference: ({ id }, { friendRequestById }) => friendRequestById.load(id),
      requester: ({ requesterId }) => referenceTo(requesterId),
      addressee: ({ addresseeId }) => referenceTo(addresseeId),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    },
  };
}

/** Null where nobody has the id. */
async function userById(id: string, { cardById }: Context): Promise<UserModel | null> {
  const card = await cardById.load(id);
  return card && personOf(card);
}

/** The card of somebody who was referred to by id: it is read when a field of it is asked for. */
async function cardOf({ id, card }: UserModel, { cardById }: Context): Promise<User__Output> {
  const found = card ?? (await cardById.load(id));
  if (found === null) throw notFound('person');
  return found;
}

function nobodyWhereNotFound(error: unknown): { user: null } {
  if (error instanceof DomainError && error.code === 'NOT_FOUND') return { user: null };
  throw error;
}
