import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from './paths.ts';

/** Text of a project's file by its path from the project's folder; undefined where there is none. */
export type ReadFile = (path: string) => string | undefined;

/** A file of the project, as it runs: its imports of types are gone. */
export interface Module {
  path: string;
  code: string;
  /** The project's files that it loads, at once or when it comes to it. */
  imports: readonly string[];
}

/** The project's modules; each is read and taken apart once, however many files load it. */
export class ModuleGraph {
  readonly #known = new Map<string, Module>();
  readonly #read: ReadFile;

  constructor(read: ReadFile = readProjectFile) {
    this.#read = read;
  }

  /** The module of a file; one without code where there is no such file. */
  module(path: string): Module {
    const known = this.#known.get(path);
    if (known) return known;
    const code = withoutTypes(this.#read(path) ?? '');
    const module = { path, code, imports: importsOf(path, code) };
    this.#known.set(path, module);
    return module;
  }

  /** Each module that is loaded when some files are, themselves included; `also` names what a module leads to besides its imports. */
  *loadedBy(
    entries: readonly string[],
    also: (module: Module) => readonly string[] = () => [],
  ): Generator<Module, void> {
    const paths = new Set(entries);
    for (const path of paths) {
      const module = this.module(path);
      yield module;
      for (const next of module.imports) paths.add(next);
      for (const next of also(module)) paths.add(next);
    }
  }
}

/** The project's files that are loaded when some of them are, themselves included. */
export function loadedBy(entries: readonly string[]): ReadonlySet<string> {
  return new Set(Array.from(new ModuleGraph().loadedBy(entries), ({ path }) => path));
}

/** Code as it runs: imports of types are gone by then. */
export function withoutTypes(text: string): string {
  return text.replace(/^(?:import|export) type [^;]*;/gm, '');
}

/** Those that begin a line, and those at run time: what stands in a text of code, as tests have it, is none. */
const IMPORT = /^(?:import|export)\b[^;=(]*?'([^']+)'|\bimport\(\s*'([^']+)'/gm;

function importsOf(path: string, code: string): string[] {
  const specifiers = [...code.matchAll(IMPORT)].map(([, first, second]) => first ?? second ?? '');
  return specifiers.flatMap((specifier) => resolveImport(path, specifier) ?? []);
}

/** Generated code does what the project's own tells it to. */
function readProjectFile(path: string): string | undefined {
  const file = join(ROOT, path);
  return path.startsWith('gen/') || !existsSync(file) ? undefined : readFileSync(file, 'utf8');
}

/** Relative imports, and those of package.json's `imports`. */
function resolveImport(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? normalize(join(dirname(importer), specifier)) : undefined;
}
