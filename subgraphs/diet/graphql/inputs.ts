import type {
  CreateIngredientInput,
  FoodPortionInput,
  MealPlanDayInput,
  UpdateIngredientInput,
} from '#gen/graphql/diet.ts';
import { invalidField } from '#platform/errors.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { aisles, allergens, mealKinds, origins, units } from '../rpc/present/enums.ts';

/** A new food as the service takes it. */
export function ingredientRequest(input: CreateIngredientInput) {
  return {
    ...input,
    allergens: input.allergens.map(allergens.valueOf),
    origin: origins.valueOf(input.origin),
    aisle: aisles.valueOf(input.aisle),
  };
}

/**
 * What changes of a food, as the service takes it.
 * @throws DomainError INVALID_ARGUMENT where what it contains is taken away and said to be complete.
 */
export function ingredientChanges({ ingredientId, expectedVersion, ...changes }: UpdateIngredientInput) {
  if (changes.allergens === null && changes.allergensKnown === true) {
    throw invalidField('allergensKnown', 'Send allergens as a list, [] where it contains none of them.');
  }
  return {
    ingredientId,
    expectedVersion,
    ...changesOf({ ...changes, allergensKnown: allergensKnownOf(changes) }),
    allergens: (changes.allergens ?? []).map(allergens.valueOf),
    origin: origins.valueOf(changes.origin),
    aisle: aisles.valueOf(changes.aisle),
  };
}

/** A list is all that a food contains unless the input says otherwise; null is that nobody knows, which no list of proto says. */
function allergensKnownOf({ allergens: list, allergensKnown }: Partial<UpdateIngredientInput>) {
  return list === undefined || allergensKnown !== undefined ? allergensKnown : list !== null;
}

export function portionRequest(input: FoodPortionInput) {
  return { ...input, unit: units.valueOf(input.unit) };
}

export function daysRequest(days: readonly MealPlanDayInput[]) {
  return days.map(({ meals }) => ({
    meals: meals.map(({ kind, portions }) => ({
      kind: mealKinds.valueOf(kind),
      portions: portions.map(portionRequest),
    })),
  }));
}
