import { describe, expect, test } from 'vitest';
import { folderCircles } from '../checks/folder-circles.ts';

describe('circles of folders', () => {
  test('two folders that import each other are one, with an import for each step', () => {
    const imports = planted({
      'platform/db/database.ts': ['platform/events/append.ts'],
      'platform/events/append.ts': [],
      'platform/events/seal.ts': ['platform/db/outage.ts'],
      'platform/db/outage.ts': [],
    });
    expect(folderCircles(imports)).toEqual([
      'platform: db → events → db\n' +
        '    platform/db/database.ts imports platform/events/append.ts\n' +
        '    platform/events/seal.ts imports platform/db/outage.ts',
    ]);
  });

  test('so are a folder and a file beside it', () => {
    const imports = planted({
      'platform/domain.ts': ['platform/events/event.ts'],
      'platform/events/event.ts': [],
      'platform/events/consumer.ts': ['platform/domain.ts'],
    });
    expect(folderCircles(imports)).toMatchObject([
      expect.stringContaining('platform: domain.ts → events → domain.ts'),
    ]);
  });

  test('one over three folders, two levels down, is found and says who else is in it', () => {
    const imports = planted({
      'gateway/live/a/deep/one.ts': ['gateway/live/b/one.ts'],
      'gateway/live/b/one.ts': ['gateway/live/c/one.ts'],
      'gateway/live/c/one.ts': ['gateway/live/b/two.ts', 'gateway/live/a/two.ts'],
      'gateway/live/b/two.ts': [],
      'gateway/live/a/two.ts': [],
    });
    expect(folderCircles(imports)).toMatchObject([
      expect.stringMatching(/^gateway\/live: b → c → b \(and, in longer ones, a\)/),
    ]);
  });

  test('a folder whose own files stand below and above its inner folders is none', () => {
    const imports = planted({
      'subgraphs/diet/index.ts': ['subgraphs/diet/rpc/foods.ts', 'subgraphs/diet/store.ts'],
      'subgraphs/diet/rpc/foods.ts': ['subgraphs/diet/store.ts', 'subgraphs/diet/rules.ts'],
      'subgraphs/diet/store.ts': ['subgraphs/diet/store/reads.ts'],
      'subgraphs/diet/store/reads.ts': ['subgraphs/diet/rules.ts'],
      'subgraphs/diet/rules.ts': [],
    });
    expect(folderCircles(imports)).toEqual([]);
  });
});

function planted(imports: Record<string, string[]>): Map<string, string[]> {
  return new Map(Object.entries(imports));
}
