/** What a food is made of. */
export type FoodOrigin = 'PLANT' | 'ANIMAL_PRODUCT' | 'FISH' | 'MEAT';

/** What must be named on a label: Regulation (EU) No 1169/2011, annex II. */
export type Allergen =
  | 'GLUTEN'
  | 'CRUSTACEANS'
  | 'EGGS'
  | 'FISH'
  | 'PEANUTS'
  | 'SOYBEANS'
  | 'MILK'
  | 'NUTS'
  | 'CELERY'
  | 'MUSTARD'
  | 'SESAME'
  | 'SULPHITES'
  | 'LUPIN'
  | 'MOLLUSCS';

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
  /** Null where not known. */
  origin: FoodOrigin | null;
  allergens: readonly Allergen[];
  /** Whether `allergens` is complete. */
  allergensKnown: boolean;
}

/** Flags that hold for every one of these foods; none where one of them is not known well enough. */
export function dietaryFlagsOf(foods: readonly DietFacts[]): DietaryFlag[] {
  if (foods.length === 0) return [];
  return [...ORIGINS, ...ALLERGENS].filter(([, holds]) => foods.every(holds)).map(([flag]) => flag);
}

/** What these foods contain, of what is known; sorted. */
export function allergensOf(foods: readonly DietFacts[]): Allergen[] {
  return [...new Set(foods.flatMap(({ allergens }) => allergens))].sort();
}

type FlagRule = readonly [flag: DietaryFlag, holds: (food: DietFacts) => boolean];

const ORIGINS: readonly FlagRule[] = [
  ['VEGAN', ({ origin }) => origin === 'PLANT'],
  ['VEGETARIAN', ({ origin }) => origin === 'PLANT' || origin === 'ANIMAL_PRODUCT'],
  ['PESCATARIAN', ({ origin }) => origin !== null && origin !== 'MEAT'],
];

const ALLERGENS: readonly FlagRule[] = [
  ['GLUTEN_FREE', without('GLUTEN')],
  ['MILK_FREE', without('MILK')],
  ['EGG_FREE', without('EGGS')],
  ['NUT_FREE', without('NUTS', 'PEANUTS')],
];

function without(...unwanted: Allergen[]): FlagRule[1] {
  return ({ allergens, allergensKnown }) =>
    allergensKnown && !allergens.some((allergen) => unwanted.includes(allergen));
}
