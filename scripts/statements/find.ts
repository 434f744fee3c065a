import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Statement } from '../../platform/sql/statement.ts';
import { ROOT } from '../paths.ts';

/** A statement that a module declares. */
export interface DeclaredStatement {
  /** The module's path in the project. */
  file: string;
  /** How it is reached from the module: an export, and the fields from there. */
  path: [string, ...string[]];
  statement: Statement;
}

/** What the modules of the project declare, and what they keep to themselves, which nobody compares. */
export interface FoundStatements {
  statements: DeclaredStatement[];
  /** Constants that hold a statement, but are not exported: file and line. */
  hidden: string[];
}

/** Finds the statements of platform and domains. */
export async function findStatements(): Promise<FoundStatements> {
  const files = globSync(['platform/**/*.ts', 'subgraphs/**/*.ts'], { cwd: ROOT })
    .filter((file) => !/\/tests\/|^platform\/(sql\/statement|db\/paged)\.ts$/.test(file))
    .filter((file) => DECLARES.test(readFileSync(join(ROOT, file), 'utf8')))
    .sort();
  const found: FoundStatements = { statements: [], hidden: [] };
  for (const file of files) {
    const exported: Record<string, unknown> = await import(pathToFileURL(join(ROOT, file)).href);
    for (const [name, value] of Object.entries(exported)) collect(found.statements, file, [name], value);
    found.hidden.push(...hiddenIn(file, readFileSync(join(ROOT, file), 'utf8')));
  }
  return found;
}

const DECLARES = /\b(sql|paged|ownedPages)\s*</;

function collect(
  statements: DeclaredStatement[],
  file: string,
  path: [string, ...string[]],
  value: unknown,
): void {
  if (value instanceof Statement) statements.push({ file, path, statement: value });
  else if (Array.isArray(value))
    for (const [place, inner] of value.entries()) collect(statements, file, [...path, `${place}`], inner);
  else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [name, inner] of Object.entries(value)) collect(statements, file, [...path, name], inner);
  }
}

/** @returns file and line of each constant that holds a statement and is not exported. */
export function hiddenIn(file: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      /^\s*(const|let)\s+\w+[^=]*=\s*(sql|paged|ownedPages)\s*[<(]/.test(line)
        ? [`${file}:${index + 1}`]
        : [],
    );
}
