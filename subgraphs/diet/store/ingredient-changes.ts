import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import type { Allergen, FoodOrigin } from '../rules/diets.ts';
import type { Composition } from '../rules/nutrients.ts';
import type { Aisle, Money } from '../rules/shopping.ts';

/** A food as it is to be. */
export interface IngredientDraft {
  name: string;
  per100g: Composition;
  allergens: Allergen[];
  /** Whether `allergens` is complete. */
  allergensKnown: boolean;
  /** Null where not known. */
  origin: FoodOrigin | null;
  aisle: Aisle;
  densityMgPerMl: number | null;
  pieceMg: number | null;
}

/** People's own foods, and what they pay. */
export function createIngredientChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /** The id of a new food. */
    create(ownerId: string, creation: Creation<IngredientDraft>): Promise<string> {
      const call = { viewerId: ownerId, method: 'CreateIngredient', ...creation };
      return db.idempotent(call, async ({ tx }, draft) => {
        const id = newId();
        const own = { id, ownerId, source: 'PERSON' as const };
        await tx.ingredient.create({
          data: { ...own, ...columnsOf(draft), createdAt: new Date(now()) },
        });
        return id;
      });
    },

    /** @throws DomainError NOT_FOUND where it is not the owner's, CONFLICT where another version is present. */
    async update(
      id: string,
      ownerId: string,
      draft: IngredientDraft,
      expectedVersion: number,
    ): Promise<void> {
      await db.transaction(async ({ tx }) => {
        const { count } = await tx.ingredient.updateMany({
          where: { id, ownerId, version: expectedVersion },
          data: { ...columnsOf(draft), version: expectedVersion + 1 },
        });
        if (count === 1) return;
        const present = await tx.ingredient.findFirst({ where: { id, ownerId }, select: { version: true } });
        if (present === null) throw notFound('ingredient of yours');
        throw staleVersion('ingredient', present.version);
      });
    },

    /** Null forgets the price. */
    async setPrice(userId: string, ingredientId: string, price: Money | null): Promise<void> {
      const { ingredientPrice } = db.prisma;
      if (price === null) {
        await ingredientPrice.deleteMany({ where: { userId, ingredientId } });
        return;
      }
      await ingredientPrice.upsert({
        where: { userId_ingredientId: { userId, ingredientId } },
        create: { userId, ingredientId, ...price },
        update: price,
      });
    },
  };
}

/** The columns of a draft. */
export function columnsOf({ per100g, ...rest }: IngredientDraft) {
  return {
    ...rest,
    energyCal: per100g.ENERGY ?? 0,
    proteinMg: per100g.PROTEIN ?? 0,
    carbohydrateMg: per100g.CARBOHYDRATE ?? 0,
    sugarMg: per100g.SUGAR,
    fatMg: per100g.FAT ?? 0,
    saturatedFatMg: per100g.SATURATED_FAT,
    fibreMg: per100g.FIBRE,
    saltMg: per100g.SALT,
  };
}

/** CONFLICT: somebody changed a thing since it was read. */
export function staleVersion(what: string, version: number): DomainError {
  return new DomainError(
    'CONFLICT',
    `The ${what} was changed in between and is at version ${version}: read it, then change that.`,
    { reason: 'VERSION_STALE', parameters: { version } },
  );
}
