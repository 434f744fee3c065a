import { describe, expect, it } from 'vitest';
import {
  bigramsOf,
  bornOnFault,
  decideFriendRequest,
  handleCandidates,
  handleFault,
  maySeeProfile,
  type PresentedToken,
  passwordFault,
  refreshVerdict,
  searchable,
  standingOf,
} from './rules.ts';

describe('passwords', () => {
  const owner = { email: 'ada.king@fitme.example', name: 'Ada Lovelace' };

  it.each([
    'too-short',
    'x'.repeat(129),
    'aaaaaaaaaaaa',
    '1234567890',
    'abcdefghij',
    'zyxwvutsrq',
    'qwertyuiop',
    'Password-2026!',
    'Passw0rd11',
    'my-Lovelace-9',
    'a-d-a-l-o-v-e-l-a-c-e',
    'LOVÉLACE 1815',
    'adaking-2026',
  ])('refuses %s', (password) => {
    expect(passwordFault(password, owner)).toEqual(expect.any(String));
  });

  it.each(['fitme-demo-2026', 'correct horse battery', 'пароль-мой-9', 'ad hoc, ad lib, adage'])(
    'takes %s',
    (password) => {
      expect(passwordFault(password, owner)).toBeNull();
    },
  );

  it('passes over parts of name and e-mail that are too short to tell anything', () => {
    expect(passwordFault('fitme-demo-2026', { email: 'demo@fitme.example', name: 'Demi Moreno' })).toBeNull();
  });

  it('counts characters as people do, not UTF-16 units', () => {
    expect(passwordFault('🏋️🥇🚴🤸', owner)).toEqual(expect.stringContaining('10 to 128'));
  });
});

describe('handles', () => {
  it.each(['ab', 'a'.repeat(31), 'Ada', 'ada-king', 'adä', 'admin'])('refuses %s', (handle) => {
    expect(handleFault(handle)).toEqual(expect.any(String));
  });

  it('makes them from names, the plain ones first', () => {
    expect(handleCandidates('Zoë Müller', ['77'])).toEqual(['zoe_muller', 'zoemuller', 'zoe_muller_77']);
  });

  it.each(['李小龍', 'Bo', '   ', 'x'.repeat(80)])('makes only lawful ones, also from %s', (name) => {
    const candidates = handleCandidates(name, ['1234', '5678']);
    expect(candidates.length).toBeGreaterThan(0);
    expect(candidates.map(handleFault)).toEqual(candidates.map(() => null));
  });
});

describe('birth dates', () => {
  const today = new Date('2026-11-22T12:00:00Z');

  it.each([
    ['2013-11-22', null],
    ['2013-11-23', expect.stringContaining('13 to 120')],
    ['1906-01-01', null],
    ['1905-11-21', expect.stringContaining('13 to 120')],
    ['2001-02-29', expect.stringContaining('calendar')],
    ['soon', expect.stringContaining('calendar')],
  ])('%s: %s', (bornOn, fault) => {
    expect(bornOnFault(bornOn, today)).toEqual(fault);
  });
});

describe('profiles', () => {
  const stranger = { self: false, friend: false, blocksViewer: false };

  it.each([
    ['PUBLIC', stranger, true],
    ['PUBLIC', { ...stranger, blocksViewer: true }, false],
    ['FRIENDS', stranger, false],
    ['FRIENDS', { ...stranger, friend: true }, true],
    ['FRIENDS', { ...stranger, friend: true, blocksViewer: true }, false],
    ['PRIVATE', { ...stranger, friend: true }, false],
    ['PRIVATE', { ...stranger, self: true }, true],
  ] as const)('%s with %o: %s', (visibility, facts, visible) => {
    expect(maySeeProfile({ profileVisibility: visibility, ...facts })).toBe(visible);
  });
});

describe('standing', () => {
  const nothing = { same: false, friends: false, requestedBy: null, blocks: false };

  it.each([
    [nothing, 'STRANGER', 'ask'],
    [{ ...nothing, same: true }, 'SELF', 'self'],
    [{ ...nothing, friends: true }, 'FRIEND', 'friends'],
    [{ ...nothing, requestedBy: 'viewer' as const }, 'REQUEST_SENT', 'keep'],
    [{ ...nothing, requestedBy: 'other' as const }, 'REQUEST_RECEIVED', 'accept'],
    [{ ...nothing, blocks: true }, 'BLOCKED', 'blocking'],
  ])('%o is %s, and a request is decided: %s', (facts, standing, decision) => {
    expect(standingOf(facts)).toBe(standing);
    expect(decideFriendRequest({ ...facts, exists: true, blockedBy: false })).toBe(decision);
  });

  it('treats who blocks the viewer like who does not exist', () => {
    const blocking = decideFriendRequest({ ...nothing, exists: true, blockedBy: true });
    expect(blocking).toBe(decideFriendRequest({ ...nothing, exists: false, blockedBy: false }));
  });
});

describe('refresh tokens', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  const newest: PresentedToken = {
    expiresAt: new Date('2026-12-22T12:00:00Z'),
    spentAt: null,
    spentBy: null,
    successorUnused: false,
    sessionEnded: false,
  };
  const spent = { ...newest, spentAt: ago(3_000), spentBy: 'key-1', successorUnused: true };

  it.each([
    ['the newest one', newest, 'key-2', 'good'],
    ['one of an ended session', { ...newest, sessionEnded: true }, 'key-2', 'ended'],
    ['one past its time', { ...newest, expiresAt: now }, 'key-2', 'ended'],
    ['a spent one', spent, 'key-2', 'reused'],
    ['a spent one, under the same key', spent, 'key-1', 'retry'],
    ['a spent one, both times without key', { ...spent, spentBy: null }, null, 'reused'],
    ['the same, too late', { ...spent, spentAt: ago(10_001) }, 'key-1', 'reused'],
    ['the same, with a successor in use', { ...spent, successorUnused: false }, 'key-1', 'reused'],
  ])('%s', (_case, token, requestId, verdict) => {
    expect(refreshVerdict(token, requestId, now)).toBe(verdict);
  });
});

describe('search', () => {
  it('passes over case, accents and doubled spaces', () => {
    expect(searchable('  ZOË   Müller ')).toBe('zoe muller');
  });

  it('knows a text by its pairs of characters', () => {
    expect(bigramsOf('anna', 'an')).toEqual(['an', 'nn', 'na']);
    expect(bigramsOf('🏋🥇')).toEqual(['🏋🥇']);
  });
});
