import type { Resolvers } from '#gen/graphql/diet.ts';
import { stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { aisles } from '../rpc/present/enums.ts';

export function createShoppingResolvers(): Pick<Resolvers, 'ShoppingList' | 'ShoppingItem'> {
  return {
    ShoppingList: {
      __resolveReference: ({ id }, { shoppingListById }) => shoppingListById.load(id),
      owner: ({ ownerId }) => ({ id: ownerId }),
      mealPlan: ({ mealPlanId }, _arguments, { mealPlanById }) => mealPlanById.load(mealPlanId),
      members: ({ memberIds }) => memberIds.map((id) => ({ id })),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    },

    ShoppingItem: {
      __resolveReference: ({ id }, { shoppingItemById }) => shoppingItemById.load(id),
      ingredient: ({ ingredientId }, _arguments, { ingredientById }) => ingredientById.load(ingredientId),
      aisle: ({ aisle }) => aisles.requiredNameOf(aisle),
      tickedBy: ({ tickedById }) => stubOf(tickedById),
      tickedAt: ({ tickedAt }) => dateOf(tickedAt),
    },
  };
}
