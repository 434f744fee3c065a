import { z } from 'zod';
import type { Nutrient } from '../../rules/nutrients.ts';
import type { Aisle } from '../../rules/shopping.ts';
import {
  compositionOf,
  nameOf,
  type ParsedRow,
  SALT_OF_SODIUM,
  type StatedAmounts,
} from './imported-food.ts';

/** A food as FoodData Central's JSON downloads have it, as far as we read it. */
const food = z.object({
  fdcId: z.int(),
  description: z.string(),
  foodCategory: z.object({ description: z.string() }).nullish(),
  brandedFoodCategory: z.string().nullish(),
  foodNutrients: z.array(
    z.object({ nutrient: z.object({ number: z.string() }).nullish(), amount: z.number().nullish() }),
  ),
  foodPortions: z
    .array(
      z.object({
        amount: z.number().nullish(),
        gramWeight: z.number().nullish(),
        modifier: z.string().nullish(),
        measureUnit: z.object({ name: z.string() }).nullish(),
      }),
    )
    .nullish(),
});

type FdcFood = z.infer<typeof food>;

/**
 * A food of a FoodData Central download (Foundation, SR Legacy, Branded; fdc.nal.usda.gov/download-datasets). Its nutrients
 * are those of 100 g; it says nothing of allergens, nor surely what it is made of.
 */
export function parseFdcFood(text: string): ParsedRow {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { fault: 'it is no JSON object' };
  }
  const parsed = food.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { fault: `it is no food of FoodData Central: ${issue?.path.join('.')} ${issue?.message}` };
  }
  const name = nameOf(parsed.data.description);
  if (name === null) return { fault: 'it has no description' };
  const composition = compositionOf(amountsOf(parsed.data));
  if ('fault' in composition) return composition;
  return {
    food: {
      source: 'FDC',
      sourceId: String(parsed.data.fdcId),
      name,
      per100g: composition.per100g,
      allergens: [],
      allergensKnown: false,
      origin: null,
      aisle: aisleOf(parsed.data),
      densityMgPerMl: densityOf(parsed.data),
      pieceMg: null,
    },
  };
}

/**
 * Numbers of nutrients, as FDC names them; where several are given, the first one counts. Foundation foods state energy by
 * Atwater's specific or general factors instead of 208.
 */
const NUMBERS: readonly (readonly [Nutrient, readonly string[]])[] = [
  ['ENERGY', ['208', '958', '957']],
  ['PROTEIN', ['203']],
  ['CARBOHYDRATE', ['205', '205.2']],
  ['SUGAR', ['269', '269.3']],
  ['FAT', ['204', '298']],
  ['SATURATED_FAT', ['606']],
  ['FIBRE', ['291', '293']],
];

function amountsOf({ foodNutrients }: FdcFood): StatedAmounts {
  const byNumber = new Map(
    foodNutrients.flatMap(({ nutrient, amount }) =>
      nutrient != null && amount != null ? [[nutrient.number, amount] as const] : [],
    ),
  );
  const stated: StatedAmounts = {};
  for (const [nutrient, numbers] of NUMBERS) {
    const amount = numbers.map((number) => byNumber.get(number)).find((found) => found !== undefined);
    // Carbohydrate "by difference" is a little below 0 where the other parts were measured as more than all.
    if (amount !== undefined) stated[nutrient] = nutrient === 'CARBOHYDRATE' ? Math.max(0, amount) : amount;
  }
  const sodiumMg = byNumber.get('307');
  if (sodiumMg !== undefined) stated.SALT = (sodiumMg * SALT_OF_SODIUM) / 1_000;
  return stated;
}

/** Millilitres of the measures that USDA weighs: US customary, 21 CFR 101.9 rounds them. */
const MEASURES_ML: readonly (readonly [pattern: RegExp, ml: number])[] = [
  [/^(cup|cups)$/, 236.588],
  [/^(tbsp|tablespoon|tablespoons)$/, 14.787],
  [/^(tsp|teaspoon|teaspoons)$/, 4.929],
  [/^(fl oz)$/, 29.574],
];

function densityOf({ foodPortions }: FdcFood): number | null {
  for (const { amount, gramWeight, modifier, measureUnit } of foodPortions ?? []) {
    const named = [measureUnit?.name, modifier].map((text) => text?.trim().toLowerCase() ?? '');
    const [, ml] = MEASURES_ML.find(([pattern]) => named.some((text) => pattern.test(text))) ?? [];
    if (ml === undefined || !amount || !gramWeight) continue;
    const density = Math.round((gramWeight / (amount * ml)) * 1_000);
    if (density >= 50 && density <= 5_000) return density;
  }
  return null;
}

/** By words of FDC's categories; the first that fits. */
const AISLES: readonly (readonly [pattern: RegExp, aisle: Aisle])[] = [
  [/fish|shellfish|seafood/i, 'FISH'],
  [/beverage|juice|water|drink/i, 'DRINKS'],
  [/dairy|egg|milk|cheese|yogurt/i, 'DAIRY_AND_EGGS'],
  [/poultry|beef|pork|lamb|veal|game|sausage|meat/i, 'MEAT'],
  [/vegetable|fruit/i, 'PRODUCE'],
  [/legume|cereal|grain|pasta|rice/i, 'GRAINS_AND_PULSES'],
  [/nut|seed/i, 'NUTS_AND_SEEDS'],
  [/spice|herb|fats|oil|sauce|soup/i, 'OILS_AND_SPICES'],
  [/baked|bread/i, 'BAKERY'],
  [/sweet|candy|chocolate|sugar/i, 'SWEETS'],
];

function aisleOf({ foodCategory, brandedFoodCategory }: FdcFood): Aisle {
  const category = foodCategory?.description ?? brandedFoodCategory ?? '';
  return AISLES.find(([pattern]) => pattern.test(category))?.[1] ?? 'OTHER';
}
