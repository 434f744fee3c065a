import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderCircles } from '../checks/folder-circles.ts';
import { ROOT } from '../paths.ts';
import { readSource, type Source } from './source.ts';

const PRODUCT = ['gateway', 'observability', 'platform', 'subgraphs'];
const ALL = [...PRODUCT, 'bench', 'scripts', 'tests'];
const SHORT_BELOW_LINES = 40;
const LONG_FROM_LINES = 100;

/** How the tree of the project's files stands: a line a figure, with what it counts below it. Tests are not counted. */
export function describeTree(): string[] {
  const sources = ALL.flatMap((folder) =>
    globSync(`${folder}/**/*.ts`, { cwd: ROOT, exclude: isPackage }),
  ).map((path) => readSource(path, readFileSync(join(ROOT, path), 'utf8')));
  const product = sources.filter(({ path }) => PRODUCT.includes(path.split('/')[0] ?? '') && !isTest(path));
  const lines = product.map(({ path }) => linesOf(path)).sort((a, b) => a - b);
  const importers = Map.groupBy(
    product.flatMap(({ path, imports }) => [...imports.keys()].map((imported) => ({ path, imported }))),
    ({ imported }) => imported,
  );
  const short = product
    .map(({ path }) => ({ path, by: importers.get(path) ?? [] }))
    .filter(({ path, by }) => by.length === 1 && linesOf(path) < SHORT_BELOW_LINES);
  const long = product.flatMap(({ path, functions }) =>
    functions.filter(({ lines }) => lines >= LONG_FROM_LINES).map((each) => ({ path, ...each })),
  );
  const unused = typesOfNobody(sources);
  const circles = folderCircles(new Map(product.map(({ path, imports }) => [path, [...imports.keys()]])));
  return [
    `Files of ${PRODUCT.join(', ')}, without tests: ${lines.length}; median ${median(lines)} lines, longest ${lines.at(-1)}`,
    ...listed(
      `Files below ${SHORT_BELOW_LINES} lines with one importer`,
      short.map(({ path, by }) => `${path} (${linesOf(path)}) by ${by[0]?.path}`),
    ),
    ...listed(
      `Functions of ${LONG_FROM_LINES} lines and more`,
      long.map(({ path, name, lines }) => `${path}: ${name} (${lines})`),
    ),
    ...listed('Exported types that no other file imports, those of tests, scripts and bench too', unused),
    ...listed('Circles between folders', circles),
  ];
}

/** Lines of a file of the project. */
export function linesOf(path: string): number {
  return readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1;
}

/** The middle one of sorted numbers. */
export function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function isPackage(name: string): boolean {
  return name.endsWith('node_modules');
}

function isTest(path: string): boolean {
  return /(\/tests\/|\.test\.ts$)/.test(path);
}

function typesOfNobody(sources: readonly Source[]): string[] {
  const imported = new Set(
    sources.flatMap(({ imports }) =>
      [...imports].flatMap(([path, names]) => names.map((name) => `${path} ${name}`)),
    ),
  );
  return sources.flatMap(({ path, exportedTypes }) =>
    exportedTypes
      .filter((name) => !imported.has(`${path} ${name}`) && !imported.has(`${path} *`))
      .map((name) => `${path}: ${name}`),
  );
}

function listed(title: string, items: readonly string[]): string[] {
  return [`${title}: ${items.length}`, ...items.map((item) => `  ${item}`)];
}
