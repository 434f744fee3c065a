import { z } from 'zod';
import { Aisle } from '#gen/proto/fitme/diet/v1/Aisle.ts';
import { FoodOrigin } from '#gen/proto/fitme/diet/v1/FoodOrigin.ts';
import type { IngredientsServiceDefinition } from '#gen/proto/fitme/diet/v1/IngredientsService.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { allergens, amount, expectedVersion, named } from './fields.ts';

const grams = amount(0, 100, 'Send 0 to 100 grams.').optional();

/** Of every food, these are known. */
const ALWAYS_KNOWN = ['energyKcal', 'proteinG', 'carbohydrateG', 'fatG'] as const;

const composition = z
  .object(
    {
      energyKcal: amount(0, 900, 'Send 0 to 900 kcal: pure fat has no more.').optional(),
      proteinG: grams,
      carbohydrateG: grams,
      sugarG: grams,
      fatG: grams,
      saturatedFatG: grams,
      fibreG: grams,
      saltG: grams,
    },
    'Say what is in 100 g.',
  )
  .superRefine((value, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    for (const field of ALWAYS_KNOWN) {
      if (value[field] === undefined) refuse(field, 'Say how much there is, 0 where there is none.');
    }
    const { proteinG = 0, carbohydrateG = 0, sugarG = 0, fatG = 0, saturatedFatG = 0, saltG = 0 } = value;
    if (sugarG > carbohydrateG) refuse('sugarG', 'Sugar is part of the carbohydrate: send no more.');
    if (saturatedFatG > fatG) refuse('saturatedFatG', 'Saturated fat is part of the fat: send no more.');
    if (proteinG + carbohydrateG + fatG + saltG > 101)
      refuse('carbohydrateG', '100 g hold at most 100 g of protein, carbohydrate, fat and salt.');
  });

/** What a person says of a food of their own. */
export const ingredient = z.object({
  name: text(120, 'A name'),
  perHundredGrams: composition,
  allergens,
  allergensKnown: z.boolean('Send true where allergens is complete, or false.'),
  origin: z.enum(FoodOrigin),
  aisle: named(Aisle, 'Say where it stands in a shop: OTHER where nothing fits.'),
  densityGPerMl: amount(
    0.05,
    5,
    'Send 0.05 to 5 grams a millilitre, or none where it is not known.',
  ).optional(),
  pieceG: amount(
    0.001,
    20_000,
    'Send more than 0 and at most 20,000 grams, or none where it has no pieces.',
  ).optional(),
});

const price = z.object({
  amountMinor: z
    .string()
    .refine((value) => /^\d{1,8}$/.test(value) && Number(value) <= 10_000_000, 'Send 0 to 10,000,000.'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'Send a currency as ISO 4217 names it, for example EUR.'),
});

/** What requests must hold beyond their proto types. */
export const ingredientRequests: RequestSchemas<IngredientsServiceDefinition> = {
  SearchIngredients: z.object({
    text: z.string().max(200).optional(),
    ownOnly: z.boolean(),
    page: pageRequest,
  }),
  BatchGetIngredients: z.object({ ids: ids(1_000) }),
  CreateIngredient: ingredient.extend({ idempotencyKey }),
  UpdateIngredient: z.object({
    ...{ ingredientId: id, updateMask, expectedVersion },
    ...{ perHundredGrams: changedPart, allergens: changedPart },
  }),
  SetIngredientPrice: z.object({ ingredientId: id, pricePerKg: price.nullable() }),
};
