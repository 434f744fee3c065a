import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { lockName } from '#platform/db/locks.ts';
import { invalidField, notFound } from '#platform/errors.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import { type FoodPortion, maximumRecipeDepth } from './contents.ts';
import { staleVersion } from './ingredient-changes.ts';
import type { RecipeSharing } from './recipe-reads.ts';

/** A recipe as it is to be. */
export interface RecipeDraft {
  title: string;
  /** Null where there is none. */
  description: string | null;
  servings: number;
  portions: FoodPortion[];
  steps: string[];
  tags: string[];
  sharing: RecipeSharing;
}

/** Writes recipes and what people think of them. */
export function createRecipeChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /** The id of a new recipe. */
    create(ownerId: string, creation: Creation<RecipeDraft>): Promise<string> {
      const call = { viewerId: ownerId, method: 'CreateRecipe', ...creation };
      return db.idempotent(call, async (transaction, draft) => {
        const id = newId();
        const { portions, ...columns } = draft;
        await transaction.tx.recipe.create({ data: { id, ownerId, ...columns, createdAt: new Date(now()) } });
        await writeLines(transaction, id, portions);
        return id;
      });
    },

    /** @throws DomainError NOT_FOUND where it is not the owner's, CONFLICT where another version is present. */
    async update(id: string, ownerId: string, draft: RecipeDraft, expectedVersion: number): Promise<void> {
      const { portions, ...columns } = draft;
      await db.transaction(async (transaction) => {
        const { tx } = transaction;
        const { count } = await tx.recipe.updateMany({
          where: { id, ownerId, deletedAt: null, version: expectedVersion },
          data: { ...columns, version: expectedVersion + 1 },
        });
        if (count === 0) {
          const where = { id, ownerId, deletedAt: null };
          const present = await tx.recipe.findFirst({ where, select: { version: true } });
          if (present === null) throw notFound('recipe of yours');
          throw staleVersion('recipe', present.version);
        }
        await tx.recipeLine.deleteMany({ where: { recipeId: id } });
        await writeLines(transaction, id, portions);
      });
    },

    /** @throws DomainError NOT_FOUND where it is not the owner's. */
    async delete(id: string, ownerId: string): Promise<void> {
      const { count } = await db.prisma.recipe.updateMany({
        where: { id, ownerId, deletedAt: null },
        data: { deletedAt: new Date(now()) },
      });
      if (count === 0) throw notFound('recipe of yours');
    },

    async rate(recipeId: string, userId: string, stars: number): Promise<void> {
      const rating = { stars, ratedAt: new Date(now()) };
      await db.prisma.recipeRating.upsert({
        where: { recipeId_userId: { recipeId, userId } },
        create: { recipeId, userId, ...rating },
        update: rating,
      });
    },
  };
}

/**
 * Writes a recipe's lines. Whoever writes recipes into recipes waits for whoever else does: two that become part of each
 * other at the same time would both find no circle.
 */
async function writeLines(
  { tx }: Transaction<PrismaClient>,
  recipeId: string,
  portions: readonly FoodPortion[],
): Promise<void> {
  const nests = portions.some((portion) => portion.recipeId !== null);
  if (nests) await lockName(tx, 'diet.recipes');
  await tx.recipeLine.createMany({
    data: portions.map(({ recipeId: subRecipeId, ...line }, position) => ({
      ...line,
      recipeId,
      subRecipeId,
      position,
    })),
  });
  if (nests) await assertNestsWell(tx, recipeId, portions);
}

/** @throws DomainError INVALID_ARGUMENT at the portion that leads back to the recipe, or too deep. */
async function assertNestsWell(
  tx: Transaction<PrismaClient>['tx'],
  recipeId: string,
  portions: readonly FoodPortion[],
): Promise<void> {
  const [above] = await queryIn(tx, DEPTH_ABOVE, [recipeId]);
  const below = await queryIn(tx, BELOW, [recipeId]);
  for (const { first, leadsBack, depth } of below) {
    const path = `portions.${portions.findIndex((portion) => portion.recipeId === first)}.recipeId`;
    if (leadsBack) {
      throw invalidField(
        path,
        'This recipe contains the one that you are writing: leave one out of the other.',
      );
    }
    if (depth + (above?.depth ?? 0) > maximumRecipeDepth) {
      throw invalidField(
        path,
        `Recipes nest at most ${maximumRecipeDepth} deep: write its ingredients instead.`,
      );
    }
  }
}

/** What stands in this recipe, by the line that leads there; one row deeper than allowed is enough to know. */
export const BELOW = sql<[recipeId: string], { first: string; leadsBack: boolean; depth: number }>(`
  WITH RECURSIVE below (first, recipe_id, depth) AS (
    SELECT sub_recipe_id, sub_recipe_id, 2 FROM recipe_lines WHERE recipe_id = $1::uuid AND sub_recipe_id IS NOT NULL
    UNION
    SELECT below.first, line.sub_recipe_id, below.depth + 1
    FROM below JOIN recipe_lines line ON line.recipe_id = below.recipe_id AND line.sub_recipe_id IS NOT NULL
    WHERE below.depth <= ${maximumRecipeDepth} AND below.recipe_id <> $1::uuid
  )
  SELECT first::text AS first, bool_or(recipe_id = $1::uuid) AS "leadsBack", max(depth)::int AS depth
  FROM below GROUP BY first ORDER BY "leadsBack" DESC`);

/** How many recipes stand above this one, in the longest line. */
export const DEPTH_ABOVE = sql<[recipeId: string], { depth: number }>(`
  WITH RECURSIVE above (recipe_id, depth) AS (
    SELECT $1::uuid, 0
    UNION
    SELECT line.recipe_id, above.depth + 1
    FROM above JOIN recipe_lines line ON line.sub_recipe_id = above.recipe_id
    WHERE above.depth <= ${maximumRecipeDepth}
  )
  SELECT max(depth)::int AS depth FROM above`);
