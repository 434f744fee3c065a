import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from './paths.ts';

/** Text of a project's file by its path from the project's folder; undefined where there is none. */
export type ReadFile = (path: string) => string | undefined;

/** The project's files that are loaded when some of them are, themselves included. */
export function loadedBy(entries: readonly string[], read: ReadFile = readProjectFile): ReadonlySet<string> {
  const loaded = new Set(entries);
  for (const path of loaded) {
    for (const imported of importsOf(path, withoutTypes(read(path) ?? ''))) loaded.add(imported);
  }
  return loaded;
}

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

/** The project's files that a module's code imports, at once or when it comes to it. */
export function importsOf(path: string, code: string): string[] {
  const specifiers = [...code.matchAll(IMPORT)].map(([, specifier = '']) => specifier);
  return specifiers.flatMap((specifier) => resolveImport(path, specifier) ?? []);
}

/** Code as it runs: imports of types are gone by then. */
export function withoutTypes(text: string): string {
  return text.replace(/^(?:import|export) type [^;]*;/gm, '');
}

/** Generated code does what the project's own tells it to. */
export function readProjectFile(path: string): string | undefined {
  const file = join(ROOT, path);
  return path.startsWith('gen/') || !existsSync(file) ? undefined : readFileSync(file, 'utf8');
}

/** Relative imports, and those of package.json's `imports`. */
function resolveImport(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? normalize(join(dirname(importer), specifier)) : undefined;
}
