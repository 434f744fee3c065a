import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findClockFiles, LEFT_OUT, seeingTheClock } from '../clock/clock-files.ts';
import { environmentAt } from '../clock/faketime.ts';
import { MOMENTS } from '../clock/moments.ts';
import { clockFaults } from '../clock/preflight.ts';
import { ROOT } from '../paths.ts';

describe('a test file sees the clock', () => {
  const sees = (files: Record<string, string>) =>
    seeingTheClock(['a/tests/a.test.ts'], (path) => files[path]).length === 1;

  it.for([
    ['it asks for the time', 'expect(Date.now()).toBe(1)'],
    ['it makes dates', "new Date('2027-01-31')"],
    ['its SQL does', "sql('SELECT clock_timestamp()')"],
    ['a clock was passed to it', 'const at = now();'],
    ['it reads tokens', "import { jwtVerify } from 'jose';"],
    ['it works on PostgreSQL', "createTestDatabase(inject('adminUrl'))"],
    ['it starts programs', "import { spawn } from 'node:child_process';"],
  ] as const)('where %s', ([, text]) => {
    expect(sees({ 'a/tests/a.test.ts': text })).toBe(true);
  });

  it.for([
    ['import', "import { rule } from '../rule.ts';"],
    ['import of several lines', "import {\n  rule,\n} from '../rule.ts';"],
    ['import of an alias', "import { rule } from '#a/rule.ts';"],
    ['import at run time', "const { rule } = await import('../rule.ts');"],
    ['export', "export * from '../rule.ts';"],
  ] as const)('through an %s', ([, text]) => {
    const between = { 'a/tests/a.test.ts': text, 'a/rule.ts': "import { deep } from './deep.ts';" };
    expect(sees({ ...between, 'a/deep.ts': 'export const deep = () => Date.now();' })).toBe(true);
    expect(sees({ ...between, 'a/deep.ts': 'export const deep = () => performance.now();' })).toBe(false);
  });

  it('but not through an import of types', () => {
    const text = "import type { Rule } from '../rule.ts';\nexpect(1).toBe(1);";
    expect(sees({ 'a/tests/a.test.ts': text, 'a/rule.ts': 'Date.now()' })).toBe(false);
  });

  it('through modules that import each other', () => {
    const circle = { 'a/tests/a.test.ts': "import '../b.ts';", 'a/b.ts': "import './c.ts';" };
    expect(sees({ ...circle, 'a/c.ts': "import './b.ts';" })).toBe(false);
    expect(sees({ ...circle, 'a/c.ts': "import './b.ts'; Date.now();" })).toBe(true);
  });
});

it('finds the tests of periods, schedules and tokens, and not those of text alone', () => {
  const found = findClockFiles();
  expect(found).toEqual(
    expect.arrayContaining([
      'platform/tests/days.test.ts',
      'platform/tokens/tests/verifier.test.ts',
      'subgraphs/leaderboards/tests/boards.test.ts',
      'subgraphs/training/rules/schedule.test.ts',
      'tests/e2e/story.test.ts',
    ]),
  );
  expect(found).not.toContain('tests/contracts/descriptions.test.ts');
});

it('leaves out files that there are', () => {
  expect(Object.keys(LEFT_OUT).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

describe('clocks', () => {
  const moment = Date.parse('2027-01-31T21:30:00Z');

  it('are right shortly after the moment, and together', () => {
    expect(clockFaults(moment, { Node: moment + 9_000, PostgreSQL: moment + 9_100 })).toEqual([]);
  });

  it('are wrong where one of them goes by the real time', () => {
    const clocks = { Node: moment + 9_000, PostgreSQL: moment - 86_400_000, Redis: moment + 86_400_000 };
    expect(clockFaults(moment, clocks)).toEqual([
      'for PostgreSQL it is 2027-01-30T21:30:00.000Z',
      'for Redis it is 2027-02-01T21:30:00.000Z',
    ]);
  });

  it('are wrong where one has begun anew', () => {
    const clocks = { Node: moment + 100_000, PostgreSQL: moment };
    expect(clockFaults(moment, clocks)).toEqual(['for Node it is 2027-01-31T21:31:40.000Z']);
  });
});

it('tells programs how far off the moment is', () => {
  const [moment] = MOMENTS.slice(-1);
  if (moment === undefined) throw new Error('There are no moments.');
  const { FAKETIME = '' } = environmentAt(moment, 'libfaketime.so.1');
  const shift = Number(/^\+?(-?\d+)s$/.exec(FAKETIME)?.[1]) * 1_000;
  expect(Math.abs(Date.now() + shift - Date.parse(moment.startsAt))).toBeLessThan(2_000);
});
