import type { CreateShoppingListRequest__Output } from '#gen/proto/fitme/diet/v1/CreateShoppingListRequest.ts';
import type { ShoppingServiceDefinition } from '#gen/proto/fitme/diet/v1/ShoppingService.ts';
import type { CallContext } from '#platform/call.ts';
import { addDays, daysBetween } from '#platform/days.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { purchasesOf } from '../rules/shopping.ts';
import type { MealPlanRow } from '../store/plan-reads.ts';
import type { ShoppingListDraft } from '../store/shopping-changes.ts';
import { shoppingListCursor } from '../store/shopping-reads.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import type { People } from './people.ts';
import { thousandths } from './present/amounts.ts';
import { shoppingItemMessage, shoppingListMessage } from './present/shopping.ts';

/** The service: lists of what plans need, ticked off by everybody who shares them. */
export function createShoppingHandlers(
  { shopping, plans, contents, ingredients }: Store,
  access: Access,
  people: People,
): Handlers<ShoppingServiceDefinition> {
  return {
    async CreateShoppingList(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const prepare = () => draftOf(viewerId, request, call);
      const creation = { key: request.idempotencyKey, request, prepare };
      return present(viewerId, await shopping.create(viewerId, creation), call);
    },

    async ListShoppingLists({ page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const window = windowOf(page, shoppingListCursor);
      const { edges, pageInfo } = await shopping.list(viewerId, window, signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ shoppingList: shoppingListMessage(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetShoppingLists({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { shoppingLists: (await shopping.get(viewerId, ids, signal)).map(shoppingListMessage) };
    },

    async BatchGetShoppingItems({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { shoppingItems: (await shopping.getItems(viewerId, ids, signal)).map(shoppingItemMessage) };
    },

    async ShareShoppingList({ shoppingListId, userIds }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const others = [...new Set(userIds)].filter((userId) => userId !== viewerId);
      if (others.length === 0) throw invalidField('userIds', 'Name somebody beside yourself.');
      await people.assertReachable(viewerId, others, 'userIds', call);
      await shopping.share(shoppingListId, viewerId, others);
      return present(viewerId, shoppingListId, call);
    },

    async UnshareShoppingList({ shoppingListId, userId }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const [list] = await shopping.get(viewerId, [shoppingListId], signal);
      if (list === undefined) throw notFound('shopping list');
      if (userId === list.ownerId) {
        throw new DomainError('FAILED_PRECONDITION', 'A list keeps its owner: delete the list instead.', {
          reason: 'LIST_KEEPS_OWNER',
        });
      }
      if (userId !== viewerId && list.ownerId !== viewerId) {
        throw new DomainError(
          'PERMISSION_DENIED',
          'Only the owner of the list takes others off it: ask them.',
          { reason: 'NOT_THE_OWNER' },
        );
      }
      await shopping.unshare(shoppingListId, userId);
      return { shoppingListId };
    },

    async TickShoppingItem({ shoppingItemId, ticked }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const shoppingListId = await shopping.tick(shoppingItemId, viewerId, ticked);
      const [item] = await shopping.getItems(viewerId, [shoppingItemId], signal);
      if (item === undefined) throw notFound('item');
      return { shoppingItem: shoppingItemMessage(item), shoppingListId };
    },

    async DeleteShoppingList({ shoppingListId }, { viewer }) {
      await shopping.delete(shoppingListId, requirePerson(viewer).id);
      return { shoppingListId };
    },
  };

  async function draftOf(
    viewerId: string,
    request: CreateShoppingListRequest__Output,
    call: CallContext,
  ): Promise<ShoppingListDraft> {
    const { title, mealPlanId, fromDay, toDay, servingsFactor } = request;
    const plan = await visiblePlan(mealPlanId, call);
    const portions = portionsOf(plan, fromDay, toDay);
    const read = await contents.load(portions, call.signal);
    const needs = portions.flatMap(read.partsOf).map(({ food, massMg }) => ({ ingredient: food, massMg }));
    const foodIds = [...new Set(needs.map(({ ingredient }) => ingredient.id))];
    const prices = await ingredients.pricesOf(viewerId, foodIds, call.signal);
    const factor = thousandths(servingsFactor);
    const purchases = purchasesOf(needs, factor, prices);
    return { title: title.trim(), mealPlanId, fromDay, toDay, servingsFactor: factor, purchases };
  }

  async function visiblePlan(mealPlanId: string, call: CallContext): Promise<MealPlanRow> {
    const [plan] = await plans.get([mealPlanId], call.signal);
    if (plan === undefined) throw notFound('meal plan');
    const visible = await access.visible([plan.userId], call);
    if (!visible.has(plan.userId)) throw notFound('meal plan');
    return plan;
  }

  async function present(viewerId: string, id: string, { signal }: CallContext) {
    const [view] = await shopping.get(viewerId, [id], signal);
    if (view === undefined) throw notFound('shopping list');
    return { shoppingList: shoppingListMessage(view) };
  }
}

/** What a plan holds on these days. @throws DomainError INVALID_ARGUMENT where they lie outside of it. */
function portionsOf({ startsOn, days }: MealPlanRow, fromDay: string, toDay: string) {
  const endsOn = addDays(startsOn, days.length - 1);
  const within = `The plan is from ${startsOn} to ${endsOn}: send days of it.`;
  if (fromDay < startsOn || fromDay > endsOn) throw invalidField('fromDay', within);
  if (toDay > endsOn) throw invalidField('toDay', within);
  return days
    .slice(daysBetween(startsOn, fromDay), daysBetween(startsOn, toDay) + 1)
    .flatMap((meals) => meals.flatMap((meal) => meal.portions));
}
