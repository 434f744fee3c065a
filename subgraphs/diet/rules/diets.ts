/** What a food is made of. */
export type FoodOrigin = 'UNSPECIFIED' | 'PLANT' | 'ANIMAL_PRODUCT' | 'FISH' | 'MEAT';

/** What a recipe is good for. */
export type DietaryFlag =
  | 'VEGAN'
  | 'VEGETARIAN'
  | 'PESCATARIAN'
  | 'GLUTEN_FREE'
  | 'MILK_FREE'
  | 'EGG_FREE'
  | 'NUT_FREE';

/** A food, as far as diets ask. */
export interface DietFacts {
  origin: FoodOrigin;
  allergens: readonly string[];
  /** Whether `allergens` is complete. */
  allergensKnown: boolean;
}

/** Flags that hold for every one of these foods; none where one of them is not known well enough. */
export function dietaryFlagsOf(foods: readonly DietFacts[]): DietaryFlag[] {
  if (foods.length === 0) return [];
  return [...ORIGINS, ...ALLERGENS].filter(([, holds]) => foods.every(holds)).map(([flag]) => flag);
}

/** What these foods contain, of what is known; sorted. */
export function allergensOf(foods: readonly DietFacts[]): string[] {
  return [...new Set(foods.flatMap(({ allergens }) => allergens))].sort();
}

type FlagRule = readonly [flag: DietaryFlag, holds: (food: DietFacts) => boolean];

const ORIGINS: readonly FlagRule[] = [
  ['VEGAN', ({ origin }) => origin === 'PLANT'],
  ['VEGETARIAN', ({ origin }) => origin === 'PLANT' || origin === 'ANIMAL_PRODUCT'],
  ['PESCATARIAN', ({ origin }) => origin !== 'UNSPECIFIED' && origin !== 'MEAT'],
];

const ALLERGENS: readonly FlagRule[] = [
  ['GLUTEN_FREE', without('GLUTEN')],
  ['MILK_FREE', without('MILK')],
  ['EGG_FREE', without('EGGS')],
  ['NUT_FREE', without('NUTS', 'PEANUTS')],
];

function without(...unwanted: string[]): FlagRule[1] {
  return ({ allergens, allergensKnown }) =>
    allergensKnown && !allergens.some((allergen) => unwanted.includes(allergen));
}
