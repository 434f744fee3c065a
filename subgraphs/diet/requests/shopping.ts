import { z } from 'zod';
import type { ShoppingServiceDefinition } from '#gen/proto/fitme/diet/v1/ShoppingService.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { maximumMembers } from '../rules/shopping.ts';
import { amount, day } from './fields.ts';

const people = `Name 1 to ${maximumMembers - 1} people.`;

/** What requests must hold beyond their proto types. */
export const shoppingRequests: RequestSchemas<ShoppingServiceDefinition> = {
  CreateShoppingList: z
    .object({
      title: text(120, 'A title'),
      mealPlanId: id,
      fromDay: day,
      toDay: day,
      servingsFactor: amount(0.1, 50, 'Send 0.1 to 50.'),
      idempotencyKey,
    })
    .refine(({ fromDay, toDay }) => fromDay <= toDay, {
      path: ['toDay'],
      message: 'Send the first day or a later one.',
    }),
  ListShoppingLists: z.object({ page: pageRequest }),
  BatchGetShoppingLists: z.object({ ids: ids(100) }),
  BatchGetShoppingItems: z.object({ ids: ids(1_000) }),
  ShareShoppingList: z.object({
    shoppingListId: id,
    userIds: z
      .array(id)
      .min(1, people)
      .max(maximumMembers - 1, people),
  }),
  UnshareShoppingList: z.object({ shoppingListId: id, userId: id }),
  TickShoppingItem: z.object({ shoppingItemId: id, ticked: z.boolean() }),
  DeleteShoppingList: z.object({ shoppingListId: id }),
};
