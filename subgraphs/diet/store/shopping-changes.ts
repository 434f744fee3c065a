import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import {
  shoppingItemTicked,
  shoppingListCreated,
  shoppingListDeleted,
  shoppingListShared,
  shoppingListUnshared,
} from '../events/events.ts';
import { maximumMembers, type Purchase } from '../rules/shopping.ts';
import type { Food } from './ingredient-reads.ts';

/** A list that is to be made. */
export interface ShoppingListDraft {
  title: string;
  mealPlanId: string;
  /** ISO 8601. */
  fromDay: string;
  toDay: string;
  /** Thousandths. */
  servingsFactor: number;
  purchases: readonly Purchase<Food>[];
}

/** Makes lists, and what is done with them; each change and its event are one transaction. */
export function createShoppingChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /** The id of a new list. */
    create(ownerId: string, creation: Creation<ShoppingListDraft>): Promise<string> {
      const call = { viewerId: ownerId, method: 'CreateShoppingList', ...creation };
      return db.idempotent(call, async ({ tx, append }, draft) => {
        const id = newId();
        const { purchases, fromDay, toDay, ...columns } = draft;
        const days = { fromDay: new Date(fromDay), toDay: new Date(toDay) };
        await tx.shoppingList.create({
          data: { id, ownerId, ...columns, ...days, createdAt: new Date(now()) },
        });
        await tx.shoppingItem.createMany({
          data: purchases.map((purchase) => ({ id: newId(), shoppingListId: id, ...itemOf(purchase) })),
        });
        const [event] = await append(shoppingListCreated(id, ownerId));
        await tx.shoppingListMember.create({
          data: { shoppingListId: id, userId: ownerId, joinedSeq: event?.seq ?? 1 },
        });
        return id;
      });
    },

    /** Brings people in; those who share it already stay. @throws DomainError FAILED_PRECONDITION where it is full. */
    share(shoppingListId: string, ownerId: string, userIds: readonly string[]): Promise<void> {
      return db.transaction(async (transaction) => {
        const { tx, append } = transaction;
        await lockOwn(transaction, shoppingListId, ownerId);
        const present = await tx.shoppingListMember.findMany({ where: { shoppingListId, leftSeq: null } });
        const inIt = new Set(present.map(({ userId }) => userId));
        const joining = userIds.filter((userId) => !inIt.has(userId));
        if (inIt.size + joining.length > maximumMembers) throw listIsFull();
        const events = await append(...joining.map((id) => shoppingListShared(shoppingListId, id)));
        for (const [index, userId] of joining.entries()) {
          const joined = { joinedSeq: events[index]?.seq ?? 1, leftSeq: null };
          await tx.shoppingListMember.upsert({
            where: { shoppingListId_userId: { shoppingListId, userId } },
            create: { shoppingListId, userId, ...joined },
            update: joined,
          });
        }
      });
    },

    /** Takes somebody off a list; nothing changes where they do not share it. */
    unshare(shoppingListId: string, userId: string): Promise<void> {
      return db.transaction(async (transaction) => {
        await lockList(transaction, shoppingListId);
        await takeOff(transaction, shoppingListId, userId);
      });
    },

    /** The list that the item stands on. @throws DomainError NOT_FOUND where the actor does not share it. */
    tick(shoppingItemId: string, actorId: string, ticked: boolean): Promise<string> {
      return db.transaction(async (transaction) => {
        const { tx, append } = transaction;
        const item = await tx.shoppingItem.findUnique({
          where: { id: shoppingItemId },
          select: { shoppingListId: true },
        });
        if (item === null) throw notFound('item');
        const { shoppingListId } = item;
        await lockList(transaction, shoppingListId);
        const where = { shoppingListId, userId: actorId, leftSeq: null };
        if ((await tx.shoppingListMember.count({ where })) === 0) throw notFound('item');
        const { count } = await tx.shoppingItem.updateMany({
          where: { id: shoppingItemId, tickedAt: ticked ? null : { not: null } },
          data: ticked
            ? { tickedById: actorId, tickedAt: new Date(now()) }
            : { tickedById: null, tickedAt: null },
        });
        if (count > 0) await append(shoppingItemTicked(shoppingListId, shoppingItemId, actorId));
        return shoppingListId;
      });
    },

    /** @throws DomainError NOT_FOUND where it is not the owner's. */
    delete(shoppingListId: string, ownerId: string): Promise<void> {
      return db.transaction(async (transaction) => {
        await lockOwn(transaction, shoppingListId, ownerId);
        await transaction.append(shoppingListDeleted(shoppingListId));
        await transaction.tx.shoppingList.delete({ where: { id: shoppingListId } });
      });
    },
  };
}

/** Takes somebody off a locked list. */
export async function takeOff(
  { tx, append }: Transaction<PrismaClient>,
  shoppingListId: string,
  userId: string,
): Promise<void> {
  const where = { shoppingListId, userId, leftSeq: null };
  if ((await tx.shoppingListMember.count({ where })) === 0) return;
  const [event] = await append(shoppingListUnshared(shoppingListId, userId));
  await tx.shoppingListMember.updateMany({ where, data: { leftSeq: event?.seq ?? 1 } });
}

/** Locks a list until the transaction ends, and answers with its owner; null where there is none. */
export async function lockList(
  { tx }: Transaction<PrismaClient>,
  shoppingListId: string,
): Promise<string | null> {
  const [row] = await queryIn(tx, LOCK_LIST, [shoppingListId]);
  return row?.ownerId ?? null;
}

export const LOCK_LIST = sql<[id: string], { ownerId: string }>(
  'SELECT owner_id::text AS "ownerId" FROM shopping_lists WHERE id = $1::uuid FOR UPDATE',
);

async function lockOwn(
  transaction: Transaction<PrismaClient>,
  shoppingListId: string,
  ownerId: string,
): Promise<void> {
  if ((await lockList(transaction, shoppingListId)) !== ownerId) throw notFound('shopping list of yours');
}

function itemOf({ ingredient, massMg, volumeUl, pieces, cost }: Purchase<Food>) {
  const { id: ingredientId, name, aisle } = ingredient;
  return {
    ingredientId,
    name,
    aisle,
    amountMg: massMg,
    amountUl: volumeUl,
    pieces,
    costMinor: cost?.amountMinor ?? null,
    currency: cost?.currency ?? null,
  };
}

function listIsFull(): DomainError {
  return new DomainError(
    'FAILED_PRECONDITION',
    `A list is shared by ${maximumMembers} people at most: take somebody off it first.`,
    { reason: 'LIST_MEMBER_LIMIT', parameters: { maximum: maximumMembers } },
  );
}
