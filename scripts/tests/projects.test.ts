import { describe, expect, it } from 'vitest';
import { filesByProject, findTestFiles, PROJECTS } from '../testing/projects.ts';

const TEST = 'a/tests/a.test.ts';
const INJECT = "import { inject } from 'vitest';";
const PROGRAMS = "import { isCI, findKubectl, findPeer } from '../../scripts/programs.ts';";

describe('a test belongs to', () => {
  const projectOf = (files: Record<string, string>) => {
    const found = filesByProject([TEST], (path) => files[path]);
    return PROJECTS.filter((name) => found[name].includes(TEST));
  };

  it('unit, where it needs nothing but Node', () => {
    expect(projectOf({ [TEST]: "import { rule } from '../rule.ts';", 'a/rule.ts': 'export {};' })).toEqual([
      'unit',
    ]);
  });

  it.for([
    [
      'it asks for the PostgreSQL of the run',
      { [TEST]: `${INJECT} createTestDatabase(inject('adminUrl'));` },
    ],
    ['it asks for the Redis of the run', { [TEST]: `${INJECT} new Redis(inject('redisUrl'));` }],
    [
      'a module that it loads does',
      { [TEST]: "import '#tests/network.ts';", 'tests/network.ts': `${INJECT} inject('redisUrl');` },
    ],
    ['it starts its own', { [TEST]: "import { startRedis } from '../../scripts/services/redis.ts';" }],
    [
      'a program that it starts does',
      {
        [TEST]: "import { spawn } from 'node:child_process';\nspawn('node', ['scripts/start.ts']);",
        'scripts/start.ts': "import './services/redis.ts';",
      },
    ],
  ] as const)('services, where %s', ([, files]) => {
    expect(projectOf(files)).toEqual(['services']);
  });

  it('unit, where it names such a program and starts nothing', () => {
    const files = {
      [TEST]: "const ENTRY = 'scripts/start.ts';",
      'scripts/start.ts': "import './services/redis.ts';",
    };
    expect(projectOf(files)).toEqual(['unit']);
  });

  it.for([
    ['a program of the system', "findPeer('chromium')"],
    ['kubectl', 'findKubectl()'],
    ['a machine that is set up as CI is', 'describe.skipIf(!isCI())'],
  ] as const)('peers, where it needs %s, whatever else it needs', ([, text]) => {
    expect(projectOf({ [TEST]: `${INJECT}\n${PROGRAMS}\ninject('redisUrl'); ${text};` })).toEqual(['peers']);
  });

  it('unit, where a script that it loads can look for programs', () => {
    const files = {
      [TEST]: "import '../../scripts/b.ts';",
      'scripts/b.ts': `${PROGRAMS} if (isCI()) findKubectl();`,
    };
    expect(projectOf(files)).toEqual(['unit']);
  });
});

it('finds what some tests of the project need', () => {
  const { unit, services, peers } = filesByProject();
  expect([...unit, ...services, ...peers].sort()).toEqual(findTestFiles());
  expect(unit).toContain('gateway/engine/transport/tests/circuit-breaker.test.ts');
  expect(services).toEqual(
    expect.arrayContaining(['scripts/tests/start.test.ts', 'tests/e2e/story.test.ts']),
  );
  expect(peers).toEqual(expect.arrayContaining(['tests/stack/prometheus.test.ts']));
});
