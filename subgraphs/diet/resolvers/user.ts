import type { UserResolvers } from '#gen/graphql/diet.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import type { Context } from '../context.ts';

export function createUserResolvers(): UserResolvers<Context> {
  return {
    __resolveReference: ({ id }) => ({ id }),
    dietObjective: ({ id }, _arguments, { objectiveOf }) => objectiveOf.load(id),
    async mealPlans({ id }, window, { mealPlansOf }) {
      const page = await mealPlansOf(window).load(id);
      return page && connectionOf(page, ({ mealPlan }) => ({ node: promised(mealPlan) }));
    },
    async foodEntries({ id }, values, { foodEntriesOf }) {
      const page = await foodEntriesOf(values).load(id);
      return page && connectionOf(page, ({ entry }) => ({ node: promised(entry) }));
    },
    dietDays: ({ id }, values, { dietDaysOf }) => dietDaysOf(values).load(id),
    openPlanOverrideCount: ({ id }, _arguments, { openOverrideCountOf }) => openOverrideCountOf.load(id),
    async shoppingLists({ id }, window, { viewer, shopping }) {
      if (id !== viewer?.id) return null;
      const page = await shopping.listShoppingLists({ page: pageRequestOf(window) });
      return connectionOf(page, ({ shoppingList }) => ({ node: promised(shoppingList) }));
    },
  };
}
