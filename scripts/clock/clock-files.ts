import { globSync } from 'node:fs';
import { importsOf, type ReadFile, readProjectFile, withoutTypes } from '../module-graph.ts';
import { ROOT } from '../paths.ts';

/** Signs in a module that what it does may depend on the time. Too many cost a few seconds, a missing one hides a fault. */
const SIGNS: readonly RegExp[] = [
  // The clock, and dates made of whatever.
  /\bDate\.(now|UTC|parse)\b/,
  /\bnew Date\(/,
  /\bTemporal\b/,
  /\bDateTimeFormat\b/,
  // A clock that was passed in, and SQL's.
  /(?<!performance\.)\bnow\(\)/,
  /\b(clock|statement|transaction)_timestamp\b/i,
  /\bcurrent_(date|time|timestamp)\b/i,
  // Ids and tokens that hold the time, and schedules.
  /'uuid'/,
  /'jose'/,
  /'rrule[^']*'/,
  // Programs of ours, which have clocks of their own: PostgreSQL and Redis, and what tests start.
  /inject\('(adminUrl|redisUrl)'\)/,
  /'node:(child_process|worker_threads|cluster)'/,
];

/** Test files that cannot run at another time, each with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'gateway/tests/graphiql.test.ts': 'Chromium opens no page under libfaketime',
  'tests/e2e/graphiql.test.ts': 'Chromium opens no page under libfaketime',
};

/** Every test file that can see the clock: by itself, or by a module that it imports, at however many removes. */
export function findClockFiles(): string[] {
  const tests = globSync('**/*.test.ts', {
    cwd: ROOT,
    exclude: ['node_modules', '.cache', '.data', 'bench'],
  });
  return seeingTheClock(tests, readProjectFile)
    .filter((file) => !(file in LEFT_OUT))
    .sort();
}

/** Those of some files that show a sign of the clock, or that import a file which does. */
export function seeingTheClock(files: readonly string[], read: ReadFile): string[] {
  const known = new Map<string, Module>();
  const moduleOf = (path: string) => {
    const module = known.get(path) ?? parseModule(path, read(path) ?? '');
    known.set(path, module);
    return module;
  };
  return files.filter((file) => {
    const seen = new Set([file]);
    for (const path of seen) {
      const { hasSign, imports } = moduleOf(path);
      if (hasSign) return true;
      for (const imported of imports) seen.add(imported);
    }
    return false;
  });
}

interface Module {
  hasSign: boolean;
  /** The project's files that it loads. */
  imports: string[];
}

function parseModule(path: string, text: string): Module {
  const code = withoutTypes(text);
  return { hasSign: SIGNS.some((sign) => sign.test(code)), imports: importsOf(path, code) };
}
