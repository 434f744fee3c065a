import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';

/** A private Ed25519 key under a key id. */
export async function createKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { ...(await exportJWK(privateKey)), kid };
}

/** A set without the private parts. */
export function publicKeys(keys: readonly JWK[]): JSONWebKeySet {
  return { keys: keys.map(({ d: _d, ...key }) => key) } as JSONWebKeySet;
}
