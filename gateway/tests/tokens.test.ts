import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REVOCATIONS_TOPIC } from '#platform/events/revocations.ts';
import { AUDIENCE, USERS_ISSUER } from '#platform/tokens/verifier.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { createKey } from '#tests/keys.ts';

let library: Library;

beforeAll(async () => {
  library = await startLibrary({ SUBGRAPH_HEADERS: '{"books":["authorization"]}' });
});
afterAll(() => library.close());

const askAs = (token: string) =>
  library.ask('{ header(name: "authorization") }', { headers: { authorization: `Bearer ${token}` } });

it('hands a valid token on', async () => {
  const token = await library.issuer.token('ann');
  const { status, data } = await askAs(token);
  expect([status, data]).toEqual([200, { header: `Bearer ${token}` }]);
});

it('answers nobody without a token', async () => {
  const { status, data } = await library.ask('{ header(name: "authorization") }');
  expect([status, data]).toEqual([200, { header: null }]);
});

it.each([
  ['expired', () => library.issuer.token('ann', { lifetimeMs: -1_000 })],
  ['forged', () => forgedToken()],
  ['none-algorithm', async () => noneToken()],
  ['garbled', async () => 'no.token.at-all'],
])('refuses a token that is %s', async (_name, token) => {
  const before = library.books.requests();
  const { status, data, errors } = await askAs(await token());
  expect([status, data ?? null]).toEqual([401, null]);
  expect(errors).toMatchObject([
    { message: expect.stringMatching(/refresh it|sign in again/), extensions: { code: 'UNAUTHENTICATED' } },
  ]);
  expect(library.books.requests()).toBe(before);
});

it('refuses the token of a session that was ended, within 2 s', async () => {
  const sessionId = randomUUID();
  const token = await library.issuer.token('ann', { sessionId });
  expect((await askAs(token)).status).toBe(200);
  await library.live.append(REVOCATIONS_TOPIC, {
    kind: 'sessions.session-revoked',
    subjects: { session: sessionId },
  });
  await expect.poll(async () => (await askAs(token)).status).toBe(401);
});

async function forgedToken(): Promise<string> {
  return new SignJWT({ sid: 'session-of-ann' })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'people-1' })
    .setIssuer(USERS_ISSUER)
    .setSubject('ann')
    .setAudience(AUDIENCE)
    .setExpirationTime('15 minutes')
    .sign(await importJWK(await createKey('people-1'), 'EdDSA'));
}

function noneToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = {
    iss: USERS_ISSUER,
    aud: AUDIENCE,
    sub: 'ann',
    sid: 'session-of-ann',
    exp: Date.now() / 1_000 + 900,
  };
  return `${part({ alg: 'none', kid: 'people-1' })}.${part(payload)}.`;
}
