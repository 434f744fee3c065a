import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { JWK } from 'jose';
import { SetupError } from './terminal.ts';

/** The private keys of a whole network. In production each process holds its own alone. */
export interface ServiceKeys {
  /** Signs people's access tokens. */
  accessToken: JWK;
  /** By role (a domain, or "gateway"): signs what a service says for itself. The role is the key's id. */
  services: Record<string, JWK>;
  /** Makes pseudonyms on leaderboards, base64. */
  pseudonyms: string;
  /** Signs the URLs of files. */
  fileUrls: string;
}

/** Makes an Ed25519 key for each role. */
export function createKeys(roles: readonly string[]): ServiceKeys {
  return {
    accessToken: createKey('users-1'),
    services: Object.fromEntries(roles.map((role) => [role, createKey(role)])),
    pseudonyms: randomBytes(32).toString('base64'),
    fileUrls: randomBytes(32).toString('base64url'),
  };
}

/**
 * The keys that `file` holds, readable by its owner alone; those that it lacks are made and added.
 *
 * @throws SetupError where the file is damaged.
 */
export function loadKeys(file: string, roles: readonly string[]): ServiceKeys {
  const kept = existsSync(file) ? readKeys(file) : {};
  const made = createKeys(roles);
  const keys = { ...made, ...kept, services: { ...made.services, ...kept.services } };
  if (isDeepStrictEqual(keys, kept)) return keys;
  mkdirSync(dirname(file), { recursive: true });
  // In one step: a start that is killed leaves the keys of before.
  writeFileSync(`${file}.new`, JSON.stringify(keys, undefined, 2), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return keys;
}

function readKeys(file: string): Partial<ServiceKeys> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new SetupError(
      `${file} is damaged. Put it back from a copy, or delete it: people then sign in anew, and URLs of files change.`,
    );
  }
}

function createKey(kid: string): JWK {
  return { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid } as JWK;
}
