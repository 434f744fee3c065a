import { importJWK, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKey, publicKeys } from '#tests/keys.ts';
import { createServiceIdentity } from '../service-identity.ts';
import { createTokenVerifier, type TokenVerifier, USERS_ISSUER } from '../verifier.ts';

let userKey: JWK;
let serviceKey: JWK;
let verifier: TokenVerifier;
let present = Date.now();
const revoked = new Set<string>();

beforeAll(async () => {
  [userKey, serviceKey] = await Promise.all([createKey('users-1'), createKey('notifications')]);
  const key = await importJWK(publicKeys([userKey]).keys[0] as JWK, 'EdDSA');
  verifier = createTokenVerifier({
    userKeys: async () => key,
    serviceKeys: publicKeys([serviceKey]),
    isRevoked: (sessionId) => revoked.has(sessionId),
    now: () => present,
  });
});

async function sign(key: JWK, claims: object = {}, lifetimeSeconds = 60): Promise<string> {
  const seconds = Math.floor(present / 1_000);
  return new SignJWT({ sid: 'session-1', scope: 'users:read messages:read', ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid ?? '' })
    .setIssuer('iss' in claims ? String(claims.iss) : USERS_ISSUER)
    .setSubject('sub' in claims ? String(claims.sub) : 'person-1')
    .setAudience('fitme')
    .setExpirationTime(seconds + lifetimeSeconds)
    .sign(await importJWK(key, 'EdDSA'));
}

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: USERS_ISSUER,
    aud: 'fitme',
    sub: 'person-1',
    sid: 's',
    exp: Math.floor(present / 1_000) + 60,
  };
  return `${part({ alg: 'none', kid: 'users-1' })}.${part(claims)}.`;
}

describe('a token of a person', () => {
  it('says who they are and what they may do', async () => {
    const viewer = await verifier.verifyHeader(`Bearer ${await sign(userKey)}`);
    expect(viewer).toMatchObject({ id: 'person-1', kind: 'person', sessionId: 'session-1' });
    expect([...viewer.scopes]).toEqual(['users:read', 'messages:read']);
  });

  it('is refused when it has ended, also where it was verified before', async () => {
    const token = await sign(userKey, {}, 30);
    await verifier.verify(token);
    present += 31_000;
    await expect(verifier.verify(token)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: /has ended/,
    });
  });

  it('is refused when its session was revoked, also where it was verified before', async () => {
    const token = await sign(userKey, { sid: 'session-2' });
    await verifier.verify(token);
    revoked.add('session-2');
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each([
    ['signed by another key', async () => sign(await createKey('users-1'))],
    ['without signature (alg none)', async () => unsigned()],
    ['from another issuer', () => sign(userKey, { iss: 'somebody' })],
    ['without session', () => sign(userKey, { sid: undefined })],
    ['that is no token', async () => 'aaa.bbb.ccc'],
  ])('is refused: %s', async (_what, make) => {
    await expect(verifier.verify(await make())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a token of a service', () => {
  it('lets it act for itself, with the scopes of services', async () => {
    const identity = createServiceIdentity({ role: 'notifications', key: serviceKey, now: () => present });
    const viewer = await verifier.verify(await identity.token());
    expect(viewer).toMatchObject({ id: 'notifications', kind: 'service', sessionId: null });
    expect(viewer.scopes.has('events:read')).toBe(true);
  });

  it('is renewed before it ends', async () => {
    const identity = createServiceIdentity({ role: 'notifications', key: serviceKey, now: () => present });
    const first = await identity.token();
    present += 4 * 60_000 + 1_000;
    const second = await identity.token();
    expect(second).not.toBe(first);
    await expect(verifier.verify(second)).resolves.toBeDefined();
  });

  it.each([
    ['for a person', { iss: USERS_ISSUER, sub: 'person-1' }],
    ['for another service', { iss: 'fitme-service:users', sub: 'users' }],
  ])('cannot be made %s with its key', async (_what, claims) => {
    await expect(verifier.verify(await sign(serviceKey, claims))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('gives no scope of a person', async () => {
    const claims = {
      iss: 'fitme-service:notifications',
      sub: 'notifications',
      scope: 'roles:write events:read',
    };
    const viewer = await verifier.verify(await sign(serviceKey, claims));
    expect([...viewer.scopes]).toEqual(['events:read']);
  });
});
