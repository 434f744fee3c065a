import type { FoodLogServiceDefinition } from '#gen/proto/fitme/diet/v1/FoodLogService.ts';
import type { CallContext } from '#platform/call.ts';
import { addDays, daysBetween } from '#platform/days.ts';
import { invalidField, notFound } from '#platform/errors.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { nutrientsOf } from '../rules/nutrients.ts';
import { foodEntryCursor } from '../store/food-log-reads.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import type { People } from './people.ts';
import { assertUsable } from './portions.ts';
import { portionFrom } from './present/amounts.ts';
import { dietDayMessage, foodEntryMessage } from './present/days.ts';
import { mealKinds } from './present/enums.ts';

/** How far back somebody can note what they ate, and close a day. */
const maximumDaysBack = 60;

/** The service: people note what they eat, and see how it compares with what they want to. */
export function createFoodLogHandlers(
  store: Store,
  access: Access,
  people: People,
): Handlers<FoodLogServiceDefinition> {
  const { foodLog, contents, objectives } = store;
  return {
    async LogFoodEntry(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const prepare = async () => {
        const day = await pastDay(viewerId, request.day, call);
        const portion = portionFrom(promised(request.portion));
        await assertUsable(store, viewerId, [{ path: 'portion', portion }], call.signal);
        const read = await contents.load([portion], call.signal);
        const nutrients = nutrientsOf(read.partsOf(portion));
        return { day, meal: mealKinds.requiredNameOf(request.meal), portion, nutrients };
      };
      const creation = { key: request.idempotencyKey, request, prepare };
      const [entry] = await foodLog.get([await foodLog.log(viewerId, creation)], call.signal);
      if (entry === undefined) throw notFound('entry');
      return { foodEntry: foodEntryMessage(entry) };
    },

    async DeleteFoodEntry({ foodEntryId }, { viewer }) {
      return { foodEntryId, day: await foodLog.delete(requirePerson(viewer).id, foodEntryId) };
    },

    async CloseDietDay({ day }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await foodLog.close(viewerId, await pastDay(viewerId, day, call));
      const [dietDay] = await summaries([viewerId], { from: day, to: day }, call.signal);
      return { dietDay: dietDay ?? null };
    },

    async BatchListFoodEntries({ userIds, fromDay, toDay, page }, call) {
      const visible = await access.visible(userIds, call);
      // A cursor comes only where one person is named.
      const window = windowOf(page, foodEntryCursor(userIds[0] ?? ''));
      const range = { from: fromDay ?? null, to: toDay ?? null };
      const pages = await foodLog.list([...visible], range, window, call.signal);
      return {
        pages: pages.map(({ userId, page: { edges, pageInfo } }) => ({
          userId,
          edges: edges.map(({ row, cursor }) => ({ foodEntry: foodEntryMessage(row), cursor })),
          pageInfo,
        })),
      };
    },

    async BatchGetFoodEntries({ ids }, call) {
      const found = await foodLog.get(ids, call.signal);
      const owners = [...new Set(found.map(({ userId }) => userId))];
      const visible = await access.visible(owners, call);
      return { foodEntries: found.filter(({ userId }) => visible.has(userId)).map(foodEntryMessage) };
    },

    async BatchGetDietDays({ userIds, fromDay, toDay }, call) {
      const visible = await access.visible(userIds, call);
      return { dietDays: await summaries([...visible], { from: fromDay, to: toDay }, call.signal) };
    },
  };

  /** The day that is meant, the person's today where none is named; it lies neither ahead nor too far back. */
  async function pastDay(userId: string, day: string | undefined, call: CallContext): Promise<string> {
    const today = await people.todayOf(userId, call);
    if (day === undefined) return today;
    if (day > today)
      throw invalidField('day', `It is ${today} where you are: send that day or an earlier one.`);
    if (daysBetween(day, today) > maximumDaysBack) {
      const earliest = addDays(today, -maximumDaysBack);
      throw invalidField(
        'day',
        `The log is open for ${maximumDaysBack} days: send ${earliest} or a later day.`,
      );
    }
    return day;
  }

  /** Three statements, however many people and days. */
  async function summaries(
    userIds: readonly string[],
    range: { from: string; to: string },
    signal: AbortSignal,
  ) {
    const [eaten, closed, present] = await Promise.all([
      foodLog.listEaten(userIds, range, signal),
      foodLog.listClosed(userIds, range, signal),
      objectives.get(userIds),
    ]);
    const key = (userId: string, day: string) => `${userId} ${day}`;
    const eatenOn = Map.groupBy(eaten, (row) => key(row.userId, row.day));
    const closedOn = new Map(closed.map((row) => [key(row.userId, row.day), row]));
    const targetsOf = new Map(present.map(({ userId, targets }) => [userId, targets]));
    const days = Array.from({ length: daysBetween(range.from, range.to) + 1 }, (_, index) =>
      addDays(range.from, index),
    );
    return userIds.flatMap((userId) =>
      days.map((day) =>
        dietDayMessage({
          userId,
          day,
          eaten: eatenOn.get(key(userId, day)) ?? [],
          closed: closedOn.get(key(userId, day)) ?? null,
          targets: targetsOf.get(userId) ?? [],
        }),
      ),
    );
  }
}
