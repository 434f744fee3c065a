import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** Describes the machine that a run took place on. */
export interface Machine {
  at: Date;
  cores: number;
  processor: string;
  memoryGiB: number;
  system: string;
  node: string;
  /** Runnable processes, average of the last minute. */
  load: number;
}

/** This machine at this moment. */
export function machineNow(): Machine {
  return {
    at: new Date(),
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${release()}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

/** The packages that are measured, with their versions: those of ours, then those of bench/. */
export function packageVersions(): { ours: string; peers: string; livePeers: string } {
  return {
    ours: versions('../package.json', [
      'graphql',
      'fastify',
      'undici',
      'ws',
      'graphql-ws',
      '@apollo/query-planner',
    ]),
    peers: versions('package.json', [
      '@apollo/gateway',
      '@apollo/server',
      '@graphql-hive/gateway',
      '@graphql-hive/router-runtime',
      'graphql',
    ]),
    livePeers: versions('package.json', ['graphql-yoga', '@graphql-yoga/redis-event-target', 'graphql-ws']),
  };
}

function versions(file: string, names: readonly string[]): string {
  const { dependencies } = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
  return names.map((name) => `${name} ${dependencies[name]}`).join(', ');
}
