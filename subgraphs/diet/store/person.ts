import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import { forgetKeys } from '#platform/db/idempotency.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { shoppingListDeleted } from '../events/events.ts';
import { lockList, takeOff } from './shopping-changes.ts';

/** All that the domain holds about one person. */
export function createPersonStore({ db }: StoreOptions<PrismaClient>) {
  return {
    /** What they eat and want to, what they wrote, and what they share. */
    async export(userId: string): Promise<Record<string, unknown>> {
      const { prisma } = db;
      const own = { where: { userId } };
      const owned = { where: { ownerId: userId } };
      const [objective, mealPlans, overrides, days, ingredients, prices, recipes, ratings, shoppingLists] =
        await Promise.all([
          prisma.dietObjective.findUnique(own),
          prisma.mealPlan.findMany({
            where: { OR: [{ userId }, { authorId: userId }] },
            include: { portions: { omit: { mealPlanId: true } } },
          }),
          prisma.mealPlanOverride.findMany({
            where: { OR: [{ userId }, { actorId: userId }, { reviewerId: userId }] },
          }),
          prisma.dietDay.findMany({ ...own, include: { entries: { omit: { userId: true, day: true } } } }),
          prisma.ingredient.findMany(owned),
          prisma.ingredientPrice.findMany(own),
          prisma.recipe.findMany({ ...owned, include: { lines: { omit: { recipeId: true } } } }),
          prisma.recipeRating.findMany(own),
          prisma.shoppingList.findMany({
            where: { members: { some: { userId, leftSeq: null } } },
            select: { id: true, title: true, ownerId: true, createdAt: true },
          }),
        ]);
      return {
        ...(objective && { objective }),
        mealPlans,
        overrides,
        days,
        ingredients,
        prices,
        recipes,
        ratings,
        shoppingLists,
      };
    },

    /**
     * Deletes what is about a person, and takes their name off what others go on using: recipes that they shared, plans
     * that they wrote for others, their word in reviews. Run again, it goes on where it stopped.
     */
    async erase(userId: string): Promise<void> {
      const lists = await db.prisma.shoppingListMember.findMany({
        where: { userId },
        select: { shoppingListId: true },
      });
      for (const { shoppingListId } of lists) {
        await db.transaction((transaction) => leaveList(transaction, shoppingListId, userId));
      }
      await db.transaction(async ({ tx }) => {
        await eraseOwn(tx, userId);
        await eraseName(tx, userId);
        await forgetKeys(tx, [userId]);
      });
    },
  };
}

async function leaveList(
  transaction: Transaction<PrismaClient>,
  shoppingListId: string,
  userId: string,
): Promise<void> {
  const { tx, append } = transaction;
  if ((await lockList(transaction, shoppingListId)) === userId) {
    await append(shoppingListDeleted(shoppingListId));
    await tx.shoppingList.delete({ where: { id: shoppingListId } });
    return;
  }
  await takeOff(transaction, shoppingListId, userId);
  await tx.shoppingListMember.deleteMany({ where: { shoppingListId, userId } });
}

/** What is about nobody else. */
async function eraseOwn(tx: Transaction<PrismaClient>['tx'], userId: string): Promise<void> {
  await tx.dietDay.deleteMany({ where: { userId } });
  await tx.mealPlanOverride.deleteMany({ where: { userId } });
  await tx.mealPlan.deleteMany({ where: { userId } });
  await tx.dietObjective.deleteMany({ where: { userId } });
  await tx.ingredientPrice.deleteMany({ where: { userId } });
  await tx.recipeRating.deleteMany({ where: { userId } });
  // Sub-recipes are free once what held them is gone: deepest first takes as many turns as recipes nest.
  let deleted = 1;
  while (deleted > 0) deleted = await executeIn(tx, DELETE_FREE_RECIPES, [userId]);
  await executeIn(tx, DELETE_FREE_INGREDIENTS, [userId]);
}

export const DELETE_FREE_RECIPES = sql<[ownerId: string]>(`
  DELETE FROM recipes r WHERE r.owner_id = $1::uuid AND (r.sharing = 'PRIVATE' OR r.deleted_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM meal_plan_portions p WHERE p.recipe_id = r.id)
    AND NOT EXISTS (SELECT FROM recipe_lines l WHERE l.sub_recipe_id = r.id)`);

export const DELETE_FREE_INGREDIENTS = sql<[ownerId: string]>(`
  DELETE FROM ingredients i WHERE i.owner_id = $1::uuid
    AND NOT EXISTS (SELECT FROM meal_plan_portions p WHERE p.ingredient_id = i.id)
    AND NOT EXISTS (SELECT FROM recipe_lines l WHERE l.ingredient_id = i.id)`);

/** Their name on what others go on using. */
async function eraseName(tx: PrismaClient, userId: string): Promise<void> {
  await tx.recipe.updateMany({ where: { ownerId: userId }, data: { ownerId: null } });
  await tx.ingredient.updateMany({ where: { ownerId: userId }, data: { ownerId: null } });
  await tx.dietObjective.updateMany({ where: { setById: userId }, data: { setById: null } });
  await tx.mealPlan.updateMany({ where: { authorId: userId }, data: { authorId: null } });
  await tx.mealPlanOverride.updateMany({ where: { actorId: userId }, data: { actorId: null } });
  await tx.mealPlanOverride.updateMany({ where: { reviewerId: userId }, data: { reviewerId: null } });
  await tx.shoppingItem.updateMany({ where: { tickedById: userId }, data: { tickedById: null } });
}
