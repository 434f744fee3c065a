import { z } from 'zod';
import { RecipeSharing } from '#gen/proto/fitme/diet/v1/RecipeSharing.ts';
import type { RecipesServiceDefinition } from '#gen/proto/fitme/diet/v1/RecipesService.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, optionalText, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { expectedVersion, named, portion } from './fields.ts';

/** The most recipes that a batch names: each is unfolded down to its ingredients. */
export const maximumRecipes = 200;

const tag = text(30, 'A tag').refine(
  (value) => value === value.toLowerCase().trim(),
  'Write tags in small letters, without spaces around them.',
);

/** What a person writes of a recipe. */
export const recipe = z.object({
  title: text(120, 'A title'),
  description: optionalText(2_000, 'A description').optional(),
  servings: z.int().min(1, 'Send 1 to 100 servings.').max(100, 'Send 1 to 100 servings.'),
  portions: z.array(portion).min(1, 'Name 1 to 60 ingredients.').max(60, 'Name 1 to 60 ingredients.'),
  steps: z.array(text(2_000, 'A step')).max(50, 'Write at most 50 steps.'),
  tags: z.array(tag).max(10, 'Set at most 10 tags.'),
  sharing: named(RecipeSharing, 'Say who may see it: PRIVATE, CLIENTS or PUBLIC.'),
});

/** What requests must hold beyond their proto types. */
export const recipeRequests: RequestSchemas<RecipesServiceDefinition> = {
  SearchRecipes: z.object({
    text: z.string().max(200).optional(),
    tag: z.string().max(30).optional(),
    ownOnly: z.boolean(),
    page: pageRequest,
  }),
  BatchGetRecipes: z.object({ ids: ids(maximumRecipes) }),
  CreateRecipe: recipe.extend({ idempotencyKey }),
  UpdateRecipe: z.object({
    ...{ recipeId: id, updateMask, expectedVersion },
    ...{ portions: changedPart, steps: changedPart, tags: changedPart },
  }),
  DeleteRecipe: z.object({ recipeId: id }),
  RateRecipe: z.object({
    recipeId: id,
    stars: z.int().min(1, 'Send 1 to 5 stars.').max(5, 'Send 1 to 5 stars.'),
  }),
};
