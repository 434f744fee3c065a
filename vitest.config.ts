import { defineConfig } from 'vitest/config';
import { PATIENCE } from './tests/patience.ts';

export default defineConfig({
  test: {
    // Node's own loader: vite's would load graphql twice.
    experimental: { viteModuleRunner: false },
    include: ['**/*.test.ts'],
    exclude: ['node_modules', '.cache', '.data', 'bench'],
    provide: {
      engine: process.env['ENGINE'] ?? 'compiled',
      chaosRounds: Number(process.env['CHAOS_ROUNDS'] ?? 1),
      killRounds: Number(process.env['KILL_ROUNDS'] ?? 5),
    },
    globalSetup: ['tests/global-setup.ts'],
    // They end what hangs, also where the machine is busy: no test is about them.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: PATIENCE },
    maxWorkers: 2,
    // Files share a worker's loaded modules, which hold no state: loading them anew took most of the time.
    isolate: false,
  },
});
