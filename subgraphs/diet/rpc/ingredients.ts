import type { IngredientsServiceDefinition } from '#gen/proto/fitme/diet/v1/IngredientsService.ts';
import type { CallContext } from '#platform/call.ts';
import { notFound } from '#platform/errors.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { ingredientDraftFrom, ingredientMessage } from '../present/foods.ts';
import { ingredientCursor } from '../store/ingredient-reads.ts';
import type { Store } from '../store.ts';

/** The service: everybody reads the catalogue, and keeps foods and prices of their own. */
export function createIngredientHandlers({ ingredients }: Store): Handlers<IngredientsServiceDefinition> {
  return {
    async SearchIngredients({ text, ownOnly, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const window = windowOf(page, ingredientCursor);
      const { edges, pageInfo } = await ingredients.search(viewerId, { text, ownOnly }, window, signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ ingredient: ingredientMessage(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetIngredients({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { ingredients: (await ingredients.get(viewerId, ids, signal)).map(ingredientMessage) };
    },

    async CreateIngredient(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const prepare = async () => ingredientDraftFrom(request.ingredient);
      const creation = { key: request.idempotencyKey, request, prepare };
      return present(viewerId, await ingredients.create(viewerId, creation), call);
    },

    async UpdateIngredient({ ingredientId, ingredient, expectedVersion }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await ingredients.update(ingredientId, viewerId, ingredientDraftFrom(ingredient), expectedVersion);
      return present(viewerId, ingredientId, call);
    },

    async SetIngredientPrice({ ingredientId, pricePerKg }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const price = pricePerKg && {
        amountMinor: Number(pricePerKg.amountMinor),
        currency: pricePerKg.currency,
      };
      await present(viewerId, ingredientId, call);
      await ingredients.setPrice(viewerId, ingredientId, price);
      return present(viewerId, ingredientId, call);
    },
  };

  async function present(viewerId: string, id: string, { signal }: CallContext) {
    const [view] = await ingredients.get(viewerId, [id], signal);
    if (view === undefined) throw notFound('ingredient');
    return { ingredient: ingredientMessage(view) };
  }
}
