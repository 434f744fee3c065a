import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { addDays, dayOf } from '#platform/days.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { createDayClosing } from '../jobs/jobs.ts';
import { createStore } from '../store/store.ts';
import { grams, recipeOf, servings, writeRecipe } from './portions.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let rice: string;
/** Of everybody whose profile names no time zone. */
const today = dayOf(Date.now(), 'UTC');
const daysAgo = (count: number) => addDays(today, -count);

beforeAll(async () => {
  world = await startWorld();
  rice = await world.food({ name: 'Rice', energyCal: 365_000, proteinMg: 7_130 });
});

afterAll(() => world?.close());

async function eat(person: Person, day: string, amount: number): Promise<string> {
  const portion = grams(rice, amount);
  const request = { day, meal: 'MEAL_KIND_LUNCH' as const, portion, idempotencyKey: uuidv7() };
  return (await world.as(person).foodLog.logFoodEntry(request)).foodEntry?.id ?? '';
}

async function summaryOf(person: Person, day: string) {
  const request = { userIds: [person.id], fromDay: day, toDay: day };
  return (await world.as(person).foodLog.batchGetDietDays(request)).dietDays[0];
}

describe('what somebody eats', () => {
  it('stays as it was noted, whatever becomes of the recipe', async () => {
    const ada = await world.signUp('Ada');
    const recipeId = await writeRecipe(world.as(ada), recipeOf([grams(rice, 200)]));
    const { foodLog, recipes } = world.as(ada);
    const { foodEntry } = await foodLog.logFoodEntry({
      meal: 'MEAL_KIND_DINNER',
      portion: servings(recipeId, 1.5),
      idempotencyKey: uuidv7(),
    });
    expect(foodEntry).toMatchObject({
      day: today,
      meal: 'MEAL_KIND_DINNER',
      portion: { recipeId, amount: 1.5, unit: 'FOOD_UNIT_SERVING' },
      nutrients: { energyKcal: 547.5, proteinG: 10.695 },
    });
    await recipes.updateRecipe({ recipeId, ...recipeOf([grams(rice, 900)]), expectedVersion: 1 });
    const { foodEntries } = await foodLog.batchGetFoodEntries({ ids: [foodEntry?.id ?? ''] });
    expect(foodEntries[0]?.nutrients).toEqual(foodEntry?.nutrients);
  });

  it('falls on the day that it is where they live', async () => {
    const [west, east] = await Promise.all([world.signUp('West'), world.signUp('East')]);
    await world.setTimeZone(west, 'Pacific/Honolulu');
    await world.setTimeZone(east, 'Pacific/Kiritimati');
    const todayOf = async (person: Person) => {
      const portion = grams(rice, 1);
      const request = { meal: 'MEAL_KIND_SNACK' as const, portion, idempotencyKey: uuidv7() };
      return (await world.as(person).foodLog.logFoodEntry(request)).foodEntry?.day ?? '';
    };
    const [day, later] = [await todayOf(west), await todayOf(east)];
    // These two are 24 hours apart.
    expect(later).toBe(addDays(day, 1));
    expect(await refusalOf(eat(west, later, 1))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'day' }],
      message: expect.stringContaining(day),
    });
    expect(await refusalOf(eat(west, addDays(day, -61), 1))).toMatchObject({ fields: [{ path: 'day' }] });
  });

  it('is summed exactly by day and meal, beside the objective', async () => {
    const ada = await world.signUp('Ada');
    const targets = [
      { nutrient: 'NUTRIENT_ENERGY' as const, min: 1_000, max: 1_100 },
      { nutrient: 'NUTRIENT_PROTEIN' as const, min: 50 },
    ];
    await world.as(ada).objectives.setDietObjective({ targets });
    for (let time = 0; time < 3; time++) await eat(ada, daysAgo(1), 100);
    const day = await summaryOf(ada, daysAgo(1));
    expect(day).toMatchObject({
      total: { energyKcal: 1_095, proteinG: 21.39 },
      meals: [{ meal: 'MEAL_KIND_LUNCH', nutrients: { energyKcal: 1_095 } }],
      targets: [
        { nutrient: 'NUTRIENT_ENERGY', actual: 1_095, min: 1_000, max: 1_100, withinTarget: true },
        { nutrient: 'NUTRIENT_PROTEIN', actual: 21.39, min: 50, withinTarget: false },
      ],
      entryCount: 3,
      closedAt: null,
      withinTarget: false,
    });
    expect(await summaryOf(ada, daysAgo(2))).toMatchObject({
      entryCount: 0,
      meals: [],
      withinTarget: false,
    });
  });

  it('is listed by day, the latest first, and taken back by who noted it', async () => {
    const [ada, grace] = await Promise.all([world.signUp('Ada'), world.signUp('Grace')]);
    const ids: string[] = [];
    for (const count of [3, 1, 2, 1]) ids.push(await eat(ada, daysAgo(count), 10));
    const { foodLog } = world.as(ada);
    const list = async (request: object) => {
      const { pages } = await foodLog.batchListFoodEntries({ userIds: [ada.id], ...request });
      return { ids: pages[0]?.edges.map(({ foodEntry }) => foodEntry?.id), info: pages[0]?.pageInfo };
    };
    expect((await list({})).ids).toEqual([ids[3], ids[1], ids[2], ids[0]]);
    const first = await list({ page: { first: 3 } });
    expect((await list({ page: { first: 3, after: first.info?.endCursor } })).ids).toEqual([ids[0]]);
    expect((await list({ fromDay: daysAgo(2), toDay: daysAgo(2) })).ids).toEqual([ids[2]]);
    const foodEntryId = ids[2] ?? '';
    expect(await refusalOf(world.as(grace).foodLog.deleteFoodEntry({ foodEntryId }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await world.as(grace).foodLog.batchGetFoodEntries({ ids })).foodEntries).toEqual([]);
    expect(await foodLog.deleteFoodEntry({ foodEntryId })).toEqual({ foodEntryId, day: daysAgo(2) });
    expect((await list({})).ids).toHaveLength(3);
  });

  it.each(doorNames)('is refused with the field through the %s door', async (door) => {
    const ada = await world.signUp('Ada');
    const refused = async (change: object) => {
      const request = {
        meal: 'MEAL_KIND_LUNCH' as const,
        portion: grams(rice, 1),
        idempotencyKey: 'x',
        ...change,
      };
      return (await refusalOf(world.as(ada, door).foodLog.logFoodEntry(request))).fields.map(
        ({ path }) => path,
      );
    };
    expect(await refused({ portion: grams(rice, 0) })).toEqual(['portion.amount']);
    expect(await refused({ portion: { ingredientId: rice, amount: 1, unit: 'FOOD_UNIT_CUP' } })).toEqual([
      'portion.unit',
    ]);
    expect(await refused({ portion: { ingredientId: rice, amount: 1 } })).toEqual(['portion.unit']);
    expect(await refused({ meal: 'MEAL_KIND_UNSPECIFIED' })).toEqual(['meal']);
    expect(await refused({ day: 'yesterday' })).toEqual(['day']);
  });
});

describe('a day', () => {
  it.each(doorNames)('is closed once, with what it held then (%s)', async (door) => {
    const ada = await world.signUp('Ada');
    const targets = [{ nutrient: 'NUTRIENT_ENERGY' as const, min: 1_000, max: 1_100 }];
    await world.as(ada).objectives.setDietObjective({ targets });
    const foodEntryId = await eat(ada, today, 300);
    const { foodLog, objectives } = world.as(ada, door);
    const close = () => foodLog.closeDietDay({ day: today });
    const [first, second] = await Promise.all([close(), close()]);
    expect(first).toEqual(second);
    expect(first.dietDay).toMatchObject({ withinTarget: true, closedAt: expect.anything() });
    const topic = `diet.person.${ada.id}`;
    expect((await world.kindsOf(topic)).filter((kind) => kind === 'day-closed')).toHaveLength(1);
    expect(await refusalOf(eat(ada, today, 1))).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await refusalOf(foodLog.deleteFoodEntry({ foodEntryId }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    await objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 1 }] });
    expect(await summaryOf(ada, today)).toMatchObject({
      withinTarget: true,
      targets: [{ max: 1_100, withinTarget: true }],
    });
  });

  it('that nobody closes is closed by the clock, three hours after its end where its person lives', async () => {
    const [west, east] = await Promise.all([world.signUp('West'), world.signUp('East')]);
    await world.setTimeZone(west, 'Pacific/Honolulu');
    await world.setTimeZone(east, 'Pacific/Kiritimati');
    const [day, later] = [dayOf(Date.now(), 'Pacific/Honolulu'), dayOf(Date.now(), 'Pacific/Kiritimati')];
    const hour = 60 * 60_000;
    // Midnight in Kiritimati; Honolulu's is a day later.
    const end = Date.parse(`${later}T00:00:00+14:00`);
    let now = end + 3 * hour - 1;
    await eat(west, day, 1);
    await eat(east, day, 1);
    await eat(east, later, 1);
    const db = openDomainDatabase(world.network.database, 'diet', (adapter) => new PrismaClient({ adapter }));
    try {
      const [grpc] = world.network.doors;
      const users = grpc?.client(
        serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService'),
        await world.network.serviceToken(),
      );
      if (users === undefined) throw new Error('The network has no door.');
      const store = createStore({ db, now: () => now, newId: uuidv7 });
      const job = createDayClosing({ store, users: users as never, now: () => now });
      const closedOf = async (person: Person) => {
        const rows = await world.sql<{ day: string }>(
          'SELECT day::text FROM diet_days WHERE user_id = $1 AND closed_at IS NOT NULL ORDER BY day',
          [person.id],
        );
        return rows.map(({ day }) => day);
      };
      await job.run(new AbortController().signal);
      expect([await closedOf(west), await closedOf(east)]).toEqual([[], []]);
      await eat(east, day, 1);
      now = end + 3 * hour;
      await job.run(new AbortController().signal);
      expect([await closedOf(west), await closedOf(east)]).toEqual([[], [day]]);
      expect(await refusalOf(eat(east, day, 1))).toMatchObject({ code: 'FAILED_PRECONDITION' });
      now += 24 * hour - 1;
      await job.run(new AbortController().signal);
      expect([await closedOf(west), await closedOf(east)]).toEqual([[], [day]]);
      now += 1;
      await job.run(new AbortController().signal);
      await job.run(new AbortController().signal);
      expect([await closedOf(west), await closedOf(east)]).toEqual([[day], [day, later]]);
      expect(
        (await world.kindsOf(`diet.person.${west.id}`)).filter((kind) => kind === 'day-closed'),
      ).toHaveLength(1);
    } finally {
      await db.close();
    }
  });

  it('of many people is asked for within limits', async () => {
    const ada = await world.signUp('Ada');
    const ask = (request: object) =>
      refusalOf(
        world.as(ada).foodLog.batchGetDietDays({
          userIds: [ada.id],
          fromDay: '2026-11-01',
          toDay: '2026-11-07',
          ...request,
        }),
      );
    expect(await ask({ toDay: '2026-10-31' })).toMatchObject({ fields: [{ path: 'toDay' }] });
    expect(await ask({ toDay: '2026-12-31' })).toMatchObject({ fields: [{ path: 'toDay' }] });
    const many = Array.from({ length: 50 }, () => uuidv7());
    expect(await ask({ userIds: many, toDay: '2026-11-30' })).toMatchObject({
      fields: [{ path: 'userIds' }],
    });
  });
});
