import { createHmac, type KeyObject } from 'node:crypto';

/** Letters and digits that nobody takes for another (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 50 bits: on a board of 100,000 people two share a name once in 200,000 boards. */
const LENGTH = 10;

/**
 * What a person is called on a board by those who may not know who they are: the same for ever, and another on every
 * other board. An HMAC (RFC 2104) under a key that only this domain has: without it nobody can try out whose it is, nor tell which
 * names of two boards belong together.
 */
export function pseudonymOf(key: KeyObject, leaderboardId: string, userId: string): string {
  const digest = createHmac('sha256', key).update(`${leaderboardId}.${userId}`).digest();
  const letters = Array.from({ length: LENGTH }, (_, index) => ALPHABET[letterAt(digest, index)]).join('');
  return `Athlete ${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}

/** Of each byte five bits, which are as random as any. */
function letterAt(digest: Buffer, index: number): number {
  return (digest[index] ?? 0) & 31;
}
