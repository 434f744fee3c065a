import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import { dayClosed, foodLogChanged } from '../events/events.ts';
import { type Nutrients, together } from '../rules/nutrients.ts';
import { isWithinTarget } from '../rules/targets.ts';
import type { FoodPortion } from './contents.ts';
import { jsonOf, targetsOf } from './objectives.ts';
import type { MealKind } from './plan-reads.ts';

/** Something that is to be noted. */
export interface FoodEntryDraft {
  /** ISO 8601. */
  day: string;
  meal: MealKind;
  portion: FoodPortion;
  nutrients: Nutrients;
}

/** The most that one day holds: its sum is read with every summary. */
const maximumEntriesADay = 100;

/** Notes what people ate. A day is locked before anything on it changes, so that what closes is what was summed. */
export function createFoodLogChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /** The id of a new entry. @throws DomainError FAILED_PRECONDITION where its day is closed or full. */
    log(userId: string, creation: Creation<FoodEntryDraft>): Promise<string> {
      const call = { viewerId: userId, method: 'LogFoodEntry', ...creation };
      return db.idempotent(call, async (transaction, { day, meal, portion, nutrients }) => {
        const { tx, append } = transaction;
        await assertOpen(transaction, userId, day);
        const date = new Date(day);
        if ((await tx.foodEntry.count({ where: { userId, day: date } })) >= maximumEntriesADay) {
          const message = `A day holds ${maximumEntriesADay} entries: take one back before you add another.`;
          throw new DomainError('FAILED_PRECONDITION', message, {
            reason: 'ENTRY_LIMIT',
            parameters: { maximum: maximumEntriesADay },
          });
        }
        const id = newId();
        const eaten = { ...portion, nutrients: jsonOf(nutrients), loggedAt: new Date(now()) };
        await tx.foodEntry.create({ data: { id, userId, day: date, meal, ...eaten } });
        await append(foodLogChanged({ userId, foodEntryId: id, day }));
        return id;
      });
    },

    /** The day of the entry that is gone. @throws DomainError FAILED_PRECONDITION where its day is closed. */
    delete(userId: string, foodEntryId: string): Promise<string> {
      return db.transaction(async (transaction) => {
        const { tx, append } = transaction;
        const where = { id: foodEntryId, userId };
        const entry = await tx.foodEntry.findFirst({ where, select: { day: true } });
        if (entry === null) throw notFound('entry of yours');
        const day = entry.day.toISOString().slice(0, 10);
        await assertOpen(transaction, userId, day);
        const { count } = await tx.foodEntry.deleteMany({ where });
        if (count > 0) await append(foodLogChanged({ userId, foodEntryId, day }));
        return day;
      });
    },

    /** Closes a day, once: whoever comes second changes nothing. Answers with whether this call closed it. */
    close(userId: string, day: string): Promise<boolean> {
      return db.transaction(async (transaction) => {
        const { tx, append } = transaction;
        if ((await lockDay(transaction, userId, day)) !== null) return false;
        const date = new Date(day);
        const entries = await tx.foodEntry.findMany({
          where: { userId, day: date },
          select: { nutrients: true },
        });
        const eaten = entries.map(({ nutrients }) => nutrients as unknown as Nutrients);
        const targets = await targetsOf(tx, userId);
        const withinTarget = isWithinTarget(targets, together(eaten), eaten.length);
        await tx.dietDay.update({
          where: { userId_day: { userId, day: date } },
          data: { closedAt: new Date(now()), withinTarget, targets: jsonOf(targets) },
        });
        await append(dayClosed({ userId, day, withinTarget }));
        return true;
      });
    },
  };
}

async function assertOpen(
  transaction: Transaction<PrismaClient>,
  userId: string,
  day: string,
): Promise<void> {
  if ((await lockDay(transaction, userId, day)) === null) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `${day} is closed: what was eaten on it stands. Note it on a day that is open.`,
    { reason: 'DAY_CLOSED' },
  );
}

/** Locks a day until the transaction ends, which makes it where it is the first time; null while it is open. */
async function lockDay({ tx }: Transaction<PrismaClient>, userId: string, day: string): Promise<Date | null> {
  const [row] = await queryIn(tx, LOCK_DAY, [userId, day]);
  return row?.closedAt ?? null;
}

export const LOCK_DAY = sql<[userId: string, day: string], { closedAt: Date | null }>(`
  INSERT INTO diet_days (user_id, day) VALUES ($1::uuid, $2::date)
  ON CONFLICT (user_id, day) DO UPDATE SET day = excluded.day RETURNING closed_at AS "closedAt"`);
