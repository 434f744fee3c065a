import type {
  CreateIngredientInput,
  NutrientsInput,
  PlannedDayInput,
  PortionInput,
  UpdateIngredientInput,
  UpdateMealPlanOverrideInput,
} from '#gen/graphql/diet.ts';
import type { Composition } from '#gen/proto/fitme/diet/v1/Composition.ts';
import type { OverrideDraft } from '#gen/proto/fitme/diet/v1/OverrideDraft.ts';
import type { PlannedDay } from '#gen/proto/fitme/diet/v1/PlannedDay.ts';
import type { Portion } from '#gen/proto/fitme/diet/v1/Portion.ts';
import { invalidField } from '#platform/errors.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { aisles, allergens, mealKinds, origins, units } from '../present/enums.ts';

/** A new food as the service takes it: what is left out is empty there, and a nutrient that is left out is not known. */
export function ingredientRequest(input: CreateIngredientInput) {
  return {
    name: input.name,
    perHundredGrams: compositionRequest(input.perHundredGrams),
    allergens: input.allergens.map(allergens.valueOf),
    allergensKnown: input.allergensKnown ?? true,
    origin: origins.valueOf(input.origin),
    aisle: aisles.valueOf(input.aisle ?? 'OTHER'),
    densityGPerMl: input.densityGPerMl ?? 0,
    pieceG: input.pieceG ?? 0,
    idempotencyKey: input.idempotencyKey,
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

export function portionRequest({ ingredientId, recipeId, amount, unit }: PortionInput): Portion {
  return {
    ingredientId: ingredientId ?? '',
    recipeId: recipeId ?? '',
    amount,
    unit: units.valueOf(unit),
  };
}

export function daysRequest(days: readonly PlannedDayInput[]): PlannedDay[] {
  return days.map(({ meals }) => ({
    meals: meals.map(({ kind, portions }) => ({
      kind: mealKinds.valueOf(kind),
      portions: portions.map(portionRequest),
    })),
  }));
}

/** What an override lacks, the service names. */
export function overrideRequest(input: UpdateMealPlanOverrideInput | null | undefined): OverrideDraft | null {
  return input == null ? null : { warningCodes: input.warningCodes ?? [], reason: input.reason ?? '' };
}

/** A field of proto that is not set is left out, never null. */
function compositionRequest(input: NutrientsInput): Composition {
  return Object.fromEntries(Object.entries(input).filter(([, amount]) => amount != null));
}
