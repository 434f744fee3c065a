import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ROOT } from '../paths.ts';
import { runTool } from '../processes/tool.ts';
import { describe, readTypes, type Types } from './describe.ts';
import type { DeclaredStatement } from './find.ts';
import { type DescribedStatement, renderComparison } from './render.ts';

/**
 * Compares statements with a migrated database.
 *
 * @param adminUrl - Somebody who may read every domain's schema.
 * @param folder - Where the modules are written that compare the types, below .cache/.
 * @returns what is wrong, a line each; nothing where all is as declared.
 */
export async function compareStatements(
  statements: readonly DeclaredStatement[],
  adminUrl: string,
  folder: string,
): Promise<string[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const types = await readTypes(client);
    const described: DescribedStatement[] = [];
    const faults: string[] = [];
    for (const declared of statements) {
      const outcome = await describeOne(client, types, declared);
      if (typeof outcome === 'string') faults.push(outcome);
      else described.push(outcome);
    }
    return [...faults, ...(await compareTypes(described, types, folder))];
  } finally {
    await client.end();
  }
}

/** The platform's statements run on the tables that every domain has; those of trainers' grants only some. */
const PLATFORM_SCHEMA = 'messaging';

async function describeOne(
  client: pg.Client,
  types: Types,
  declared: DeclaredStatement,
): Promise<DescribedStatement | string> {
  const schema = /^subgraphs\/(\w+)\//.exec(declared.file)?.[1] ?? PLATFORM_SCHEMA;
  await client.query(`SET search_path = ${schema}`);
  try {
    return { ...declared, description: await describe(client, types, declared.statement) };
  } catch (error) {
    return `${nameOf(declared)}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function nameOf({ file, path }: DeclaredStatement): string {
  return `${file} ${path.join('.')}`;
}

async function compareTypes(
  described: readonly DescribedStatement[],
  types: Types,
  folder: string,
): Promise<string[]> {
  if (described.length === 0) return [];
  const base = join(ROOT, '.cache', folder);
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base, { recursive: true });
  const byFile = [...Map.groupBy(described, ({ file }) => file)];
  for (const [index, [file, statements]] of byFile.entries()) {
    const paths = { declaring: `../../${file}`, comparing: '../../scripts/statements/compared.ts' };
    writeFileSync(join(base, `compared-${index}.ts`), renderComparison(statements, types, paths));
  }
  const config = { extends: '../../tsconfig.json', include: ['./*.ts'], exclude: [] };
  writeFileSync(join(base, 'tsconfig.json'), JSON.stringify(config));
  const { output } = await runTool('node_modules/@typescript/native/bin/tsc', [
    '--project',
    join(base, 'tsconfig.json'),
    '--pretty',
    'false',
  ]);
  const line = /compared-(\d+)\.ts\((\d+),\d+\): error TS\d+: (.*)/g;
  const faults = [...output.matchAll(line)].map(([, module, place, message = '']) => {
    const statements = byFile[Number(module)]?.[1] ?? [];
    // Two lines of imports come first, and each statement has two.
    const statement = statements[Math.floor((Number(place) - 3) / 2)];
    const fault = /^Type '(.*)' does not satisfy the constraint 'never'/.exec(message)?.[1] ?? message;
    return `${statement ? nameOf(statement) : ''}: ${fault}`;
  });
  return faults.length === 0 && output.includes('error TS') ? [output] : faults;
}
