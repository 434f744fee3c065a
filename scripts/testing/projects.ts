import { globSync, readdirSync } from 'node:fs';
import { type Module, ModuleGraph, type ReadFile } from '../module-graph.ts';
import { ROOT } from '../paths.ts';

/**
 * Vitest's projects, by what their tests need: nothing but Node; PostgreSQL and Redis, which the npm packages bring; or programs
 * that only Debian brings, as Chromium and Prometheus, and a machine that is set up for them, as CI's is.
 */
export const PROJECTS = ['unit', 'services', 'peers'] as const;

export type Project = (typeof PROJECTS)[number];

/** A module is reached that takes the services of the run, or that starts some of its own. */
const NEEDS_SERVICES = ({ path, code }: Module) =>
  path.startsWith('scripts/services/') ||
  (/^import [^;]*\binject\b[^;]*'vitest'/m.test(code) && /\binject\('(?:adminUrl|redisUrl)'\)/.test(code));

/** A module of the tests asks for a program of the system, or where it runs. */
const NEEDS_PEERS = ({ path, code, imports }: Module) =>
  IS_TEST_CODE.test(path) &&
  imports.includes('scripts/programs.ts') &&
  /\b(?:findPeer|findKubectl|isCI)\(/.test(code);

const IS_TEST_CODE = /^tests\/|\/tests\/|\.test\.ts$/;

/** Top folders without tests of ours; those of the bench are run by the bench. */
const LEFT_OUT = new Set(['node_modules', 'gen', 'bench']);

/** Every test file, sorted. */
export function findTestFiles(): string[] {
  // Patterns to exclude are of no effect where the project's own path has brackets in it (Node 24).
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && !LEFT_OUT.has(entry.name),
  );
  return globSync(
    folders.map(({ name }) => `${name}/**/*.test.ts`),
    { cwd: ROOT },
  ).sort();
}

/** The test files of each project: what a test needs is read from the modules that it loads, and from the programs that these start. */
export function filesByProject(
  files: readonly string[] = findTestFiles(),
  read?: ReadFile,
): Record<Project, string[]> {
  const graph = new ModuleGraph(read);
  const found: Record<Project, string[]> = { unit: [], services: [], peers: [] };
  for (const file of files) found[projectOf(file, graph)].push(file);
  return found;
}

function projectOf(file: string, graph: ModuleGraph): Project {
  let project: Project = 'unit';
  for (const module of graph.loadedBy([file], startedBy)) {
    if (NEEDS_PEERS(module)) return 'peers';
    if (NEEDS_SERVICES(module)) project = 'services';
  }
  return project;
}

/** The project's programs that a module starts: it imports what starts processes, and names them. */
function startedBy({ code }: Module): string[] {
  if (!/^import [^;]*'node:child_process'/m.test(code)) return [];
  return [...code.matchAll(/'((?:scripts|gateway|subgraphs|tests)\/[\w/.-]+\.ts)'/g)].map(
    ([, path = '']) => path,
  );
}
