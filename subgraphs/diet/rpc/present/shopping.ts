import type { ShoppingItem__Output } from '#gen/proto/fitme/diet/v1/ShoppingItem.ts';
import type { ShoppingList__Output } from '#gen/proto/fitme/diet/v1/ShoppingList.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { costEstimateOf, type Money } from '../../rules/shopping.ts';
import type { ShoppingItemRow, ShoppingListView } from '../../store/shopping-reads.ts';
import { fromThousandths, moneyMessage, said } from './amounts.ts';
import { aisles } from './enums.ts';

/** A list as the proto says it. */
export function shoppingListMessage(view: ShoppingListView): ShoppingList__Output {
  const costs = view.items.map(costOf).filter((cost) => cost !== null);
  return {
    id: view.id,
    ownerId: view.ownerId,
    title: view.title,
    mealPlanId: view.mealPlanId,
    fromDay: view.fromDay,
    toDay: view.toDay,
    servingsFactor: fromThousandths(view.servingsFactor),
    items: view.items.map(shoppingItemMessage),
    memberIds: view.memberIds,
    costEstimate: costEstimateOf(costs).map(moneyMessage),
    unpricedItemCount: view.items.length - costs.length,
    createdAt: timestampOf(view.createdAt),
  };
}

/** An item as the proto says it. */
export function shoppingItemMessage(row: ShoppingItemRow): ShoppingItem__Output {
  const cost = costOf(row);
  return {
    id: row.id,
    ingredientId: row.ingredientId,
    name: row.name,
    aisle: aisles.valueOf(row.aisle),
    amountG: fromThousandths(row.amountMg),
    amountMl: said(row.amountUl),
    pieces: row.pieces ?? undefined,
    cost: cost && moneyMessage(cost),
    tickedById: row.tickedById ?? undefined,
    tickedAt: timestampOf(row.tickedAt === null ? null : new Date(row.tickedAt)),
  };
}

function costOf({ costMinor, currency }: ShoppingItemRow): Money | null {
  return costMinor === null || currency === null ? null : { amountMinor: costMinor, currency };
}
