import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { grams, planOf } from './portions.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let trainer: Person;
let client: Person;
let admin: Person;
let rice: string;

beforeAll(async () => {
  world = await startWorld();
  [trainer, client, admin] = await Promise.all([
    world.signUp('Trainer', 'TRAINER'),
    world.signUp('Client'),
    world.signUp('Admin', 'ADMIN'),
  ]);
  await world.grant(client, trainer, 'DIET');
  rice = await world.food({ name: 'Rice', energyCal: 365_000, proteinMg: 7_130 });
});

afterAll(() => world?.close());

/** Somebody who wants 1,000 to 1,100 kcal a day. */
async function withObjective(name: string): Promise<Person> {
  const person = await world.signUp(name);
  const targets = [{ nutrient: 'NUTRIENT_ENERGY' as const, min: 1_000, max: 1_100 }];
  await world.as(person).objectives.setDietObjective({ targets });
  return person;
}

/** 300 g of rice hold 1,095 kcal, which is within; 400 g hold 1,460. */
const above = () => planOf([[grams(rice, 300)], [grams(rice, 400)]]);
const codesOfAbove = ['day-2:ENERGY:above', 'average:ENERGY:above'];

describe('overrides', () => {
  async function overridden(name: string): Promise<{ person: Person; mealPlanOverrideId: string }> {
    const person = await withObjective(name);
    const { mealPlanOverride } = await world.as(person).mealPlans.createMealPlan({
      ...above(),
      override: { warningCodes: codesOfAbove, reason: 'Hungry.' },
      idempotencyKey: uuidv7(),
    });
    return { person, mealPlanOverrideId: mealPlanOverride?.id ?? '' };
  }

  const idsOf = (page: { edges: { mealPlanOverride: { id: string } | null }[] }) =>
    page.edges.map(({ mealPlanOverride }) => mealPlanOverride?.id);

  it.each(doorNames)(
    'are listed for administrators, the trainers of those whom they are about, and these themselves (%s)',
    async (door) => {
      const { person, mealPlanOverrideId } = await overridden('Listed');
      const other = await overridden('Unrelated');
      await world.grant(person, trainer, 'DIET');
      const list = (viewer: Person, request: object = {}) =>
        world.as(viewer, door).mealPlanOverrides.listMealPlanOverrides({ page: { first: 100 }, ...request });
      const both = [other.mealPlanOverrideId, mealPlanOverrideId];
      const listed = async (viewer: Person) =>
        idsOf(await list(viewer)).filter((id) => both.includes(id ?? ''));
      const stranger = await world.signUp('Stranger', 'TRAINER');
      expect(await listed(admin)).toEqual(both);
      expect(await listed(trainer)).toEqual([mealPlanOverrideId]);
      expect(await listed(person)).toEqual([mealPlanOverrideId]);
      expect(await listed(stranger)).toEqual([]);

      const ofOne = { userId: person.id };
      for (const viewer of [admin, trainer, person]) {
        expect(idsOf(await list(viewer, ofOne))).toEqual([mealPlanOverrideId]);
      }
      for (const viewer of [stranger, other.person]) {
        expect(await refusalOf(list(viewer, ofOne))).toMatchObject({
          code: 'PERMISSION_DENIED',
          fields: [{ path: 'userId' }],
        });
      }
    },
  );

  it('are open until somebody has reviewed them', async () => {
    const { person, mealPlanOverrideId } = await overridden('Reviewed');
    const other = await overridden('Unrelated');
    await world.grant(person, trainer, 'DIET');
    const { mealPlanOverrides } = world.as(trainer);
    const open = { userId: person.id, state: 'MEAL_PLAN_OVERRIDE_STATE_OPEN' as const };
    expect(idsOf(await mealPlanOverrides.listMealPlanOverrides(open))).toEqual([mealPlanOverrideId]);
    const counted = await mealPlanOverrides.batchCountOpenMealPlanOverrides({
      userIds: [person.id, other.person.id],
    });
    expect(counted.counts).toEqual([{ userId: person.id, count: 1 }]);

    const note = 'Fine before a race.';
    const { mealPlanOverride } = await mealPlanOverrides.reviewMealPlanOverride({ mealPlanOverrideId, note });
    expect(mealPlanOverride).toMatchObject({
      reviewerId: trainer.id,
      reviewNote: note,
      reviewedAt: expect.anything(),
    });
    expect(idsOf(await mealPlanOverrides.listMealPlanOverrides(open))).toEqual([]);
    const reviewed = { ...open, state: 'MEAL_PLAN_OVERRIDE_STATE_REVIEWED' as const };
    const byAdmin = world.as(admin).mealPlanOverrides;
    expect(idsOf(await byAdmin.listMealPlanOverrides(reviewed))).toEqual([mealPlanOverrideId]);
    const again = byAdmin.reviewMealPlanOverride({ mealPlanOverrideId, note });
    expect(await refusalOf(again)).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect((await world.kindsOf(`diet.person.${person.id}`)).at(-1)).toBe('plan-override-reviewed');
  });

  it('are reviewed neither by who made them nor by strangers', async () => {
    const { person, mealPlanOverrideId } = await overridden('Maker');
    const review = (reviewer: Person) =>
      refusalOf(
        world.as(reviewer).mealPlanOverrides.reviewMealPlanOverride({ mealPlanOverrideId, note: 'Fine.' }),
      );
    expect(await review(person)).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await review(client)).toMatchObject({ code: 'NOT_FOUND' });
    const mine = await world.as(admin).mealPlans.createMealPlan({
      ...planOf([[grams(rice, 1)]]),
      idempotencyKey: uuidv7(),
    });
    expect(mine.mealPlanOverride).toBeNull();
    await world.sql('UPDATE meal_plan_overrides SET actor_id = $2 WHERE id = $1', [
      mealPlanOverrideId,
      admin.id,
    ]);
    expect(await review(admin)).toMatchObject({ code: 'FAILED_PRECONDITION' });
  });
});
