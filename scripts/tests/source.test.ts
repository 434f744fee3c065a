import { expect, test } from 'vitest';
import { readSource } from '../files-run/source.ts';

test('a file names what it imports, by whatever form, which types it exports, and how long its functions are', () => {
  const text = [
    "import { createPump, type Pump as Loop } from './pump.ts';",
    "import type { Viewer } from '#platform/viewer.ts';",
    "import pg from 'pg';",
    'export interface Relay {',
    "  load(): Promise<typeof import('../db/database.ts')>;",
    '}',
    'type Hidden = Viewer | Loop;',
    'export const create = () => {',
    '  return createPump(pg as Hidden);',
    '};',
    "export const later = () => import('./later.ts');",
  ].join('\n');
  expect(readSource('platform/events/relay.ts', text)).toEqual({
    path: 'platform/events/relay.ts',
    imports: new Map([
      ['platform/events/pump.ts', ['createPump', 'Pump']],
      ['platform/viewer.ts', ['Viewer']],
      ['platform/db/database.ts', ['*']],
      ['platform/events/later.ts', ['*']],
    ]),
    exportedTypes: ['Relay'],
    functions: [
      { name: 'create', lines: 3 },
      { name: 'later', lines: 1 },
    ],
  });
});
