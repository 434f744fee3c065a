import type { Resolvers } from '#gen/graphql/diet.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';

/** What people show of their diet, and what is the viewer's own alone. */
export function createUserResolvers(): Pick<Resolvers, 'User' | 'Viewer'> {
  return {
    User: {
      __resolveReference: ({ id }) => ({ id }),
      dietObjective: ({ id }, _arguments, { objectiveOf }) => objectiveOf.load(id),
      async mealPlans({ id }, window, { mealPlansOf }) {
        const page = await mealPlansOf(window).load(id);
        return page && connectionOf(page, ({ mealPlan }) => ({ node: promised(mealPlan) }));
      },
      async foodEntries({ id }, { fromDay, toDay, ...window }, { foodEntriesOf }) {
        const days = { fromDay: dayIn(fromDay), toDay: dayIn(toDay) };
        const page = await foodEntriesOf(window, days).load(id);
        return page && connectionOf(page, ({ foodEntry }) => ({ node: promised(foodEntry) }));
      },
      dietDays: ({ id }, { fromDay, toDay }, { dietDaysOf }) =>
        dietDaysOf({ fromDay: dayIn(fromDay), toDay: dayIn(toDay) }).load(id),
      openMealPlanOverrideCount: ({ id }, _arguments, { openMealPlanOverrideCountOf }) =>
        openMealPlanOverrideCountOf.load(id),
    },

    Viewer: {
      __resolveReference: viewerOf,
      async shoppingLists(_viewer, window, { shopping }) {
        const page = await shopping.listShoppingLists({ page: pageRequestOf(window) });
        return connectionOf(page, ({ shoppingList }) => ({ node: promised(shoppingList) }));
      },
    },
  };
}
