import { defineConfig } from 'vitest/config';
import { filesByProject, PROJECTS } from './scripts/testing/projects.ts';
import { PATIENCE } from './tests/patience.ts';

const files = filesByProject();

export default defineConfig({
  test: {
    projects: PROJECTS.map((name) => ({
      extends: true,
      test: {
        name,
        include: files[name],
        // PostgreSQL and Redis are started where files that need them are among those of the run.
        globalSetup: name === 'unit' ? [] : ['tests/global-setup.ts'],
      },
    })),
    // Node's own loader: vite's would load graphql twice.
    experimental: { viteModuleRunner: false },
    provide: {
      engine: process.env['ENGINE'] ?? 'compiled',
      chaosRounds: Number(process.env['CHAOS_ROUNDS'] ?? 1),
      killRounds: Number(process.env['KILL_ROUNDS'] ?? 5),
    },
    // They end what hangs, also where the machine is busy: no test is about them.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: PATIENCE },
    maxWorkers: 2,
    // Files share a worker's loaded modules, which hold no state: loading them anew took most of the time.
    isolate: false,
  },
});
