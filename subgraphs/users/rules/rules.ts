import { createHash } from 'node:crypto';
import { COMMON_PASSWORD_STEMS } from './common-passwords.ts';

/** What a person may be. */
export type UserRole = 'MEMBER' | 'TRAINER' | 'GYM_ADMIN' | 'ADMIN';

/** Who may see a profile. */
export type ProfileVisibility = 'PUBLIC' | 'FRIENDS' | 'PRIVATE';

/** How one person stands to another. */
export type Standing = 'STRANGER' | 'SELF' | 'FRIEND' | 'REQUEST_SENT' | 'REQUEST_RECEIVED' | 'BLOCKED';

/** What is known of two people, from the viewer's side. */
export interface PairFacts {
  same: boolean;
  friends: boolean;
  /** Who asked to be friends and waits for the answer. */
  requestedBy: 'viewer' | 'other' | null;
  /** The viewer blocks the other. */
  blocks: boolean;
}

/** How the viewer stands to the other. That the other blocks the viewer is never told. */
export function standingOf(facts: PairFacts): Standing {
  if (facts.same) return 'SELF';
  if (facts.blocks) return 'BLOCKED';
  if (facts.friends) return 'FRIEND';
  if (facts.requestedBy === 'viewer') return 'REQUEST_SENT';
  if (facts.requestedBy === 'other') return 'REQUEST_RECEIVED';
  return 'STRANGER';
}

/** Whether a viewer may see more of a person than the public card. */
export function maySeeProfile(facts: {
  profileVisibility: ProfileVisibility;
  self: boolean;
  friend: boolean;
  /** The person blocks the viewer. */
  blocksViewer: boolean;
}): boolean {
  if (facts.self) return true;
  if (facts.blocksViewer) return false;
  return facts.profileVisibility === 'PUBLIC' || (facts.profileVisibility === 'FRIENDS' && facts.friend);
}

/** An e-mail address as it is stored and compared. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Whose idempotency keys those of a sign-up are: nobody's yet, so the e-mail's, without saying it. */
export function signUpKeyOwner(email: string): string {
  return createHash('sha256').update(email).digest('base64url');
}

/** A handle as it is stored and compared. */
export function normalizeHandle(handle: string): string {
  return handle.trim().replace(/^@/, '').toLowerCase();
}

/** Handles that would pass for the platform's own, or for a page of its. */
const RESERVED_HANDLES = new Set(
  'about account admin administrator api fitme help login logout me moderator null official root security settings support system undefined'.split(
    ' ',
  ),
);

/** What is wrong with a normalised handle; null where nothing is. */
export function handleFault(handle: string): string | null {
  if (!/^[a-z0-9_]{3,30}$/.test(handle)) return 'takes 3 to 30 of a-z, 0-9 and _';
  if (RESERVED_HANDLES.has(handle)) return 'is reserved: choose another one';
  return null;
}

/**
 * Handles to try for a name, the most natural first.
 * @param digits - For the case that the plain ones are taken.
 */
export function handleCandidates(name: string, digits: readonly string[]): string[] {
  const words = searchable(name).match(/[a-z0-9]+/g) ?? [];
  const stem = words.join('_').slice(0, 22);
  const base = stem.length >= 3 ? stem : `person_${stem}`;
  const plain = [base, words.join('').slice(0, 22), ...digits.map((suffix) => `${base}_${suffix}`)];
  return [...new Set(plain)].filter((handle) => handleFault(handle) === null);
}

/** Parts of a name or e-mail that are shorter occur in a password by chance. */
const TELLING_LENGTH = 5;

/** What is wrong with a password; null where nothing is. Lengths as NIST SP 800-63B counts them: in code points. */
export function passwordFault(password: string, owner: { email: string; name: string }): string | null {
  const length = [...password].length;
  if (length < 10 || length > 128) return 'takes 10 to 128 characters';
  const letters = squeezed(password);
  if (new Set(letters).size < 4 || isCommon(letters))
    return 'is among the commonest passwords: choose another one';
  const telling = [owner.email.split('@')[0] ?? '', owner.name, ...owner.name.split(/\s+/)].map(squeezed);
  if (telling.some((part) => part.length >= TELLING_LENGTH && letters.includes(part))) {
    return 'contains your e-mail address or name: choose another one';
  }
  return null;
}

/** "Password-2026!" is no better than "password": digits and signs around a common word do not count. */
function isCommon(letters: string): boolean {
  const stem = letters.replace(/^\d+|\d+$/g, '');
  return COMMON_PASSWORD_STEMS.has(letters) || COMMON_PASSWORD_STEMS.has(stem) || isSequence(letters);
}

/** "1234567890", "abcdefghij", and their like backwards. */
function isSequence(text: string): boolean {
  const steps = new Set(
    [...text].slice(1).map((character, index) => character.charCodeAt(0) - text.charCodeAt(index)),
  );
  return steps.size === 1;
}

function squeezed(text: string): string {
  return searchable(text).replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Whether a calendar day (YYYY-MM-DD) can be the birthday of somebody who may take part. */
export function bornOnFault(bornOn: string, today: Date): string | null {
  const born = new Date(`${bornOn}T00:00:00Z`);
  if (Number.isNaN(born.getTime()) || born.toISOString().slice(0, 10) !== bornOn) {
    return 'takes a day of the calendar, YYYY-MM-DD';
  }
  const age = ageOn(born, today);
  return age < 13 || age > 120 ? 'takes a day 13 to 120 years ago' : null;
}

function ageOn(born: Date, day: Date): number {
  const years = day.getUTCFullYear() - born.getUTCFullYear();
  const birthdayCame =
    day.getUTCMonth() > born.getUTCMonth() ||
    (day.getUTCMonth() === born.getUTCMonth() && day.getUTCDate() >= born.getUTCDate());
  return birthdayCame ? years : years - 1;
}

/** Text as search compares it: without case, accents and doubled spaces. */
export function searchable(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

/** Every pair of neighbouring characters, once. Whoever contains a text contains all of its pairs. */
export function bigramsOf(...texts: string[]): string[] {
  const pairs = texts.flatMap((text) => {
    const characters = [...text];
    return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
  });
  return [...new Set(pairs)];
}

/** A refresh token that somebody presents, and what is known of its session. */
export interface PresentedToken {
  expiresAt: Date;
  /** When it was traded; null for the session's newest. */
  spentAt: Date | null;
  /** Idempotency key of the request that traded it; null where it had none. */
  spentBy: string | null;
  /** The token it was traded for is still the session's newest. */
  successorUnused: boolean;
  sessionEnded: boolean;
}

/** What a presented refresh token is. "unknown" is one that nobody was ever given, or that is long forgotten. */
export type RefreshVerdict = 'good' | 'retry' | 'reused' | 'ended' | 'unknown';

/** How long a lost answer can be asked for again. */
const RETRY_MS = 10_000;

/**
 * Judges a refresh token. One that was spent before is a theft's trace, whoever presents it, and ends its session:
 * either the thief or the owner holds the newer one, and nobody can tell which. The one exception is a client that
 * asks again because the answer was lost: under the same idempotency key, within ten seconds, while the successor has
 * not been used. It gets a fresh successor, and the lost one dies. A thief would have to know the owner's key too, and
 * would still be found out at the owner's next refresh.
 */
export function refreshVerdict(token: PresentedToken, key: string | null, now: Date): RefreshVerdict {
  if (token.sessionEnded || token.expiresAt <= now) return 'ended';
  if (token.spentAt === null) return 'good';
  const again = key !== null && token.spentBy === key && now.getTime() - token.spentAt.getTime() <= RETRY_MS;
  return again && token.successorUnused ? 'retry' : 'reused';
}

/** What a friend request to somebody comes to. */
export type FriendRequestDecision = 'ask' | 'accept' | 'keep' | 'self' | 'unknown' | 'friends' | 'blocking';

/** Decides on a friend request. Somebody who blocks the viewer is as unknown as somebody who does not exist. */
export function decideFriendRequest(
  pair: PairFacts & { exists: boolean; blockedBy: boolean },
): FriendRequestDecision {
  if (pair.same) return 'self';
  if (!pair.exists || pair.blockedBy) return 'unknown';
  if (pair.blocks) return 'blocking';
  if (pair.friends) return 'friends';
  if (pair.requestedBy === 'other') return 'accept';
  return pair.requestedBy === 'viewer' ? 'keep' : 'ask';
}
