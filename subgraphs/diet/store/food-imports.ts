import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import type { Allergen, FoodOrigin } from '../rules/diets.ts';
import type { Composition } from '../rules/nutrients.ts';
import type { Aisle } from '../rules/shopping.ts';

/** Whose dump is read. */
export type DumpSource = 'FDC' | 'OFF';

/** A food of an outside source. */
export interface ImportedFood {
  source: DumpSource;
  /** The source's own id. */
  sourceId: string;
  name: string;
  per100g: Composition;
  allergens: Allergen[];
  /** Whether `allergens` is complete. */
  allergensKnown: boolean;
  /** Null where not known. */
  origin: FoodOrigin | null;
  aisle: Aisle;
  densityMgPerMl: number | null;
  pieceMg: number | null;
}

/** How many rows of a file are done. */
export interface DoneRows {
  doneRows: number;
  badRows: number;
}

/** The catalogue, as dumps of others fill it. */
export type FoodImports = ReturnType<typeof createFoodImports>;

export function createFoodImports({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /** Brings in foods of no file: all of them are there after every call. */
    async install(foods: readonly ImportedFood[]): Promise<void> {
      await db.transaction(({ tx }) => upsert(tx, foods));
    },

    /** How far this file has come; another file of the same source begins anew. */
    async begin(source: DumpSource, file: string): Promise<DoneRows> {
      const present = await db.prisma.foodImport.findUnique({ where: { source } });
      if (present?.file === file) return { doneRows: present.doneRows, badRows: present.badRows };
      const begun = { file, doneRows: 0, badRows: 0, updatedAt: new Date(now()) };
      await db.prisma.foodImport.upsert({ where: { source }, create: { source, ...begun }, update: begun });
      return { doneRows: 0, badRows: 0 };
    },

    /** Writes foods, and how far the file has come: one transaction, so that none is forgotten. */
    async write(source: DumpSource, foods: readonly ImportedFood[], done: DoneRows): Promise<void> {
      await db.transaction(async ({ tx }) => {
        await upsert(tx, foods);
        await tx.foodImport.updateMany({ where: { source }, data: { ...done, updatedAt: new Date(now()) } });
      });
    },

    /** The file is done: the same one begins anew when it is imported again. */
    async finish(source: DumpSource): Promise<void> {
      await db.prisma.foodImport.deleteMany({ where: { source } });
    },
  };

  async function upsert(tx: PrismaClient, foods: readonly ImportedFood[]): Promise<void> {
    const rows = withoutRepeats(foods).map((food) => ({ ...food, id: newId() }));
    if (rows.length > 0) await executeIn(tx, UPSERT, [JSON.stringify(rows)]);
  }
}

/** PostgreSQL refuses to update a row twice in one statement; the last one counts, as it would in two. */
function withoutRepeats(foods: readonly ImportedFood[]): ImportedFood[] {
  return [...new Map(foods.map((food) => [food.sourceId, food])).values()];
}

/**
 * What a person put right in the catalogue, names, aisles and allergens, stays where the source does not know better; what
 * is as it was is left alone. In the order of ids, so that two processes cannot wait for each other in a circle.
 */
export const UPSERT = sql<[foods: string]>(`
  INSERT INTO ingredients AS i (id, name, source, source_id, energy_cal, protein_mg, carbohydrate_mg, sugar_mg, fat_mg,
    saturated_fat_mg, fibre_mg, salt_mg, allergens, allergens_known, origin, aisle, density_mg_per_ml, piece_mg,
    created_at)
  SELECT food.id, food.name, food.source::ingredient_source, food."sourceId",
    (food.per100g->>'ENERGY')::int, (food.per100g->>'PROTEIN')::int, (food.per100g->>'CARBOHYDRATE')::int,
    (food.per100g->>'SUGAR')::int, (food.per100g->>'FAT')::int, (food.per100g->>'SATURATED_FAT')::int,
    (food.per100g->>'FIBRE')::int, (food.per100g->>'SALT')::int, food.allergens::allergen[], food."allergensKnown",
    food.origin::food_origin, food.aisle::aisle, food."densityMgPerMl", food."pieceMg", now()
  FROM json_to_recordset($1::json) AS food (id uuid, name text, source text, "sourceId" text, per100g json,
    allergens text[], "allergensKnown" boolean, origin text, aisle text, "densityMgPerMl" int, "pieceMg" int)
  ORDER BY food."sourceId"
  ON CONFLICT (source, source_id) DO UPDATE SET
    energy_cal = excluded.energy_cal, protein_mg = excluded.protein_mg, carbohydrate_mg = excluded.carbohydrate_mg,
    sugar_mg = excluded.sugar_mg, fat_mg = excluded.fat_mg, saturated_fat_mg = excluded.saturated_fat_mg,
    fibre_mg = excluded.fibre_mg, salt_mg = excluded.salt_mg, version = i.version + 1,
    name = CASE WHEN i.allergens_known THEN i.name ELSE excluded.name END,
    allergens = CASE WHEN i.allergens_known THEN i.allergens ELSE excluded.allergens END,
    origin = CASE WHEN i.allergens_known THEN i.origin ELSE excluded.origin END,
    aisle = CASE WHEN i.allergens_known THEN i.aisle ELSE excluded.aisle END,
    density_mg_per_ml = COALESCE(i.density_mg_per_ml, excluded.density_mg_per_ml)
  WHERE (i.energy_cal, i.protein_mg, i.carbohydrate_mg, i.sugar_mg, i.fat_mg, i.saturated_fat_mg, i.fibre_mg, i.salt_mg)
    IS DISTINCT FROM (excluded.energy_cal, excluded.protein_mg, excluded.carbohydrate_mg, excluded.sugar_mg,
      excluded.fat_mg, excluded.saturated_fat_mg, excluded.fibre_mg, excluded.salt_mg)
    OR (NOT i.allergens_known AND (i.name, i.allergens, i.origin, i.aisle)
      IS DISTINCT FROM (excluded.name, excluded.allergens, excluded.origin, excluded.aisle))`);
