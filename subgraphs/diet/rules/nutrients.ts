/** What is counted, as both contracts call it. */
export const nutrientNames = [
  'ENERGY',
  'PROTEIN',
  'CARBOHYDRATE',
  'SUGAR',
  'FAT',
  'SATURATED_FAT',
  'FIBRE',
  'SALT',
] as const;

export type Nutrient = (typeof nutrientNames)[number];

/** Whole thousandths of a kcal for ENERGY, of a gram for all else: sums are exact. */
export type Amounts = Readonly<Record<Nutrient, number>>;

/** What is in some food. */
export interface Nutrients {
  amounts: Amounts;
  /** Of which some source says nothing: they count as 0 there. */
  unknown: readonly Nutrient[];
}

/** What is in 100 g of a food; null where its source says nothing. */
export type Composition = Readonly<Record<Nutrient, number | null>>;

/** Some food, and how much of it. */
export interface FoodLine {
  per100g: Composition;
  /** Whole milligrams. */
  massMg: number;
}

/** Milligrams in the 100 g that compositions speak of. */
const HUNDRED_GRAMS_MG = 100_000n;

/**
 * What is in all these lines together, divided among `parts` (servings, days): each nutrient is summed exactly and rounded
 * once, half up.
 */
export function nutrientsOf(lines: readonly FoodLine[], parts = 1): Nutrients {
  const sumOf = (nutrient: Nutrient): bigint =>
    lines.reduce((sum, { per100g, massMg }) => sum + BigInt(per100g[nutrient] ?? 0) * BigInt(massMg), 0n);
  return {
    amounts: amountsBy((nutrient) => divided(sumOf(nutrient), HUNDRED_GRAMS_MG * BigInt(parts))),
    unknown: nutrientNames.filter((nutrient) => lines.some(({ per100g }) => per100g[nutrient] === null)),
  };
}

/** All of these together. */
export function together(parts: readonly Nutrients[]): Nutrients {
  return {
    amounts: amountsBy((nutrient) => parts.reduce((sum, { amounts }) => sum + amounts[nutrient], 0)),
    unknown: nutrientNames.filter((nutrient) => parts.some(({ unknown }) => unknown.includes(nutrient))),
  };
}

/** One amount a nutrient. */
export function amountsBy(amountOf: (nutrient: Nutrient) => number): Amounts {
  return Object.fromEntries(nutrientNames.map((nutrient) => [nutrient, amountOf(nutrient)])) as Record<
    Nutrient,
    number
  >;
}

/** Half up; neither is negative. */
function divided(dividend: bigint, divisor: bigint): number {
  return Number((dividend * 2n + divisor) / (divisor * 2n));
}
