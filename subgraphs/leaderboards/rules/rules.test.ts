import { createSecretKey, randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { pseudonymOf } from './pseudonyms.ts';
import {
  goalPercentOf,
  keptOf,
  keptTargetOf,
  mayName,
  scoreOf,
  shownOf,
  streaksReached,
  unitOf,
  type Visibility,
} from './rules.ts';

describe('scores', () => {
  it('are kept as whole numbers, volume in grams', () => {
    expect(keptOf('VOLUME', 12.3456)).toBe(12_346);
    expect(shownOf('VOLUME', 12_346)).toBe(12.346);
    expect([keptOf('SESSIONS', 3), shownOf('SESSIONS', 3)]).toEqual([3, 3]);
    expect(keptTargetOf('SESSIONS', 0.1)).toBe(1);
  });

  it('are told in the unit of what they are measured against', () => {
    const volume = { metric: 'VOLUME' as const, target: null };
    expect(unitOf({ ...volume, goalKind: 'ABSOLUTE' })).toBe('KILOGRAMS');
    expect(scoreOf({ ...volume, goalKind: 'ABSOLUTE' }, 1_500)).toBe(1.5);
    for (const goalKind of ['RELATIVE', 'CUSTOM'] as const) {
      expect(unitOf({ ...volume, goalKind })).toBe('PERCENT');
      expect(scoreOf({ ...volume, goalKind }, 15_025)).toBe(150.25);
      expect(goalPercentOf({ ...volume, goalKind }, 15_025)).toBe(150.25);
    }
  });

  it('stand for a part of the target where there is one', () => {
    const points = { metric: 'POINTS' as const, goalKind: 'ABSOLUTE' as const };
    expect(goalPercentOf({ ...points, target: 300 }, 100)).toBe(33.33);
    expect(goalPercentOf({ ...points, target: null }, 100)).toBeNull();
  });
});

describe('a name', () => {
  const sight = (visibility: Visibility, known: object = {}) =>
    mayName({ visibility, same: false, friends: false, blocks: false, ...known });

  it.each([
    ['PUBLIC', {}, true],
    ['PUBLIC', { blocks: true }, false],
    ['FRIENDS', {}, false],
    ['FRIENDS', { friends: true }, true],
    ['PRIVATE', { friends: true }, false],
    ['PRIVATE', { same: true }, true],
  ] as const)('of who shows it to %s, seen with %j: %s', (visibility, known, expected) => {
    expect(sight(visibility, known)).toBe(expected);
  });
});

describe('a pseudonym', () => {
  const key = createSecretKey(randomBytes(32));
  const [board, person] = [uuidv7(), uuidv7()];

  it('is the same for a board and person, and another for every other, or under another key', () => {
    const name = pseudonymOf(key, board, person);
    expect(pseudonymOf(key, board, person)).toBe(name);
    const others = [
      pseudonymOf(key, uuidv7(), person),
      pseudonymOf(key, board, uuidv7()),
      pseudonymOf(createSecretKey(randomBytes(32)), board, person),
    ];
    expect(new Set([name, ...others]).size).toBe(4);
  });

  it('is given to one person only, among ten thousand', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => pseudonymOf(key, board, `person-${index}`));
    expect(new Set(names).size).toBe(names.length);
  });
});

it('a streak is rewarded at the lengths between what was and what is', () => {
  expect(streaksReached(2, 3, [3, 7, 14])).toEqual([3]);
  expect(streaksReached(3, 4, [3, 7, 14])).toEqual([]);
  expect(streaksReached(6, 14, [3, 7, 14])).toEqual([7, 14]);
});
