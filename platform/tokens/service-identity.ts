import { importJWK, type JWK, SignJWT } from 'jose';
import { SERVICE_SCOPES } from '../scopes.ts';
import { AUDIENCE, SERVICE_ISSUER_PREFIX } from './verifier.ts';

/** A service's own name towards the others. */
export interface ServiceIdentity {
  role: string;
  /** A token under which the service acts for itself, good for at least another minute. */
  token(): Promise<string>;
}

interface ServiceIdentityOptions {
  /** For example "notifications" or "gateway"; the kid of its key. */
  role: string;
  /** Private Ed25519 key. */
  key: JWK;
  /** Milliseconds since 1970. */
  now(): number;
  /** The scopes of its tokens; all that services may have where left out. */
  scopes?: readonly string[];
}

const LIFETIME_MS = 5 * 60_000;
const RENEW_BEFORE_MS = 60_000;

/** Makes the identity of a role; its public key stands in the configuration of all who verify. */
export function createServiceIdentity({
  role,
  key,
  now,
  scopes = SERVICE_SCOPES,
}: ServiceIdentityOptions): ServiceIdentity {
  let current: { token: Promise<string>; expiresAt: number } | undefined;

  async function sign(expiresAt: number): Promise<string> {
    return new SignJWT({ scope: scopes.join(' ') })
      .setProtectedHeader({ alg: 'EdDSA', kid: role })
      .setIssuer(`${SERVICE_ISSUER_PREFIX}${role}`)
      .setSubject(role)
      .setAudience(AUDIENCE)
      .setIssuedAt(Math.floor(now() / 1_000))
      .setExpirationTime(Math.floor(expiresAt / 1_000))
      .sign(await importJWK(key, 'EdDSA'));
  }

  return {
    role,
    token() {
      if (current === undefined || current.expiresAt - RENEW_BEFORE_MS <= now()) {
        const expiresAt = now() + LIFETIME_MS;
        current = { token: sign(expiresAt), expiresAt };
      }
      return current.token;
    },
  };
}
