import { createHash, randomBytes } from 'node:crypto';
import type { AuthTokens__Output } from '#gen/proto/fitme/users/v1/AuthTokens.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { AccessTokens, TokenOwner } from '../adapters/access-tokens.ts';
import type { StoredToken } from '../store/sessions.ts';

/** A refresh token as the client keeps it, and as we do. */
export interface FreshToken {
  text: string;
  stored: StoredToken;
}

/** 256 random bits: too many to guess, so that a plain hash of them is enough. */
export function freshToken(expiresAt: Date): FreshToken {
  const text = randomBytes(32).toString('base64url');
  return { text, stored: { hash: hashOf(text), expiresAt } };
}

/** What is stored of a refresh token. */
export function hashOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

/** What a client needs to act as a person. */
export async function authTokensOf(
  issuer: AccessTokens,
  owner: TokenOwner,
  refresh: FreshToken,
): Promise<AuthTokens__Output> {
  const { token, expiresAt } = await issuer.issue(owner);
  return {
    accessToken: token,
    accessTokenExpiresAt: timestampOf(expiresAt),
    refreshToken: refresh.text,
    refreshTokenExpiresAt: timestampOf(refresh.stored.expiresAt),
  };
}
