import type { Allergen, FoodOrigin } from '../../rules/diets.ts';
import type { Aisle } from '../../rules/shopping.ts';
import {
  compositionOf,
  KJ_OF_KCAL,
  nameOf,
  type ParsedRow,
  SALT_OF_SODIUM,
  type StatedAmounts,
} from './imported-food.ts';

/** The columns of Open Food Facts' CSV export that we read, among some two hundred. */
const COLUMNS = [
  'code',
  'product_name',
  'categories_tags',
  'allergens',
  'ingredients_analysis_tags',
  'energy-kcal_100g',
  'energy_100g',
  'proteins_100g',
  'carbohydrates_100g',
  'sugars_100g',
  'fat_100g',
  'saturated-fat_100g',
  'fiber_100g',
  'salt_100g',
  'sodium_100g',
] as const;

type Column = (typeof COLUMNS)[number];

/** Reads rows of an export whose first line was read. */
export type OffParser = (line: string) => ParsedRow;

/**
 * Reads the first line of Open Food Facts' export (en.openfoodfacts.org.products.csv: separated by tabs, without quotes).
 * @throws Error where it is none.
 */
export function readOffHeader(line: string): OffParser {
  const names = line.replace(/^\uFEFF/, '').split('\t');
  const places = new Map(names.map((name, index) => [name, index]));
  const missing = COLUMNS.filter((column) => !places.has(column));
  if (missing.length > 0) {
    throw new Error(
      `The first line names no column ${missing.join(', ')}: this is no export of Open Food Facts.`,
    );
  }
  return (row) => {
    const cells = row.split('\t');
    if (cells.length !== names.length) {
      return { fault: `it has ${cells.length} columns, and the first line names ${names.length}` };
    }
    return parseProduct((column) => cells[places.get(column) ?? -1]?.trim() ?? '');
  };
}

function parseProduct(cell: (column: Column) => string): ParsedRow {
  const code = cell('code');
  if (!/^\d{1,32}$/.test(code)) return { fault: `its code "${code.slice(0, 40)}" is no bar code` };
  const name = nameOf(cell('product_name'));
  if (name === null) return { fault: 'it has no product_name' };
  const stated = amountsOf(cell);
  if (typeof stated === 'string') return { fault: stated };
  const composition = compositionOf(stated);
  if ('fault' in composition) return composition;
  return {
    food: {
      source: 'OFF',
      sourceId: code,
      name,
      per100g: composition.per100g,
      allergens: allergensOf(cell('allergens')),
      // Nobody says that a list which people fill in is complete.
      allergensKnown: false,
      origin: originOf(cell('ingredients_analysis_tags')),
      aisle: aisleOf(cell('categories_tags')),
      densityMgPerMl: null,
      pieceMg: null,
    },
  };
}

/** Amounts in 100 g, or which of them is no number. */
function amountsOf(cell: (column: Column) => string): StatedAmounts | string {
  const numbers = new Map<Column, number>();
  for (const column of COLUMNS.filter((name) => name.endsWith('_100g'))) {
    const text = cell(column);
    if (text === '') continue;
    const value = Number(text);
    if (!Number.isFinite(value)) return `${column} is "${text.slice(0, 40)}", which is no number`;
    numbers.set(column, value);
  }
  const energyKj = numbers.get('energy_100g');
  const sodium = numbers.get('sodium_100g');
  const all = {
    ENERGY: numbers.get('energy-kcal_100g') ?? (energyKj === undefined ? undefined : energyKj / KJ_OF_KCAL),
    PROTEIN: numbers.get('proteins_100g'),
    CARBOHYDRATE: numbers.get('carbohydrates_100g'),
    SUGAR: numbers.get('sugars_100g'),
    FAT: numbers.get('fat_100g'),
    SATURATED_FAT: numbers.get('saturated-fat_100g'),
    FIBRE: numbers.get('fiber_100g'),
    SALT: numbers.get('salt_100g') ?? (sodium === undefined ? undefined : sodium * SALT_OF_SODIUM),
  };
  return Object.fromEntries(Object.entries(all).filter(([, amount]) => amount !== undefined));
}

/** Open Food Facts' tags of the allergens of annex II. */
const ALLERGENS: Readonly<Record<string, Allergen>> = {
  'en:gluten': 'GLUTEN',
  'en:crustaceans': 'CRUSTACEANS',
  'en:eggs': 'EGGS',
  'en:fish': 'FISH',
  'en:peanuts': 'PEANUTS',
  'en:soybeans': 'SOYBEANS',
  'en:milk': 'MILK',
  'en:nuts': 'NUTS',
  'en:celery': 'CELERY',
  'en:mustard': 'MUSTARD',
  'en:sesame-seeds': 'SESAME',
  'en:sulphur-dioxide-and-sulphites': 'SULPHITES',
  'en:lupin': 'LUPIN',
  'en:molluscs': 'MOLLUSCS',
};

function allergensOf(tags: string): Allergen[] {
  const known = tags.split(',').map((tag) => ALLERGENS[tag.trim()]);
  return [...new Set(known.filter((allergen) => allergen !== undefined))].sort();
}

/** What its ingredients were found to be; "maybe" and "unknown" are neither. */
function originOf(tags: string): FoodOrigin | null {
  const found = tags.split(',').map((tag) => tag.trim());
  if (found.includes('en:vegan')) return 'PLANT';
  return found.includes('en:vegetarian') && found.includes('en:non-vegan') ? 'ANIMAL_PRODUCT' : null;
}

/** By tags of its categories; the first that fits. */
const AISLES: readonly (readonly [pattern: RegExp, aisle: Aisle])[] = [
  [/en:(seafood|fishes|fish)/, 'FISH'],
  [/en:beverages/, 'DRINKS'],
  [/en:(dairies|cheeses|eggs|milks|yogurts)/, 'DAIRY_AND_EGGS'],
  [/en:(meats|poultries|sausages)/, 'MEAT'],
  [/en:(breads|viennoiseries|cakes)/, 'BAKERY'],
  [/en:(fruits|vegetables|fresh)/, 'PRODUCE'],
  [/en:(cereals|pastas|rices|legumes|flours)/, 'GRAINS_AND_PULSES'],
  [/en:(nuts|seeds)/, 'NUTS_AND_SEEDS'],
  [/en:(fats|condiments|sauces|spices|oils)/, 'OILS_AND_SPICES'],
  [/en:(sweet|chocolates|confectioneries|honeys|sugars)/, 'SWEETS'],
];

function aisleOf(tags: string): Aisle {
  return AISLES.find(([pattern]) => pattern.test(tags))?.[1] ?? 'OTHER';
}
