import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Allergen, FoodOrigin } from '../../rules/diets.ts';
import type { Nutrient } from '../../rules/nutrients.ts';
import type { Aisle } from '../../rules/shopping.ts';
import type { FoodImports, ImportedFood } from '../../store/food-imports.ts';
import { compositionOf, SALT_OF_SODIUM } from '../imports/imported-food.ts';

/**
 * Foods that everybody knows. Their nutrients are those of USDA's Standard Reference 28, which FoodData Central republishes
 * as SR Legacy: foods.tsv names the FDC id and the number in the Nutrient Data Bank of each. Allergens, origin and aisle are
 * ours; densities and pieces are USDA's household measures.
 */
export function readCatalogue(): ImportedFood[] {
  const text = readFileSync(fileURLToPath(new URL('foods.tsv', import.meta.url)), 'utf8');
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return foodOf((name) => cells[names.indexOf(name)] ?? '');
  });
}

/** Brings the catalogue up to date; run again, it adds nothing. */
export async function installCatalogue(imports: FoodImports): Promise<void> {
  await imports.install(readCatalogue());
}

const STATED: readonly (readonly [Nutrient, string])[] = [
  ['ENERGY', 'energy_kcal'],
  ['PROTEIN', 'protein_g'],
  ['CARBOHYDRATE', 'carbohydrate_g'],
  ['SUGAR', 'sugar_g'],
  ['FAT', 'fat_g'],
  ['SATURATED_FAT', 'saturated_fat_g'],
  ['FIBRE', 'fibre_g'],
];

function foodOf(cell: (name: string) => string): ImportedFood {
  const stated = STATED.filter(([, column]) => cell(column) !== '').map(([nutrient, column]) => [
    nutrient,
    Number(cell(column)),
  ]);
  const salt = (Number(cell('sodium_mg')) * SALT_OF_SODIUM) / 1_000;
  const composition = compositionOf({ ...Object.fromEntries(stated), SALT: Math.min(salt, 100) });
  if ('fault' in composition) throw new Error(`foods.tsv: ${cell('name')}: ${composition.fault}`);
  const allergens = cell('allergens');
  return {
    source: 'FDC',
    sourceId: cell('fdc_id'),
    name: cell('name'),
    per100g: composition.per100g,
    allergens: allergens === '' ? [] : (allergens.split(' ') as Allergen[]),
    allergensKnown: true,
    origin: cell('origin') as FoodOrigin,
    aisle: cell('aisle') as Aisle,
    densityMgPerMl: Math.round(Number(cell('density_g_per_ml')) * 1_000) || null,
    pieceMg: Math.round(Number(cell('piece_g')) * 1_000) || null,
  };
}
