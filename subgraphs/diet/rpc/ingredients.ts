import type { IngredientsServiceDefinition } from '#gen/proto/fitme/diet/v1/IngredientsService.ts';
import type { CallContext } from '#platform/call.ts';
import { invalidField, notFound } from '#platform/errors.ts';
import { changed, changes } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { ingredient } from '../requests/ingredients.ts';
import { ingredientCursor } from '../store/ingredient-reads.ts';
import type { Store } from '../store/store.ts';
import { ingredientDraftFrom, ingredientMessage } from './present/foods.ts';

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
      const prepare = async () => ingredientDraftFrom(ingredient.parse(request));
      const creation = { key: request.idempotencyKey, request, prepare };
      return present(viewerId, await ingredients.create(viewerId, creation), call);
    },

    async UpdateIngredient(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const { ingredientId, expectedVersion } = request;
      const [stored] = await ingredients.get(viewerId, [ingredientId], call.signal);
      if (stored?.ownerId !== viewerId) throw notFound('ingredient of yours');
      const content = changed(ingredient, ingredientMessage(stored), request);
      assertAllergensSaid(content, stored, request);
      await ingredients.update(ingredientId, viewerId, ingredientDraftFrom(content), expectedVersion);
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

type Allergens = { allergens: readonly string[]; allergensKnown: boolean };

/**
 * That a food contains none, or nothing else, is said and never concluded: it becomes known only together with the list,
 * and an empty list, which cannot be told from none, says beside it whether that is known.
 */
function assertAllergensSaid(
  now: Allergens,
  before: Allergens,
  request: Parameters<typeof changes>[0],
): void {
  if (!now.allergensKnown) return;
  const isListSent = changes(request, 'allergens');
  if (!before.allergensKnown && !isListSent) {
    throw invalidField('allergensKnown', 'Send allergens along: all that it contains, or none of them.');
  }
  if (isListSent && now.allergens.length === 0 && !changes(request, 'allergensKnown')) {
    throw invalidField(
      'allergensKnown',
      'Send true where it contains none of them, false where you do not know.',
    );
  }
}
