import { ModuleGraph, type ReadFile } from '../module-graph.ts';
import { findTestFiles } from '../testing/projects.ts';

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
  'gateway/tests/graphiql-browser.test.ts': 'Chromium opens no page under libfaketime',
  'tests/e2e/graphiql.test.ts': 'Chromium opens no page under libfaketime',
};

/** Every test file that can see the clock: by itself, or by a module that it imports, at however many removes. */
export function findClockFiles(): string[] {
  return seeingTheClock(findTestFiles()).filter((file) => !(file in LEFT_OUT));
}

/** Those of some files that show a sign of the clock, or that import a file which does. */
export function seeingTheClock(files: readonly string[], read?: ReadFile): string[] {
  const graph = new ModuleGraph(read);
  return files.filter((file) => {
    for (const { code } of graph.loadedBy([file])) if (SIGNS.some((sign) => sign.test(code))) return true;
    return false;
  });
}
