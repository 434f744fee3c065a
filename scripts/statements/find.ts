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
  statement: Pick<Statement, 'text'>;
}

/** What the modules of the project declare, and what they keep to themselves, which nobody compares. */
export interface FoundStatements {
  statements: DeclaredStatement[];
  /** Statements that are not exported, or that nothing holds: file and line. */
  hidden: string[];
  /** Where SQL goes to Prisma's client past a statement: file and line. */
  raw: string[];
}

/** Finds the statements of platform and domains. */
export async function findStatements(): Promise<FoundStatements> {
  const files = globSync(['platform/**/*.ts', 'subgraphs/**/*.ts'], { cwd: ROOT })
    .filter((file) => !/\/tests\/|^platform\/(sql\/statement|db\/paged)\.ts$/.test(file))
    .sort();
  const found: FoundStatements = { statements: [], hidden: [], raw: [] };
  for (const file of files) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    found.raw.push(...rawIn(file, text));
    if (!DECLARES.test(text)) continue;
    const exported: Record<string, unknown> = await import(pathToFileURL(join(ROOT, file)).href);
    for (const [name, value] of Object.entries(exported)) collect(found.statements, file, [name], value);
    found.hidden.push(...hiddenIn(file, text));
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

/** @returns file and line of each statement that no export holds, so that nobody can compare it. */
export function hiddenIn(file: string, text: string): string[] {
  return linesWith(
    file,
    text,
    /^\s*(const|let)\s+\w+[^=]*=\s*(sql|paged|ownedPages)\s*[<(]|[(,]\s*(sql|paged|ownedPages)[<(]/,
  );
}

/** @returns file and line of each use of what of Prisma's client takes SQL. */
export function rawIn(file: string, text: string): string[] {
  return linesWith(file, text, /\$(query|execute)Raw/);
}

function linesWith(file: string, text: string, pattern: RegExp): string[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : []));
}
