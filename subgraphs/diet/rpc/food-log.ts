import type { FoodLogServiceDefinition } from '#gen/proto/fitme/diet/v1/FoodLogService.ts';
import type { CallContext } from '#platform/call.ts';
import { addDays, daysBetween } from '#platform/days.ts';
import { invalidField, notFound } from '#platform/errors.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { portionFrom } from '../present/amounts.ts';
import { dietDayMessage, foodEntryMessage } from '../present/days.ts';
import { mealKinds } from '../present/enums.ts';
import { nutrientsOf } from '../rules/nutrients.ts';
import { foodEntryCursor } from '../store/food-log-reads.ts';
import type { Store } from '../store.ts';
import type { Access } from './access.ts';
import type { People } from './people.ts';
import { assertUsable } from './portions.ts';

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
    async LogFood(request, call) {
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
      return { entry: foodEntryMessage(entry) };
    },

    async DeleteFoodEntry({ entryId }, { viewer }) {
      return { entryId, day: await foodLog.delete(requirePerson(viewer).id, entryId) };
    },

    async CloseDietDay({ day }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await foodLog.close(viewerId, await pastDay(viewerId, day, call));
      const [dietDay] = await summaries([viewerId], { from: day, to: day }, call.signal);
      return { dietDay: dietDay ?? null };
    },

    async BatchListFoodEntries({ personIds, fromDay, toDay, page }, call) {
      const visible = await access.visible(personIds, call);
      // A cursor comes only where one person is named.
      const window = windowOf(page, foodEntryCursor(personIds[0] ?? ''));
      const range = { from: fromDay || null, to: toDay || null };
      const pages = await foodLog.list([...visible], range, window, call.signal);
      return {
        pages: pages.map(({ personId, page: { edges, pageInfo } }) => ({
          personId,
          edges: edges.map(({ row, cursor }) => ({ entry: foodEntryMessage(row), cursor })),
          pageInfo,
        })),
      };
    },

    async BatchGetFoodEntries({ ids }, call) {
      const found = await foodLog.get(ids, call.signal);
      const owners = [...new Set(found.map(({ personId }) => personId))];
      const visible = await access.visible(owners, call);
      return { entries: found.filter(({ personId }) => visible.has(personId)).map(foodEntryMessage) };
    },

    async BatchGetDietDays({ personIds, fromDay, toDay }, call) {
      const visible = await access.visible(personIds, call);
      return { days: await summaries([...visible], { from: fromDay, to: toDay }, call.signal) };
    },
  };

  /** The day that is meant, the person's today where none is named; it lies neither ahead nor too far back. */
  async function pastDay(personId: string, day: string, call: CallContext): Promise<string> {
    const today = await people.todayOf(personId, call);
    if (day === '') return today;
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
    personIds: readonly string[],
    range: { from: string; to: string },
    signal: AbortSignal,
  ) {
    const [eaten, closed, present] = await Promise.all([
      foodLog.listEaten(personIds, range, signal),
      foodLog.listClosed(personIds, range, signal),
      objectives.get(personIds),
    ]);
    const key = (personId: string, day: string) => `${personId} ${day}`;
    const eatenOn = Map.groupBy(eaten, (row) => key(row.personId, row.day));
    const closedOn = new Map(closed.map((row) => [key(row.personId, row.day), row]));
    const targetsOf = new Map(present.map(({ personId, targets }) => [personId, targets]));
    const days = Array.from({ length: daysBetween(range.from, range.to) + 1 }, (_, index) =>
      addDays(range.from, index),
    );
    return personIds.flatMap((personId) =>
      days.map((day) =>
        dietDayMessage({
          personId,
          day,
          eaten: eatenOn.get(key(personId, day)) ?? [],
          closed: closedOn.get(key(personId, day)) ?? null,
          targets: targetsOf.get(personId) ?? [],
        }),
      ),
    );
  }
}
