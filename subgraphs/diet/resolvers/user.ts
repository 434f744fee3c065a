import type { UserResolvers } from '#gen/graphql/diet.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { dayIn } from '#platform/graphql/days.ts';
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
    async foodEntries({ id }, { fromDay, toDay, ...window }, { foodEntriesOf }) {
      const days = { fromDay: dayIn(fromDay), toDay: dayIn(toDay) };
      const page = await foodEntriesOf({ ...window, ...days }).load(id);
      return page && connectionOf(page, ({ entry }) => ({ node: promised(entry) }));
    },
    dietDays: ({ id }, { fromDay, toDay }, { dietDaysOf }) =>
      dietDaysOf({ fromDay: dayIn(fromDay), toDay: dayIn(toDay) }).load(id),
    openPlanOverrideCount: ({ id }, _arguments, { openOverrideCountOf }) => openOverrideCountOf.load(id),
    async shoppingLists({ id }, window, { viewer, shopping }) {
      if (id !== viewer?.id) return null;
      const page = await shopping.listShoppingLists({ page: pageRequestOf(window) });
      return connectionOf(page, ({ shoppingList }) => ({ node: promised(shoppingList) }));
    },
  };
}
