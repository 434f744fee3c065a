import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withConnection } from '../../scripts/database/connect.ts';
import { compareStatements } from '../../scripts/statements/compare.ts';
import { type DeclaredStatement, findStatements, hiddenIn, rawIn } from '../../scripts/statements/find.ts';
import { createTestDatabase, type TestDatabase } from '../../scripts/test-services.ts';
import * as planted from './planted.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminUrl'));
});

afterAll(() => database.drop());

/** The statements of planted.ts. */
const PLANTED: DeclaredStatement[] = Object.entries(planted).map(([name, statement]) => ({
  file: 'tests/statements/planted.ts',
  path: [name],
  statement,
}));

function faultsOf(statements: readonly DeclaredStatement[], folder: string): Promise<string[]> {
  return compareStatements(statements, database.adminUrl, folder);
}

describe('The statements of platform and domains', () => {
  it('take and answer on the migrated schema what they declare', async () => {
    const { statements, hidden, raw } = await findStatements();
    expect(statements.length).toBeGreaterThan(0);
    expect({ hidden, raw }).toEqual({ hidden: [], raw: [] });
    expect(await faultsOf(statements, 'statements')).toEqual([]);
  });
});

describe('The comparison of statements with the schema', () => {
  it('names the column, the type, the null and the value that are not as declared', async () => {
    expect((await faultsOf(PLANTED, 'planted-statements')).sort()).toEqual([
      'tests/statements/planted.ts misnamed: "lastActivityAt: no such column"',
      'tests/statements/planted.ts mistyped: "lastActivityAt: is timestamptz"',
      'tests/statements/planted.ts misvalued: "value 1"',
      'tests/statements/planted.ts nullable: "title: may be null"',
      'tests/statements/planted.ts outerJoined: "userId: may be null"',
      'tests/statements/planted.ts undervalued: "takes 1 values"',
    ]);
  });

  it('fails a statement whose column was renamed', async () => {
    await withConnection(database.adminUrl, (client) =>
      client.query('ALTER TABLE messaging.conversations RENAME COLUMN participant_count TO people'),
    );
    const [right] = PLANTED.filter(({ path: [name] }) => name === 'right');
    expect(await faultsOf(right ? [right] : [], 'renamed-statements')).toEqual([
      'tests/statements/planted.ts right: column "participant_count" does not exist',
    ]);
  });

  it('finds a statement that its module keeps to itself, which nobody could compare', () => {
    const text = [
      "export const OPEN = sql<[]>('SELECT 1');",
      "const HIDDEN = sql<[]>('SELECT 2');",
      "await db.query(sql<[]>('SELECT 3'), []);",
    ].join('\n');
    expect(hiddenIn('store.ts', text)).toEqual(['store.ts:2', 'store.ts:3']);
  });

  it("finds SQL that goes to Prisma's client past a statement", () => {
    const text = "await tx.$executeRawUnsafe('SELECT 1');\nawait tx.$queryRaw`SELECT 2`;\n";
    expect(rawIn('store.ts', text)).toEqual(['store.ts:1', 'store.ts:2']);
  });
});
