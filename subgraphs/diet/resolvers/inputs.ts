import type {
  IngredientInput,
  MealPlanInput,
  OverrideInput,
  PortionInput,
  RecipeInput,
} from '#gen/graphql/diet.ts';
import type { IngredientDraft } from '#gen/proto/fitme/diet/v1/IngredientDraft.ts';
import type { MealPlanDraft } from '#gen/proto/fitme/diet/v1/MealPlanDraft.ts';
import type { OverrideDraft } from '#gen/proto/fitme/diet/v1/OverrideDraft.ts';
import type { Portion } from '#gen/proto/fitme/diet/v1/Portion.ts';
import type { RecipeDraft } from '#gen/proto/fitme/diet/v1/RecipeDraft.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { aisles, allergens, mealKinds, nutrients, origins, sharings, units } from '../present/enums.ts';
import type { Nutrient } from '../rules/nutrients.ts';

/** Inputs as the services take them: what is left out is empty there, and a nutrient that is left out is not known. */
export function ingredientRequest({ perHundredGrams, ...input }: IngredientInput): IngredientDraft {
  const { sugarG, saturatedFatG, fibreG, saltG, ...known } = perHundredGrams;
  const optional: [Nutrient, number | null | undefined][] = [
    ['SUGAR', sugarG],
    ['SATURATED_FAT', saturatedFatG],
    ['FIBRE', fibreG],
    ['SALT', saltG],
  ];
  const unknown = optional.filter(([, amount]) => amount == null).map(([name]) => nutrients.valueOf(name));
  return {
    name: input.name,
    perHundredGrams: {
      ...known,
      sugarG: sugarG ?? 0,
      saturatedFatG: saturatedFatG ?? 0,
      fibreG: fibreG ?? 0,
      saltG: saltG ?? 0,
      unknown,
    },
    allergens: (input.allergens ?? []).map(allergens.valueOf),
    origin: origins.valueOf(input.origin),
    aisle: aisles.valueOf(input.aisle ?? 'OTHER'),
    densityGPerMl: input.densityGPerMl ?? 0,
    pieceG: input.pieceG ?? 0,
  };
}

export function portionRequest({ ingredientId, recipeId, amount, unit }: PortionInput): Portion {
  return {
    ingredientId: ingredientId ?? '',
    recipeId: recipeId ?? '',
    amount,
    unit: units.valueOf(unit),
  };
}

export function recipeRequest({ portions, sharing, ...input }: RecipeInput): RecipeDraft {
  return { ...input, portions: portions.map(portionRequest), sharing: sharings.valueOf(sharing) };
}

export function mealPlanRequest({ title, startsOn, days }: MealPlanInput): MealPlanDraft {
  return {
    title,
    startsOn: dayIn(startsOn),
    days: days.map(({ meals }) => ({
      meals: meals.map(({ kind, portions }) => ({
        kind: mealKinds.valueOf(kind),
        portions: portions.map(portionRequest),
      })),
    })),
  };
}

export function overrideRequest(input: OverrideInput | null | undefined): OverrideDraft | null {
  return input == null ? null : { warningCodes: input.warningCodes, reason: input.reason };
}
