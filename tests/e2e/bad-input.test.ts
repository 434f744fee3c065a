import { randomUUID } from 'node:crypto';
import * as grpc from '@grpc/grpc-js';
import { importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { serviceDefinition } from '#platform/grpc/protos.ts';
import { CALL_MS } from '#tests/patience.ts';
import { createKey } from '../keys.ts';
import { type Answer, type E2eNetwork, type Person, startNetwork } from './network.ts';

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');

let network: E2eNetwork;
let ada: Person;
let ben: Person;
let stranger: Person;
let conversationId: string;

beforeAll(async () => {
  network = await startNetwork();
  ada = await network.signUp('Ada');
  ben = await network.signUp('Ben');
  stranger = await network.signUp('Cleo');
  const started = await network.run<{ startDirectConversation: { conversation: { id: string } } }>(
    /* GraphQL */ `mutation Start($input: StartDirectConversationInput!) {
      startDirectConversation(input: $input) { conversation { id } }
    }`,
    { token: ada.token, variables: { input: { userId: ben.id, idempotencyKey: randomUUID() } } },
  );
  conversationId = started.data?.startDirectConversation.conversation.id ?? '';
});

afterAll(() => network?.close());

/** One error, whose message says what to do and whose extensions hold a code: never a stack, SQL or an address. */
function expectRefusal(answer: Answer<unknown>, code: string, message: RegExp): void {
  expect(answer.errors?.map(({ extensions }) => extensions['code'])).toEqual([code]);
  expect(answer.errors?.[0]?.message).toMatch(message);
  expect(JSON.stringify(answer)).not.toMatch(/stacktrace|node_modules|SELECT |127\.0\.0\.1|ECONN/);
}

describe('what is no valid request', () => {
  it('an unknown field', async () => {
    expectRefusal(
      await network.run('{ viewer { shoeSize } }', { token: ada.token }),
      'GRAPHQL_VALIDATION_FAILED',
      /shoeSize/,
    );
  });

  it('an operation that is too deep', async () => {
    const deep = `{ viewer { ${'friends(first: 1) { nodes { '.repeat(12)} id ${'} }'.repeat(12)} } }`;
    const answer = await network.run(deep, { token: ada.token });
    expectRefusal(answer, 'GRAPHQL_VALIDATION_FAILED', /deep/i);
  });

  it('too many aliases', async () => {
    const aliases = Array.from({ length: 100 }, (_none, index) => `a${index}: id`).join(' ');
    const answer = await network.run(`{ viewer { ${aliases} } }`, { token: ada.token });
    expectRefusal(answer, 'GRAPHQL_VALIDATION_FAILED', /alias/i);
  });

  it('a page that is too large', async () => {
    const answer = await network.run('{ viewer { conversations(first: 101) { nodes { id } } } }', {
      token: ada.token,
    });
    expect(answer.errors?.[0]?.message).toMatch(/100/);
  });

  it('lists within lists that are too long together', async () => {
    const messages = 'messages(last: 100) { nodes { id } }';
    const answer = await network.run(`{ viewer { conversations(first: 100) { nodes { ${messages} } } } }`, {
      token: ada.token,
    });
    expectRefusal(answer, 'OPERATION_TOO_COSTLY', /may cost 10202, and 10000 is the most/);
  });

  it('malformed JSON', async () => {
    const response = await post('{"query": ');
    expect(response.status).toBe(400);
    expectRefusal((await response.json()) as Answer<unknown>, 'BAD_REQUEST', /JSON/);
  });

  it('a body over the limit', async () => {
    const response = await post(JSON.stringify({ query: `{ viewer { id } } # ${'x'.repeat(300_000)}` }));
    expect(response.status).toBe(413);
    const { errors } = (await response.json()) as Answer<unknown>;
    expect(errors?.[0]?.message).toMatch(/large|limit|KiB/i);
  });

  it('a variable of the wrong type', async () => {
    const answer = await network.run(
      'query Search($text: String!) { searchUsers(text: $text) { nodes { id } } }',
      {
        token: ada.token,
        variables: { text: 7 },
      },
    );
    expectRefusal(answer, 'BAD_USER_INPUT', /String/);
  });

  it('a request that a web page could forge', async () => {
    const response = await fetch(network.url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });

  function post(body: string): Promise<Response> {
    return fetch(network.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  }
});

describe('a token that does not hold', () => {
  const seconds = () => Math.floor(Date.now() / 1_000);

  async function token(key: JWK, expiresAt: number): Promise<string> {
    return new SignJWT({ sid: randomUUID(), scope: 'users:read account:read' })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid ?? '' })
      .setIssuer('fitme-users')
      .setSubject(ada.id)
      .setAudience('fitme')
      .setExpirationTime(expiresAt)
      .sign(await importJWK(key, 'EdDSA'));
  }

  function withoutSignature(): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'fitme-users', aud: 'fitme', sub: ada.id, sid: randomUUID(), exp: seconds() + 60 };
    return `${part({ alg: 'none' })}.${part(claims)}.`;
  }

  it.each([
    ['expired', () => token(network.keys.accessToken, seconds() - 5)],
    ['forged', async () => token(await createKey('users-1'), seconds() + 60)],
    ['of algorithm none', async () => withoutSignature()],
  ])('%s', async (_what, make) => {
    const bad = await make();
    const answer = await network.run('{ viewer { account { email } } }', { token: bad });
    expect(answer.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect(JSON.stringify(answer.data ?? null)).not.toContain('@');
    const call = network.grpc('users', usersService).getAccount({}, callAs(bad));
    await expect(call).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('revoked, in every process', async () => {
    const person = await network.signUp('Dora');
    const read = () =>
      network.run('{ viewer { account { email } conversations(first: 1) { nodes { id } } } }', person);
    expect((await read()).errors).toBeUndefined();
    expect((await network.run('mutation { signOut { signedOut } }', person)).errors).toBeUndefined();
    await expect.poll(async () => (await read()).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });
});

describe('what a token does not allow', () => {
  it('anything of somebody who is not signed in, beside what is open', async () => {
    const answer = await network.run('{ __typename viewer { id } }');
    expectRefusal(answer, 'UNAUTHENTICATED', /Sign in/);
    expect([answer.data, answer.errors?.[0]?.path]).toEqual([
      { __typename: 'Query', viewer: null },
      ['viewer'],
    ]);
  });

  it('what needs a scope that the token lacks, which the message names', async () => {
    const answer = await network.run(
      'mutation Grant($input: GrantUserRoleInput!) { grantUserRole(input: $input) { user { id } } }',
      { token: ada.token, variables: { input: { userId: ada.id, role: 'ADMIN' } } },
    );
    expectRefusal(answer, 'FORBIDDEN', /^This needs the scope roles:write, which your token lacks\.$/);
  });
});

describe('what the rules refuse', () => {
  const SEND = /* GraphQL */ `
    mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }
  `;
  const SIGN_UP = /* GraphQL */ `
    mutation SignUp($input: SignUpInput!) { signUp(input: $input) { user { id } } }
  `;

  function send(input: object, token = ada.token) {
    const whole = { conversationId, body: 'Hello', idempotencyKey: randomUUID(), ...input };
    return network.run(SEND, { token, variables: { input: whole } });
  }

  function signUp(input: object) {
    const whole = { email: `${randomUUID()}@e2e.example`, name: 'Eve', password: 'a long enough phrase' };
    return network.run(SIGN_UP, {
      variables: { input: { ...whole, idempotencyKey: randomUUID(), ...input } },
    });
  }

  it('a message by somebody who is no member', async () => {
    expectRefusal(await send({}, stranger.token), 'NOT_FOUND', /no such conversation/);
  });

  it('a message of 100 KB', async () => {
    expectRefusal(await send({ body: 'x'.repeat(100_000) }), 'BAD_USER_INPUT', /4,?000/);
  });

  it('a duplicate e-mail', async () => {
    expectRefusal(await signUp({ email: ada.email.toUpperCase() }), 'ALREADY_EXISTS', /e-mail/i);
  });

  it('a weak password', async () => {
    expectRefusal(await signUp({ password: 'password123' }), 'BAD_USER_INPUT', /password/i);
  });

  it('the same idempotency key with another body', async () => {
    const idempotencyKey = randomUUID();
    const first = await send({ idempotencyKey });
    expect(first.errors).toBeUndefined();
    expect(await send({ idempotencyKey })).toEqual(first);
    const refused = await send({ idempotencyKey, body: 'Something else' });
    expectRefusal(refused, 'CONFLICT', /key/);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('a message in a version that was not read, with the present one', async () => {
    const sent = await send({});
    const { id: messageId } = (sent.data as { sendMessage: { message: { id: string } } }).sendMessage.message;
    const refused = await network.run(
      'mutation Edit($input: EditMessageInput!) { editMessage(input: $input) { message { id } } }',
      { token: ada.token, variables: { input: { messageId, body: 'Later', expectedVersion: 9 } } },
    );
    expectRefusal(refused, 'CONFLICT', /read it/);
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      reason: 'VERSION_STALE',
      parameters: { version: 1 },
    });
  });

  it('a cursor that is none, and one of another list', async () => {
    const page = (after: string) =>
      network.run(
        'query Page($after: String) { viewer { conversations(first: 1, after: $after) { nodes { id } } } }',
        {
          token: ada.token,
          variables: { after },
        },
      );
    expectRefusal(await page('nonsense'), 'BAD_USER_INPUT', /cursor/);
    const messages = await network.run<{ conversation: { messages: { pageInfo: { endCursor: string } } } }>(
      'query Messages($id: ID!) { conversation(id: $id) { messages(first: 1) { pageInfo { endCursor } } } }',
      { token: ada.token, variables: { id: conversationId } },
    );
    const foreign = messages.data?.conversation.messages.pageInfo.endCursor ?? '';
    expect(foreign).not.toBe('');
    expectRefusal(await page(foreign), 'BAD_USER_INPUT', /cursor/);
  });
});

describe('over gRPC', () => {
  const method = serviceDefinition(usersService)['GetAccount'];
  const sendFriendRequest = serviceDefinition(usersService)['UpdateProfilePrivacy'];

  it('a unary call without deadline', async () => {
    await expect(raw(method, {}, {})).rejects.toMatchObject({
      code: grpc.status.INVALID_ARGUMENT,
      details: expect.stringMatching(/deadline/),
    });
  });

  it('a call without token', async () => {
    await expect(raw(method, {}, { deadline: Date.now() + CALL_MS }, null)).rejects.toMatchObject({
      code: grpc.status.UNAUTHENTICATED,
      details: expect.stringMatching(/Sign in/),
    });
  });

  it('an enum value that the proto does not know', async () => {
    const call = raw(sendFriendRequest, { profileVisibility: 99 }, { deadline: Date.now() + CALL_MS });
    await expect(call).rejects.toMatchObject({
      code: grpc.status.INVALID_ARGUMENT,
      details: expect.stringMatching(/profileVisibility.*VISIBILITY_PUBLIC/),
    });
  });

  function raw(
    definition: ReturnType<typeof serviceDefinition>[string] | undefined,
    request: object,
    options: grpc.CallOptions,
    token: string | null = ada.token,
  ): Promise<unknown> {
    if (definition === undefined) throw new Error('no such method');
    const { path, requestSerialize, responseDeserialize } = definition;
    const client = new grpc.Client(
      `127.0.0.1:${network.addresses.users.grpcPort}`,
      grpc.credentials.createInsecure(),
    );
    const metadata = new grpc.Metadata();
    if (token !== null) metadata.set('authorization', `Bearer ${token}`);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
        (error, answer) => (error === null ? resolve(answer) : reject(error)),
      );
    }).finally(() => client.close());
  }
});

function callAs(token: string) {
  const signal = new AbortController().signal;
  const call = { deadline: Date.now() + CALL_MS, signal, requestId: 'e2e', viewer: { token } };
  return { as: 'viewer', call } as const;
}
