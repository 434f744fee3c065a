import type { RecipesServiceDefinition } from '#gen/proto/fitme/diet/v1/RecipesService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { changed, changes } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { recipe } from '../requests/recipes.ts';
import type { RecipeDraft } from '../store/recipe-changes.ts';
import { type RecipeRow, recipeCursor } from '../store/recipe-reads.ts';
import type { Store } from '../store/store.ts';
import { assertUsable, placed } from './portions.ts';
import { recipeContent, recipeDraftFrom, recipeMessage } from './present/foods.ts';

/** The service: people write recipes, share them, and rate those of others. A read is three statements. */
export function createRecipeHandlers(store: Store): Handlers<RecipesServiceDefinition> {
  const { recipes, contents } = store;
  return {
    async SearchRecipes({ page, ...search }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const { edges, pageInfo } = await recipes.search(
        viewerId,
        search,
        windowOf(page, recipeCursor),
        signal,
      );
      const messages = await complete(
        edges.map(({ row }) => row),
        signal,
      );
      return {
        edges: edges.map(({ cursor }, index) => ({ recipe: messages[index] ?? null, cursor })),
        pageInfo,
      };
    },

    async BatchGetRecipes({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { recipes: await complete(await recipes.get(viewerId, ids, signal), signal) };
    },

    async CreateRecipe(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const prepare = () => checked(viewerId, recipeDraftFrom(request), call);
      const creation = { key: request.idempotencyKey, request, prepare };
      return present(viewerId, await recipes.create(viewerId, creation), call);
    },

    async UpdateRecipe(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const { recipeId, expectedVersion } = request;
      const [stored] = await recipes.get(viewerId, [recipeId], call.signal);
      if (stored?.ownerId !== viewerId) throw notFound('recipe of yours');
      const draft = recipeDraftFrom(changed(recipe, recipeContent(stored), request));
      // Another title is not refused because a food in the recipe lost its density since.
      if (changes(request, 'portions')) await checked(viewerId, draft, call);
      await recipes.update(recipeId, viewerId, draft, expectedVersion);
      return present(viewerId, recipeId, call);
    },

    async DeleteRecipe({ recipeId }, { viewer }) {
      await recipes.delete(recipeId, requirePerson(viewer).id);
      return { recipeId };
    },

    async RateRecipe({ recipeId, stars }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const [row] = await recipes.get(viewerId, [recipeId], call.signal);
      if (row === undefined) throw notFound('recipe');
      if (row.ownerId === viewerId) {
        throw new DomainError('FAILED_PRECONDITION', 'This is your own recipe: let others rate it.', {
          reason: 'RECIPE_IS_OWN',
        });
      }
      await recipes.rate(recipeId, viewerId, stars);
      return present(viewerId, recipeId, call);
    },
  };

  async function checked(
    viewerId: string,
    draft: RecipeDraft,
    { signal }: CallContext,
  ): Promise<RecipeDraft> {
    await assertUsable(store, viewerId, placed('portions', draft.portions), signal);
    return draft;
  }

  async function complete(rows: readonly RecipeRow[], signal: AbortSignal) {
    const named = rows.map(({ id }) => ({ ingredientId: null, recipeId: id }));
    const read = await contents.load(named, signal);
    return rows.map((row) => recipeMessage(row, read));
  }

  async function present(viewerId: string, recipeId: string, { signal }: CallContext) {
    const [message] = await complete(await recipes.get(viewerId, [recipeId], signal), signal);
    if (message === undefined) throw notFound('recipe');
    return { recipe: message };
  }
}
