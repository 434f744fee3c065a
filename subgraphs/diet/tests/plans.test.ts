import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { grams, planOf, recipeOf, servings, writeRecipe } from './portions.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let trainer: Person;
let client: Person;
let rice: string;

beforeAll(async () => {
  world = await startWorld();
  [trainer, client] = await Promise.all([world.signUp('Trainer', 'TRAINER'), world.signUp('Client')]);
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
const within = () => planOf([[grams(rice, 300)], [grams(rice, 300)]]);
const above = () => planOf([[grams(rice, 300)], [grams(rice, 400)]]);
const codesOfAbove = ['day-2:ENERGY:above', 'average:ENERGY:above'];

describe('an objective', () => {
  it('is computed from measures, and replaced by one set by hand', async () => {
    const ada = await world.signUp('Ada');
    const { objectives } = world.as(ada);
    const { dietObjective } = await objectives.computeDietObjective({
      kind: 'DIET_OBJECTIVE_KIND_LOSE',
      sex: 'BODY_SEX_FEMALE',
      ageYears: 30,
      heightCm: 170,
      weightKg: 65,
      activityLevel: 'ACTIVITY_LEVEL_MODERATE',
    });
    expect(dietObjective).toMatchObject({
      userId: ada.id,
      setById: ada.id,
      restingEnergyKcal: 1_402,
      spentEnergyKcal: 2_173,
      version: 1,
    });
    expect(dietObjective?.targets[0]).toEqual({ nutrient: 'NUTRIENT_ENERGY', min: 1_589, max: 1_757 });
    const targets = [{ nutrient: 'NUTRIENT_PROTEIN' as const, min: 90.5 }];
    const set = await objectives.setDietObjective({ targets });
    expect(set.dietObjective).toEqual({
      ...dietObjective,
      kind: 'DIET_OBJECTIVE_KIND_CUSTOM',
      targets,
      restingEnergyKcal: undefined,
      spentEnergyKcal: undefined,
      setAt: expect.anything(),
      version: 2,
    });
    expect(await world.kindsOf(`diet.person.${ada.id}`)).toEqual(['objective-changed', 'objective-changed']);
  });

  it('is set and seen by a trainer whom the person lets see their diet, and by nobody else', async () => {
    const targets = [{ nutrient: 'NUTRIENT_SALT' as const, max: 5 }];
    const { dietObjective } = await world
      .as(trainer)
      .objectives.setDietObjective({ userId: client.id, targets });
    expect(dietObjective).toMatchObject({ userId: client.id, setById: trainer.id });
    const stranger = await world.signUp('Stranger', 'TRAINER');
    const refused = world.as(stranger).objectives.setDietObjective({ userId: client.id, targets });
    expect(await refusalOf(refused)).toMatchObject({
      code: 'PERMISSION_DENIED',
      fields: [{ path: 'userId' }],
    });
    const seen = (person: Person) =>
      world.as(person).objectives.batchGetDietObjectives({ userIds: [client.id, stranger.id] });
    expect((await seen(trainer)).dietObjectives.map(({ userId }) => userId)).toEqual([client.id]);
    expect((await seen(stranger)).dietObjectives).toEqual([]);
    await world
      .as(client)
      .objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_SALT', max: 100 }] });
  });

  it.each(doorNames)('is refused with the field through the %s door', async (door) => {
    const { objectives } = world.as(client, door);
    const measures = {
      kind: 'DIET_OBJECTIVE_KIND_GAIN' as const,
      sex: 'BODY_SEX_MALE' as const,
      ageYears: 30,
      heightCm: 180,
      weightKg: 80,
      activityLevel: 'ACTIVITY_LEVEL_LIGHT' as const,
    };
    const refused = async (call: Promise<unknown>) => (await refusalOf(call)).fields.map(({ path }) => path);
    expect(await refused(objectives.computeDietObjective({ ...measures, weightKg: 0 }))).toEqual([
      'weightKg',
    ]);
    expect(await refused(objectives.computeDietObjective({ ...measures, ageYears: 9 }))).toEqual([
      'ageYears',
    ]);
    expect(
      await refused(objectives.computeDietObjective({ ...measures, kind: 'DIET_OBJECTIVE_KIND_CUSTOM' })),
    ).toEqual(['kind']);
    expect(await refused(objectives.setDietObjective({ targets: [] }))).toEqual(['targets']);
    const upsideDown = [{ nutrient: 'NUTRIENT_FAT' as const, min: 80, max: 60 }];
    expect(await refused(objectives.setDietObjective({ targets: upsideDown }))).toEqual(['targets.0.max']);
  });
});

describe('a plan', () => {
  it('is checked by day and on average, without being written', async () => {
    const person = await withObjective('Checker');
    const { mealPlanCheck: check } = await world.as(person).mealPlans.checkMealPlan({ ...above() });
    expect(check).toMatchObject({
      days: [
        { day: '2026-11-02', nutrients: { energyKcal: 1_095 } },
        { day: '2026-11-03', nutrients: { energyKcal: 1_460 } },
      ],
      average: { energyKcal: 1_277.5 },
      dietObjectiveVersion: 1,
      warnings: [
        {
          code: 'day-2:ENERGY:above',
          scope: 'MEAL_PLAN_WARNING_SCOPE_DAY',
          day: '2026-11-03',
          nutrient: 'NUTRIENT_ENERGY',
          bound: 'MEAL_PLAN_WARNING_BOUND_ABOVE',
          actual: 1_460,
          limit: 1_100,
          difference: 360,
        },
        { code: 'average:ENERGY:above', scope: 'MEAL_PLAN_WARNING_SCOPE_AVERAGE', difference: 177.5 },
      ],
    });
    const listed = await world.as(person).mealPlans.batchListMealPlans({ userIds: [person.id] });
    expect(listed.pages[0]?.edges).toEqual([]);
  });

  it.each(doorNames)(
    'that misses the objective is saved only with an override that names every warning (%s)',
    async (door) => {
      const person = await withObjective('Overrider');
      const { mealPlans } = world.as(person, door);
      const create = (override?: { warningCodes: string[]; reason: string }) =>
        mealPlans.createMealPlan({ ...above(), override: override ?? null, idempotencyKey: uuidv7() });
      const bare = await refusalOf(create());
      expect(bare).toMatchObject({
        code: 'FAILED_PRECONDITION',
        fields: [{ path: 'days.1' }, { path: 'days' }],
      });
      expect(bare.message).toContain(codesOfAbove.join(', '));
      const reason = 'A race is on Tuesday.';
      const some = create({ warningCodes: codesOfAbove.slice(0, 1), reason });
      expect(await refusalOf(some)).toMatchObject({ code: 'FAILED_PRECONDITION' });
      const others = create({ warningCodes: [...codesOfAbove, 'day-1:FAT:above'], reason });
      expect(await refusalOf(others)).toMatchObject({ code: 'FAILED_PRECONDITION' });
      expect(await refusalOf(create({ warningCodes: codesOfAbove, reason: 'no' }))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        fields: [{ path: 'override.reason' }],
      });
      const { mealPlan, mealPlanOverride } = await create({
        warningCodes: [...codesOfAbove].reverse(),
        reason,
      });
      expect(mealPlanOverride).toMatchObject({
        mealPlanId: mealPlan?.id,
        mealPlanVersion: 1,
        userId: person.id,
        actorId: person.id,
        reason,
        warnings: [{ code: codesOfAbove[0], day: '2026-11-03' }, { code: codesOfAbove[1] }],
        reviewedAt: null,
      });
      expect(mealPlanOverride?.reviewerId).toBeUndefined();
      expect(await world.kindsOf(`diet.person.${person.id}`)).toEqual([
        'objective-changed',
        'meal-plan-saved',
        'plan-overridden',
      ]);
    },
  );

  it('that meets the objective takes no override', async () => {
    const person = await withObjective('Keeper');
    const { mealPlans } = world.as(person);
    const request = { ...within(), idempotencyKey: uuidv7() };
    const { mealPlan, mealPlanOverride } = await mealPlans.createMealPlan(request);
    expect(mealPlanOverride).toBeNull();
    expect(mealPlan).toMatchObject({ userId: person.id, authorId: person.id, version: 1 });
    const named = { warningCodes: ['day-1:ENERGY:above'], reason: 'Just in case.' };
    const superfluous = mealPlans.createMealPlan({ ...request, override: named, idempotencyKey: uuidv7() });
    expect(await refusalOf(superfluous)).toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('asked for again is answered as before, whatever the objective became', async () => {
    const person = await withObjective('Repeater');
    const { mealPlans, objectives } = world.as(person);
    const request = { ...within(), idempotencyKey: uuidv7() };
    const first = await mealPlans.createMealPlan(request);
    await objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 500 }] });
    expect(await mealPlans.createMealPlan(request)).toEqual(first);
    expect(await refusalOf(mealPlans.createMealPlan({ ...request, ...above() }))).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is changed by its author, who has read the present version, and deleted', async () => {
    const person = await withObjective('Editor');
    const { mealPlans } = world.as(person);
    const { mealPlan } = await mealPlans.createMealPlan({ ...within(), idempotencyKey: uuidv7() });
    const mealPlanId = mealPlan?.id ?? '';
    const change = { mealPlanId, ...above(), expectedVersion: 1 };
    expect(await refusalOf(mealPlans.updateMealPlan(change))).toMatchObject({ code: 'FAILED_PRECONDITION' });
    const override = { warningCodes: codesOfAbove, reason: 'Holidays.' };
    const updated = await mealPlans.updateMealPlan({ ...change, override });
    expect(updated).toMatchObject({ mealPlan: { version: 2 }, mealPlanOverride: { mealPlanVersion: 2 } });
    const stale = mealPlans.updateMealPlan({ ...change, override });
    expect(await refusalOf(stale)).toMatchObject({ code: 'CONFLICT' });
    await mealPlans.deleteMealPlan({ mealPlanId });
    expect((await mealPlans.batchGetMealPlans({ ids: [mealPlanId] })).mealPlans).toEqual([]);
    const { edges } = await world.as(person).mealPlanOverrides.listMealPlanOverrides({});
    expect(edges.map(({ mealPlanOverride }) => mealPlanOverride?.mealPlanId)).toEqual([undefined]);
  });

  it('is assigned to a client as a copy that stays as it is, held against their objective', async () => {
    const person = await withObjective('Assignee');
    const original = await world
      .as(trainer)
      .mealPlans.createMealPlan({ ...above(), idempotencyKey: uuidv7() });
    const mealPlanId = original.mealPlan?.id ?? '';
    const request = {
      mealPlanId,
      clientId: person.id,
      startsOn: '2026-12-01',
      override: { warningCodes: codesOfAbove, reason: 'Building up.' },
      idempotencyKey: uuidv7(),
    };
    const { mealPlans } = world.as(trainer);
    expect(await refusalOf(mealPlans.assignMealPlan(request))).toMatchObject({
      code: 'PERMISSION_DENIED',
      fields: [{ path: 'clientId' }],
    });
    await world.grant(person, trainer, 'DIET');
    const bare = { ...request, override: null };
    expect(await refusalOf(mealPlans.assignMealPlan(bare))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      fields: codesOfAbove.map((warning) => ({
        path: 'mealPlanId',
        message: expect.stringContaining(warning),
      })),
    });
    const assigned = await mealPlans.assignMealPlan(request);
    expect(assigned).toMatchObject({
      mealPlan: { userId: person.id, authorId: trainer.id, startsOn: '2026-12-01' },
      mealPlanOverride: { actorId: trainer.id, userId: person.id },
    });
    expect(assigned.mealPlan?.id).not.toBe(mealPlanId);
    await mealPlans.updateMealPlan({ mealPlanId, ...within(), expectedVersion: 1 });
    const ids = [assigned.mealPlan?.id ?? ''];
    const { mealPlans: seen } = await world.as(person).mealPlans.batchGetMealPlans({ ids });
    expect(seen[0]?.days).toEqual(original.mealPlan?.days);
  });

  it.each(doorNames)('gives no recipe away that its client may not see (%s)', async (door) => {
    const person = await world.signUp('Assignee');
    await world.grant(person, trainer, 'DIET');
    const asTrainer = world.as(trainer, door);
    const recipe = recipeOf([grams(rice, 100)]);
    const recipeId = await writeRecipe(asTrainer, recipe);
    const mealPlan = planOf([[grams(rice, 1), servings(recipeId, 1)]]);
    const { mealPlan: own } = await asTrainer.mealPlans.createMealPlan({
      ...mealPlan,
      idempotencyKey: uuidv7(),
    });
    const copy = { mealPlanId: own?.id ?? '', clientId: person.id, startsOn: '2026-12-01' };
    const assign = () =>
      world.as(trainer, door).mealPlans.assignMealPlan({ ...copy, idempotencyKey: uuidv7() });
    const create = { userId: person.id, ...mealPlan, idempotencyKey: uuidv7() };
    const code = 'INVALID_ARGUMENT';
    const place = 'days.0.meals.0.portions.1.recipeId';
    const message = expect.stringContaining('share it with your clients');
    expect(await refusalOf(asTrainer.mealPlans.createMealPlan(create))).toMatchObject({
      code,
      fields: [{ path: place, message }],
    });
    // This request has no days: what is wrong with them is said of the plan that it names.
    const { fields, ...refusal } = await refusalOf(assign());
    expect([refusal.code, fields]).toMatchObject([code, [{ path: 'mealPlanId', message }]]);
    expect(fields[0]?.message).toContain(place);
    const seen = async () =>
      (await world.as(person, door).recipes.batchGetRecipes({ ids: [recipeId] })).recipes.length;
    expect(await seen()).toBe(0);
    const shared = { ...recipe, sharing: 'RECIPE_SHARING_CLIENTS' as const };
    await asTrainer.recipes.updateRecipe({ recipeId, ...shared, expectedVersion: 1 });
    expect(await assign()).toMatchObject({ mealPlan: { userId: person.id } });
    expect(await seen()).toBe(1);
  });

  it('of a person is gone from a trainer’s sight once diet knows that they took it back', async () => {
    const person = await withObjective('Leaver');
    const relationship = await world.grant(person, trainer, 'DIET');
    const { mealPlan } = await world
      .as(trainer)
      .mealPlans.createMealPlan({ userId: person.id, ...within(), idempotencyKey: uuidv7() });
    const ids = [mealPlan?.id ?? ''];
    const topic = `diet.person.${person.id}`;
    expect((await world.as(trainer).mealPlans.batchGetMealPlans({ ids })).mealPlans).toHaveLength(1);
    expect(await world.authorize(trainer, topic)).toMatchObject({ fromSeq: '1' });
    await world.revoke(person, relationship);
    expect((await world.as(trainer).mealPlans.batchGetMealPlans({ ids })).mealPlans).toEqual([]);
    expect(await refusalOf(world.authorize(trainer, topic))).toMatchObject({ code: 'NOT_FOUND' });
    expect((await world.kindsOf(topic)).at(-1)).toBe('access-changed');
    expect((await world.as(person).mealPlans.batchGetMealPlans({ ids })).mealPlans).toHaveLength(1);
  });

  it('is refused with the place of what is wrong', async () => {
    const { mealPlans } = world.as(client);
    const refused = async (mealPlan: object) => {
      const call = mealPlans.createMealPlan({ ...planOf([], mealPlan), idempotencyKey: uuidv7() });
      return (await refusalOf(call)).fields.map(({ path }) => path);
    };
    expect(await refused({})).toEqual(['days']);
    expect(await refused({ ...within(), startsOn: '2026-02-30' })).toEqual(['startsOn']);
    expect(await refused(planOf([[grams(rice, 1)], [grams(rice, -5)]]))).toEqual([
      'days.1.meals.0.portions.0.amount',
    ]);
    expect(await refused(planOf([[grams(rice, 1)], [grams(rice, 1), grams(uuidv7(), 5)]]))).toEqual([
      'days.1.meals.0.portions.1.ingredientId',
    ]);
  });
});
