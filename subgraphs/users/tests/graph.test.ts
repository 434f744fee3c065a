import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainNetwork, TestDoor } from '#tests/domain-network.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { befriend, newHandle, PASSWORD, type Person, signUp, startUsers } from './world.ts';

let network: DomainNetwork;
let statements: StatementCount;
let door: TestDoor;
beforeAll(async () => {
  network = await startUsers();
  statements = await openStatementCount(network.database.adminUrl);
  door = network.doors[0] as TestDoor;
});
afterAll(async () => {
  await statements?.close();
  await network?.close();
});

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what the assertions are about
type Answer = any;

async function ask(
  query: string,
  { token, ...variables }: { token?: string } & Record<string, unknown> = {},
): Promise<Answer> {
  const { data, errors } = await network.graphql<Answer>('users', query, {
    variables,
    ...(token && { token }),
  });
  expect(errors).toBeUndefined();
  return data;
}

async function refusalOf(
  query: string,
  { token, ...variables }: { token?: string } & Record<string, unknown> = {},
) {
  const { errors } = await network.graphql<Answer>('users', query, { variables, ...(token && { token }) });
  return errors?.[0]?.extensions;
}

const SIGN_UP = `mutation ($input: SignUpInput!) {
  signUp(input: $input) { user { id handle } authTokens { accessToken accessTokenExpiresAt refreshToken } } }`;

describe('accounts', () => {
  it('are opened, signed in to, refreshed and signed out of', async () => {
    const handle = newHandle();
    const input = { email: `${handle}@example.com`, password: PASSWORD, name: 'Ada', idempotencyKey: handle };
    const { signUp: signedUp } = await ask(SIGN_UP, { input });
    expect(signedUp.user.handle).toMatch(/^ada/);
    expect(Date.parse(signedUp.authTokens.accessTokenExpiresAt)).toBeGreaterThan(Date.now());

    const { signIn } = await ask(
      'mutation ($input: SignInInput!) { signIn(input: $input) { user { id } authTokens { refreshToken } } }',
      { input: { email: input.email, password: PASSWORD } },
    );
    expect(signIn.user.id).toBe(signedUp.user.id);
    const { refreshTokens } = await ask(
      'mutation ($input: RefreshTokensInput!) { refreshTokens(input: $input) { authTokens { accessToken } } }',
      { input: { refreshToken: signIn.authTokens.refreshToken } },
    );
    const token = refreshTokens.authTokens.accessToken;
    const { viewer } = await ask(
      '{ viewer { user { id } account { email roles } sessions { id device current } } }',
      { token },
    );
    expect(viewer.user.id).toBe(signedUp.user.id);
    expect(viewer.account).toEqual({ email: input.email, roles: ['MEMBER'] });
    expect(viewer.sessions.map(({ current }: Answer) => current)).toEqual([true, false]);
    const { revokeAccountSession } = await ask(
      'mutation ($input: RevokeAccountSessionInput!) { revokeAccountSession(input: $input) { accountSessionId } }',
      { token, input: { accountSessionId: viewer.sessions[1].id } },
    );
    expect(revokeAccountSession.accountSessionId).toBe(viewer.sessions[1].id);
    const { signOutEverywhere } = await ask('mutation { signOutEverywhere { endedCount } }', { token });
    expect(signOutEverywhere).toEqual({ endedCount: 1 });
  });

  it('refuse in the words and codes of GraphQL clients', async () => {
    const handle = newHandle();
    const weak = { email: `${handle}@example.com`, password: 'weak', name: 'Ada', idempotencyKey: handle };
    expect(await refusalOf(SIGN_UP, { input: weak })).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'password' }],
    });
    const { accessToken: token } = await signUp(door);
    const grant = 'mutation { grantUserRole(input: { userId: "x", role: ADMIN }) { roles } }';
    expect(await refusalOf(grant, { token })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf('mutation { signOut { signedOut } }')).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('are nobody’s for who is not signed in', async () => {
    expect(await ask('{ viewer { id } me { id } }')).toEqual({ viewer: null, me: null });
  });
});

describe('people', () => {
  it('change their profile: what is left out stays, and null takes away', async () => {
    const { accessToken: token } = await signUp(door);
    const change = `mutation ($input: UpdateUserProfileInput!) { updateUserProfile(input: $input) { user { name avatarUrl
      profile { bio units bornOn sex heightCm objective version } } } }`;
    const full = {
      expectedVersion: 1,
      bio: 'Lifts.',
      avatarUrl: 'https://example.com/a.png',
      units: 'IMPERIAL',
      bornOn: '1990-12-10',
      sex: 'FEMALE',
      heightCm: 168,
      objective: 'STRENGTH',
    };
    const first = await ask(change, { token, input: full });
    const { expectedVersion: _version, avatarUrl, ...profile } = full;
    expect(first.updateUserProfile.user).toEqual({
      name: 'Ada Lovelace',
      avatarUrl,
      profile: { ...profile, version: 2 },
    });
    const second = await ask(change, {
      token,
      input: {
        expectedVersion: 2,
        avatarUrl: null,
        bornOn: null,
        sex: null,
        heightCm: null,
        objective: null,
      },
    });
    expect(second.updateUserProfile.user).toEqual({
      name: 'Ada Lovelace',
      avatarUrl: null,
      profile: {
        bio: 'Lifts.',
        units: 'IMPERIAL',
        bornOn: null,
        sex: null,
        heightCm: null,
        objective: null,
        version: 3,
      },
    });
    expect(await refusalOf(change, { token, input: full })).toMatchObject({ code: 'CONFLICT' });
    const nameless = { expectedVersion: 3, name: null };
    expect(await refusalOf(change, { token, input: nameless })).toMatchObject({ code: 'BAD_USER_INPUT' });
    const privacy =
      'mutation { updateProfilePrivacy(input: { profileVisibility: PRIVATE }) { viewer { account { profileVisibility } } } }';
    expect((await ask(privacy, { token })).updateProfilePrivacy.viewer.account).toEqual({
      profileVisibility: 'PRIVATE',
    });
  });

  it('see the card of a private person and nothing else', async () => {
    const [owner, { accessToken: token }] = [await signUp(door, 'Greta Garbo'), await signUp(door)];
    await owner.service.updateProfilePrivacy({ profileVisibility: 'PROFILE_VISIBILITY_PRIVATE' });
    const fields = 'name profile { bio } relationship';
    const seen = await ask(
      `query ($id: ID!, $handle: String!) { user(id: $id) { ${fields} } userByHandle(handle: $handle) { ${fields} }
        searchUsers(text: $handle) { nodes { ${fields} } } }`,
      { token, id: owner.id, handle: owner.handle },
    );
    const card = { name: 'Greta Garbo', profile: null, relationship: 'STRANGER' };
    expect(seen).toEqual({ user: card, userByHandle: card, searchUsers: { nodes: [card] } });
  });

  it('hand out a viewer to nobody but the person themselves', async () => {
    const [{ accessToken: token, id, email }, other] = [await signUp(door), await signUp(door)];
    const { _entities } = await ask(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { account { email } } } }',
      { token, of: [id, other.id].map((of) => ({ __typename: 'Viewer', id: of })) },
    );
    expect(_entities).toEqual([{ account: { email } }, null]);
  });

  it('are null where there are none', async () => {
    const { accessToken: token } = await signUp(door);
    const query =
      '{ user(id: "01900000-0000-7000-8000-000000000000") { id } userByHandle(handle: "nobody_has_it") { id } }';
    expect(await ask(query, { token })).toEqual({ user: null, userByHandle: null });
  });
});

describe('friendships', () => {
  it('begin with a request, and end', async () => {
    const [asker, asked] = [await signUp(door), await signUp(door)];
    const { sendFriendRequest } = await ask(
      `mutation ($input: SendFriendRequestInput!) { sendFriendRequest(input: $input) {
        friendRequest { id accepted createdAt requester { id name } addressee { handle relationship } } } }`,
      { token: asker.accessToken, input: { userId: asked.id, idempotencyKey: 'ask' } },
    );
    const { id, createdAt, ...request } = sendFriendRequest.friendRequest;
    const again = 'query ($id: ID!) { friendRequest(id: $id) { id accepted } }';
    const read = await ask(again, { token: asked.accessToken, id: id.toUpperCase() });
    expect(read.friendRequest).toEqual({ id, accepted: false });
    const { accessToken: strangers } = await signUp(door);
    expect(await ask(again, { token: strangers, id })).toEqual({ friendRequest: null });
    expect(Date.parse(createdAt)).toBeGreaterThan(0);
    expect(request).toEqual({
      accepted: false,
      requester: { id: asker.id, name: 'Ada Lovelace' },
      addressee: { handle: asked.handle, relationship: 'REQUEST_SENT' },
    });
    const lists = await ask(
      `{ viewer { friendRequests { nodes { id } pageInfo { hasNextPage startCursor } }
        sent: friendRequests(direction: SENT) { nodes { id } pageInfo { startCursor } } } }`,
      { token: asked.accessToken },
    );
    expect(lists.viewer).toEqual({
      friendRequests: { nodes: [{ id }], pageInfo: { hasNextPage: false, startCursor: expect.any(String) } },
      sent: { nodes: [], pageInfo: { startCursor: null } },
    });
    const accept = `mutation ($id: ID!) { acceptFriendRequest(input: { friendRequestId: $id }) {
      friendRequest { accepted requester { relationship } } } }`;
    const accepted = await ask(accept, { token: asked.accessToken, id });
    expect(accepted.acceptFriendRequest.friendRequest).toEqual({
      accepted: true,
      requester: { relationship: 'FRIEND' },
    });
    const ends = `mutation ($id: ID!) {
      removeFriend(input: { userId: $id }) { user { relationship } }
      blockUser(input: { userId: $id }) { user { relationship } }
      unblockUser(input: { userId: $id }) { user { relationship } } }`;
    expect(await ask(ends, { token: asker.accessToken, id: asked.id })).toEqual({
      removeFriend: { user: { relationship: 'STRANGER' } },
      blockUser: { user: { relationship: 'BLOCKED' } },
      unblockUser: { user: { relationship: 'STRANGER' } },
    });
  });
});

describe('cost', () => {
  const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { id name handle avatarUrl } } }`;

  async function callsOf(work: () => Promise<unknown>): Promise<number> {
    return (await statements.during(work)).reduce((sum, { calls }) => sum + calls, 0);
  }

  it('is one statement for any number of referenced people', async () => {
    const people: Person[] = [];
    for (let count = 0; count < 12; count += 1) people.push(await signUp(door));
    const { accessToken: token } = people[0] as Person;
    const references = people.map(({ id }) => ({ __typename: 'User', id }));
    let answer: Answer;
    const many = await callsOf(async () => {
      answer = await ask(ENTITIES, { token, of: references });
    });
    expect(answer._entities.map(({ id }: Answer) => id)).toEqual(people.map(({ id }) => id));
    expect(many).toBe(1);
  });

  it('is nothing for who one is oneself', async () => {
    const { accessToken: token, id } = await signUp(door);
    expect(
      await callsOf(async () => expect(await ask('{ me { id } }', { token })).toEqual({ me: { id } })),
    ).toBe(0);
  });

  it('is the same for a list of one as of ten', async () => {
    const [loner, popular] = [await signUp(door), await signUp(door)];
    await befriend(loner, await signUp(door));
    for (let count = 0; count < 10; count += 1) await befriend(popular, await signUp(door));
    const list = '{ viewer { friends(first: 20) { nodes { name profile { bio } relationship } } } }';
    const counts: number[] = [];
    const lengths: number[] = [];
    for (const { accessToken: token } of [loner, popular]) {
      counts.push(
        await callsOf(async () => {
          const { viewer } = await ask(list, { token });
          lengths.push(viewer.friends.nodes.length);
        }),
      );
    }
    expect(lengths).toEqual([1, 10]);
    expect(counts).toEqual([3, 3]);
  });
});
