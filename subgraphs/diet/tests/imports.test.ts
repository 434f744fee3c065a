import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { Database } from '#platform/db/database.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/test-services.ts';
import { readCatalogue } from '../adapters/catalogue/catalogue.ts';
import { openCatalogue } from '../adapters/catalogue/open.ts';
import { importFoods } from '../adapters/imports/import-foods.ts';
import type { DumpSource } from '../store/food-imports.ts';
import { createFoodImports, type FoodImports } from '../store/food-imports.ts';

let database: TestDatabase;
let db: Database<PrismaClient>;
let imports: FoodImports;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foods-'));
  database = await createTestDatabase(inject('adminUrl'));
  db = openDomainDatabase(database, 'diet', (adapter) => new PrismaClient({ adapter }));
  imports = createFoodImports({ db, now: Date.now, newId: uuidv7 });
});

beforeEach(async () => {
  await db.prisma.ingredient.deleteMany();
  await db.prisma.foodImport.deleteMany();
});

afterAll(async () => {
  await db?.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const dump = (name: string) => fileURLToPath(new URL(`dumps/${name}`, import.meta.url));

/** Imports a file, and answers with what became of it. */
async function run(source: DumpSource, file: string, store: FoodImports = imports) {
  const bad: string[] = [];
  const progress = await importFoods({
    source,
    file,
    imports: store,
    signal: new AbortController().signal,
    onBadRow: (line, fault) => bad.push(`${line}: ${fault}`),
    onProgress: () => undefined,
  });
  return { bad, progress };
}

const foods = () => db.prisma.ingredient.findMany({ orderBy: { name: 'asc' } });

it('reads a download of FoodData Central, and skips what is no food, by its line', async () => {
  const { bad, progress } = await run('FDC', dump('fdc-sr-legacy.json'));
  expect(bad).toEqual(['3: it states no ENERGY', '4: it is no JSON object']);
  expect(progress).toMatchObject({ doneRows: 5, badRows: 2, readBytes: progress.totalBytes });
  expect(await foods()).toMatchObject([
    { name: 'Braces { in "names" } do no harm', sourceId: '999002' },
    {
      name: 'Oil, olive, salad or cooking',
      source: 'FDC',
      sourceId: '171413',
      ownerId: null,
      energyCal: 884_000,
      sugarMg: null,
      saturatedFatMg: 13_808,
      saltMg: 5,
      aisle: 'OILS_AND_SPICES',
      densityMgPerMl: 913,
      allergensKnown: false,
      origin: null,
    },
    {
      name: 'Spinach, raw',
      sourceId: '168462',
      proteinMg: 2_860,
      fibreMg: 2_200,
      saltMg: 198,
      aisle: 'PRODUCE',
    },
  ]);
});

it('reads an export of Open Food Facts, packed or not, and skips what is no food, by its line', async () => {
  const packed = join(folder, 'products.csv.gz');
  writeFileSync(packed, gzipSync(readFileSync(dump('off-products.csv'))));
  for (const file of [dump('off-products.csv'), packed]) {
    const { bad, progress } = await run('OFF', file);
    expect(bad).toEqual([
      '3: it has no product_name',
      '5: FAT is -3, and should be 0 to 101',
      '6: energy-kcal_100g is "about 400", which is no number',
      '7: it has 2 columns, and the first line names 38',
    ]);
    expect(progress).toMatchObject({ doneRows: 7, badRows: 4 });
  }
  expect(await foods()).toMatchObject([
    { name: 'Oat drink', origin: 'PLANT', aisle: 'DRINKS', version: 1 },
    {
      name: 'Vitória crackers',
      sourceId: '0000000000017',
      allergens: ['GLUTEN', 'SESAME'],
      fibreMg: null,
      saltMg: 1_400,
    },
    // 268 kJ, and no salt but sodium.
    { name: 'Whole milk', origin: 'ANIMAL_PRODUCT', energyCal: 64_054, saltMg: 100, allergens: ['MILK'] },
  ]);
});

it('refuses a file of another kind', async () => {
  await expect(run('OFF', dump('fdc-sr-legacy.json'))).rejects.toThrow('no export of Open Food Facts');
  expect(await foods()).toEqual([]);
});

it('goes on where a run was cut off, and begins another file anew', async () => {
  const [header = '', ...lines] = readFileSync(dump('off-products.csv'), 'utf8').trimEnd().split('\n');
  const [cracker = ''] = lines;
  const rows = Array.from({ length: 1_200 }, (_, index) =>
    index === 700 ? 'broken' : cracker.replace('0000000000017', String(10_000 + index)),
  );
  const file = join(folder, 'long.csv');
  writeFileSync(file, [header, ...rows].join('\n'));
  let batches = 0;
  const cutOff: FoodImports = {
    ...imports,
    write: (...batch) => {
      if (++batches === 3) throw new Error('The machine went away.');
      return imports.write(...batch);
    },
  };
  await expect(run('OFF', file, cutOff)).rejects.toThrow('went away');
  expect(await db.prisma.ingredient.count()).toBe(999);

  const written: number[] = [];
  const watched: FoodImports = {
    ...imports,
    write: (source, batch, done) => {
      written.push(batch.length);
      return imports.write(source, batch, done);
    },
  };
  const { bad, progress } = await run('OFF', file, watched);
  expect(written).toEqual([200]);
  expect(bad).toEqual([]);
  expect(progress).toMatchObject({ doneRows: 1_200, badRows: 1 });
  expect(await db.prisma.ingredient.count()).toBe(1_199);

  const { progress: other } = await run('OFF', dump('off-products.csv'));
  expect(other.doneRows).toBe(7);
});

it('is a command that says what it did and what to do', async () => {
  const command = (...words: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/import-foods.ts', ...words], {
      env: { DIET_DATABASE_URL: database.urls['diet'] },
    });
  const { stdout, stderr } = await command('--source', 'off', dump('off-products.csv'));
  expect(stdout).toBe('3 foods of 7 rows are in the catalogue; 4 were skipped.\n');
  expect(stderr).toContain('off-products.csv:5: skipped, since FAT is -3');
  await expect(command('--source', 'usda', dump('off-products.csv'))).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Usage: npm run import:foods'),
  });
});

it('leaves what was put right in the catalogue, but for what the source measures', async () => {
  const catalogue = openCatalogue(database.urls['diet'] ?? '');
  try {
    await catalogue.install();
    await catalogue.install();
  } finally {
    await catalogue.close();
  }
  const count = await db.prisma.ingredient.count();
  expect(count).toBe(readCatalogue().length);
  const { bad } = await run('FDC', dump('fdc-sr-legacy.json'));
  expect(bad).toHaveLength(2);
  // Spinach and olive oil were there.
  expect(await db.prisma.ingredient.count()).toBe(count + 1);
  const where = { source_sourceId: { source: 'FDC' as const, sourceId: '168462' } };
  expect(await db.prisma.ingredient.findUnique({ where })).toMatchObject({
    name: 'Spinach',
    allergensKnown: true,
    origin: 'PLANT',
    energyCal: 23_000,
    version: 1,
  });
});

it('knows at least 120 foods, each by its id at FoodData Central', () => {
  const known = readCatalogue();
  expect(known.length).toBeGreaterThanOrEqual(120);
  expect(new Set(known.map(({ sourceId }) => sourceId)).size).toBe(known.length);
  expect(new Set(known.map(({ name }) => name)).size).toBe(known.length);
  for (const { sourceId, name, per100g } of known) {
    expect(sourceId, name).toMatch(/^\d{6}$/);
    // A row out of place would not fit Atwater's factors: 4 kcal a gram of protein and carbohydrate, 9 of fat, 2 of fibre.
    const { ENERGY, PROTEIN, CARBOHYDRATE, FAT, FIBRE } = per100g;
    const atwater = 4 * (PROTEIN ?? 0) + 4 * (CARBOHYDRATE ?? 0) + 9 * (FAT ?? 0) - 2 * (FIBRE ?? 0);
    expect(Math.abs((ENERGY ?? 0) - atwater), name).toBeLessThanOrEqual(40_000 + atwater * 0.4);
  }
});
