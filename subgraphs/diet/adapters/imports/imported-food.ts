import { type Composition, type Nutrient, nutrientNames } from '../../rules/nutrients.ts';
import type { ImportedFood } from '../../store/food-imports.ts';

/** What becomes of a row: a food, nothing of ours, or why it cannot be one. */
export type ParsedRow = { food: ImportedFood } | { fault: string } | { passedOver: true };

/** Amounts in 100 g as a source states them, in kcal and grams; what it does not say is left out. */
export type StatedAmounts = Partial<Record<Nutrient, number>>;

/** Salt is 2.5 times the sodium: Regulation (EU) No 1169/2011, annex I. */
export const SALT_OF_SODIUM = 2.5;

/** A kilocalorie is 4.184 kilojoules: the thermochemical calorie. */
export const KJ_OF_KCAL = 4.184;

const ALWAYS: readonly Nutrient[] = ['ENERGY', 'PROTEIN', 'CARBOHYDRATE', 'FAT'];

/** Amounts as compositions hold them, or what is wrong with them. */
export function compositionOf(stated: StatedAmounts): { per100g: Composition } | { fault: string } {
  const missing = ALWAYS.find((nutrient) => stated[nutrient] === undefined);
  if (missing !== undefined) return { fault: `it states no ${missing}` };
  for (const [nutrient, amount] of Object.entries(stated)) {
    const most = nutrient === 'ENERGY' ? 950 : 101;
    if (!(amount >= 0 && amount <= most))
      return { fault: `${nutrient} is ${amount}, and should be 0 to ${most}` };
  }
  const entries = nutrientNames.map((nutrient) => {
    const amount = stated[nutrient];
    return [nutrient, amount === undefined ? null : Math.round(amount * 1_000)];
  });
  return { per100g: Object.fromEntries(entries) as Composition };
}

/** A name as it is kept, or null where there is none. */
export function nameOf(text: string | undefined): string | null {
  const name = text?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return name === '' ? null : [...name].slice(0, 200).join('');
}
