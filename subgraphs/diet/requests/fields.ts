import { z } from 'zod';
import { Allergen } from '#gen/proto/fitme/diet/v1/Allergen.ts';
import { FoodUnit } from '#gen/proto/fitme/diet/v1/FoodUnit.ts';
import { MealKind } from '#gen/proto/fitme/diet/v1/MealKind.ts';
import { Nutrient } from '#gen/proto/fitme/diet/v1/Nutrient.ts';
import { isDay } from '#platform/days.ts';
import { id } from '#platform/service/request-fields.ts';

/** The version of what is changed. */
export const expectedVersion = z.int().min(1, 'Send the version that you have read.');

/** A calendar day, ISO 8601. */
export const day = z.string().refine(isDay, 'Send a day of the calendar as YYYY-MM-DD.');

/** An amount with at most three decimals: what is kept in whole thousandths. */
export function amount(least: number, most: number, message: string) {
  return z
    .number(message)
    .refine((value) => value >= least && value <= most, message)
    .refine(isInThousandths, 'Send at most three decimals.');
}

/** A value of an enum that must be named. */
export function named<Value extends string>(values: Readonly<Record<string, Value>>, message: string) {
  return z.enum(values, message).refine((value) => !value.endsWith('_UNSPECIFIED'), message);
}

export const mealKind = named(MealKind, 'Say when it is eaten: BREAKFAST, LUNCH, DINNER or SNACK.');

/** Values without a repeat. */
export const allergens = z
  .array(named(Allergen, 'Name allergens of the list.'))
  .refine(isWithoutRepeats, 'Name each allergen once.');

/** An amount of food as people state it. */
export const portion = z
  .object({
    ingredientId: id.optional(),
    recipeId: id.optional(),
    amount: amount(0.001, 100_000, 'Send more than 0, and at most 100,000.'),
    unit: named(FoodUnit, 'Send one of the units: G, KG, OZ, LB, ML, L, TSP, TBSP, CUP, PIECE or SERVING.'),
  })
  .superRefine(({ ingredientId, recipeId, unit }, context) => {
    if ((ingredientId === undefined) === (recipeId === undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['ingredientId'],
        message: 'Name either an ingredient or a recipe.',
      });
    } else if ((recipeId !== undefined) !== (unit === 'FOOD_UNIT_SERVING')) {
      const message =
        recipeId === undefined
          ? 'Only recipes are measured in SERVING: give the amount of an ingredient in G, ML or PIECE.'
          : 'Recipes are measured in SERVING.';
      context.addIssue({ code: 'custom', path: ['unit'], message });
    }
  });

const bound = amount(0, 100_000, 'Send 0 to 100,000, or leave it out where there is no bound.').optional();

/** Bounds of a nutrient a day. */
const target = z
  .object({
    nutrient: named(Nutrient, 'Name the nutrient.'),
    min: bound,
    max: bound,
  })
  .superRefine(({ min, max }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['max'], message });
    if (min === undefined && max === undefined) refuse('Set min, max or both.');
    if (min !== undefined && max !== undefined && min > max) refuse('Set max to min or more.');
  });

/** At least one, one a nutrient. */
export const targets = z
  .array(target)
  .min(1, 'Set at least one target.')
  .refine((all) => isWithoutRepeats(all.map(({ nutrient }) => nutrient)), 'Set one target a nutrient.');

function isInThousandths(value: number): boolean {
  return Math.abs(value * 1_000 - Math.round(value * 1_000)) < 1e-4;
}

function isWithoutRepeats(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
