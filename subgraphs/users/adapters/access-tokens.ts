import { createPrivateKey, randomUUID } from 'node:crypto';
import { type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import { scopesOf } from '#platform/scopes.ts';
import { AUDIENCE, USERS_ISSUER } from '#platform/tokens/verifier.ts';
import type { UsersConfig } from '../config.ts';
import type { UserRole } from '../rules/rules.ts';

/** Whom a token is for. */
export interface TokenOwner {
  userId: string;
  sessionId: string;
  roles: readonly UserRole[];
}

/** Issues access tokens. */
export interface AccessTokens {
  issue(owner: TokenOwner): Promise<{ token: string; expiresAt: number }>;
  /** The public keys, for whoever verifies. */
  keySet: JSONWebKeySet;
}

/** Makes the issuer: EdDSA JWTs (RFC 8037) with the claims sub, sid, roles and scope. */
export function createAccessTokens(config: UsersConfig['tokens'], now: () => number): AccessTokens {
  const key = createPrivateKey({ key: config.key, format: 'jwk' });
  const header = { alg: 'EdDSA', typ: 'JWT', ...(config.key.kid !== undefined && { kid: config.key.kid }) };
  return {
    async issue({ userId, sessionId, roles }) {
      // JWTs count in whole seconds.
      const issuedAt = Math.floor(now() / 1_000);
      const expiresAt = issuedAt + config.accessSeconds;
      const token = await new SignJWT({ sid: sessionId, roles: [...roles], scope: scopesOf(roles).join(' ') })
        .setProtectedHeader(header)
        .setIssuer(USERS_ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key);
      return { token, expiresAt: expiresAt * 1_000 };
    },
    keySet: { keys: [config.key, ...config.retiredKeys.keys].map(publicPart) },
  };
}

/** Named one by one: whatever else a key holds is not for the public. */
function publicPart({ kty, crv, x, kid }: JWK): JWK {
  return { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } as JWK;
}
