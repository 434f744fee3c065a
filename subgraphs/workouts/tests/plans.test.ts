import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { catalogueId } from '../store/catalogue.ts';
import { doorNames, type PlanContent, squatDay, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

/** A plan's content with one set of the first exercise changed. */
function withSet(change: object) {
  const [week] = squatDay.weeks;
  const [day] = week?.days ?? [];
  const [exercise] = day?.exercises ?? [];
  const [set] = exercise?.sets ?? [];
  const exercises = [{ ...exercise, sets: [{ ...set, ...change }] }];
  return { weeks: [{ ...week, days: [{ ...day, exercises }] }] };
}

const AT = 'weeks.0.days.0';

describe.each(doorNames)('plans through %s', (door) => {
  it('are made, changed version by version, shared, copied and put away', async () => {
    const [owner, reader] = [await world.signUp('Ada'), await world.signUp('Grace')];
    const { plans } = world.as(owner, door);
    const request = { name: ' Base ', ...squatDay, template: true, idempotencyKey: 'plan' };
    const { workoutPlan } = await plans.createWorkoutPlan(request);
    expect((await plans.createWorkoutPlan(request)).workoutPlan).toEqual(workoutPlan);
    expect(workoutPlan).toMatchObject({
      name: 'Base',
      version: 1,
      template: true,
      visibility: 'WORKOUT_PLAN_VISIBILITY_PRIVATE',
    });
    const workoutPlanId = workoutPlan?.id ?? '';
    const changed = await plans.updateWorkoutPlan({
      workoutPlanId,
      expectedVersion: 1,
      name: 'Base strength',
    });
    expect(changed.workoutPlan).toMatchObject({ name: 'Base strength', version: 2 });
    const stale = await refusalOf(
      plans.updateWorkoutPlan({ workoutPlanId, expectedVersion: 1, name: 'Mine' }),
    );
    expect(stale).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('version 2') });
    const ids = [workoutPlan?.newestVersionId ?? '', changed.workoutPlan?.newestVersionId ?? ''];
    const { workoutPlanVersions: versions } = await plans.batchGetWorkoutPlanVersions({ ids });
    expect(versions.toSorted((one, other) => one.number - other.number)).toMatchObject([
      { number: 1, name: 'Base', weeks: [{ days: [{ name: 'Squat day' }] }] },
      { number: 2, name: 'Base strength' },
    ]);

    const asReader = world.as(reader, door).plans;
    expect((await asReader.batchGetWorkoutPlans({ ids: [workoutPlanId] })).workoutPlans).toEqual([]);
    const hidden = await refusalOf(asReader.copyWorkoutPlan({ workoutPlanId, idempotencyKey: 'copy' }));
    expect(hidden.code).toBe('NOT_FOUND');
    await plans.updateWorkoutPlanSharing({
      workoutPlanId,
      visibility: 'WORKOUT_PLAN_VISIBILITY_PUBLIC',
      template: true,
    });
    expect(
      (await asReader.batchGetWorkoutPlanVersions({ ids })).workoutPlanVersions.map(({ number }) => number),
    ).toEqual([2]);
    const found = await asReader.searchWorkoutPlans({ text: 'STRENGTH', templatesOnly: true });
    expect(found.edges.map(({ workoutPlan: each }) => each?.id)).toContain(workoutPlanId);
    const copy = await asReader.copyWorkoutPlan({ workoutPlanId, name: 'Mine', idempotencyKey: 'copy' });
    expect(copy.workoutPlan).toMatchObject({
      name: 'Mine',
      ownerId: reader.id,
      copiedFromId: workoutPlanId,
      version: 1,
    });

    await plans.archiveWorkoutPlan({ workoutPlanId });
    await plans.archiveWorkoutPlan({ workoutPlanId });
    expect((await plans.listWorkoutPlans({})).edges).toEqual([]);
    expect(
      (await asReader.searchWorkoutPlans({ text: 'STRENGTH' })).edges.map(
        ({ workoutPlan: each }) => each?.id,
      ),
    ).not.toContain(workoutPlanId);
    expect(
      (await asReader.copyWorkoutPlan({ workoutPlanId, name: 'Mine', idempotencyKey: 'copy' })).workoutPlan
        ?.id,
    ).toBe(copy.workoutPlan?.id);
  });

  let mistyper: Promise<Person> | undefined;
  it.each([
    ['a negative load', `${AT}.exercises.0.sets.0.loadKg`, withSet({ loadKg: -1 })],
    ['a set of nothing', `${AT}.exercises.0.sets.0`, withSet({ minReps: undefined })],
    ['a set of 0 s', `${AT}.exercises.0.sets.0.durationSeconds`, withSet({ durationSeconds: 0 })],
    ['no days', 'weeks.0.days', { weeks: [{ days: [] }] }],
    ['no weeks', 'weeks', { weeks: [] }],
  ])('refuse %s with the path', async (_what, path, content) => {
    mistyper ??= world.signUp('Ada');
    const person = await mistyper;
    const request = { name: 'Plan', ...content, idempotencyKey: 'plan' };
    const refusal = await refusalOf(world.as(person, door).plans.createWorkoutPlan(request as never));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path }] });
  });

  it('are shared field by field, by two at once, too', async () => {
    const { plans } = world.as(await world.signUp('Ada'), door);
    const request = { name: 'Plan', ...squatDay, idempotencyKey: 'plan' };
    const workoutPlanId = (await plans.createWorkoutPlan(request)).workoutPlan?.id ?? '';
    await Promise.all([
      plans.updateWorkoutPlanSharing({ workoutPlanId, visibility: 'WORKOUT_PLAN_VISIBILITY_PUBLIC' }),
      plans.updateWorkoutPlanSharing({ workoutPlanId, template: true }),
    ]);
    const { workoutPlans: shared } = await plans.batchGetWorkoutPlans({ ids: [workoutPlanId] });
    expect(shared).toMatchObject([{ visibility: 'WORKOUT_PLAN_VISIBILITY_PUBLIC', template: true }]);
  });

  it('take exercises that their maker may see, and show them to whoever may see the plan', async () => {
    const [owner, follower] = [await world.signUp('Ada'), await world.signUp('Grace')];
    const { exercises } = world.as(owner, door);
    const { exercise } = await exercises.createExercise({
      name: 'Ada’s squat',
      category: 'EXERCISE_CATEGORY_STRENGTH',
      equipment: ['EXERCISE_EQUIPMENT_BARBELL'],
      primaryMuscles: ['MUSCLE_QUADRICEPS'],
      measure: 'EXERCISE_MEASURE_REPS_AND_LOAD',
      idempotencyKey: 'own',
    });
    const exerciseId = exercise?.id ?? '';
    const content: PlanContent = {
      weeks: [
        {
          days: [
            {
              name: 'Day',
              exercises: [{ exerciseId, sets: [{ kind: 'WORKOUT_SET_KIND_WORKING', minReps: 5 }] }],
            },
          ],
        },
      ],
    };
    const request = { name: 'Plan', ...content, idempotencyKey: 'plan' };
    const unseen = await refusalOf(world.as(follower, door).plans.createWorkoutPlan(request));
    expect(unseen).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(exerciseId) });

    const { workoutPlan } = await world.as(owner, door).plans.createWorkoutPlan(request);
    const workoutPlanId = workoutPlan?.id ?? '';
    const asFollower = world.as(follower, door);
    expect((await asFollower.exercises.batchGetExercises({ ids: [exerciseId] })).exercises).toEqual([]);
    const sharing = { workoutPlanId, visibility: 'WORKOUT_PLAN_VISIBILITY_PUBLIC', template: false } as const;
    await world.as(owner, door).plans.updateWorkoutPlanSharing(sharing);
    await asFollower.assignments.followWorkoutPlan({ workoutPlanId, idempotencyKey: 'follow' });
    await world.as(owner, door).plans.archiveWorkoutPlan({ workoutPlanId });
    expect((await asFollower.exercises.batchGetExercises({ ids: [exerciseId] })).exercises).toHaveLength(1);
    expect((await asFollower.exercises.searchExercises({ text: 'Ada’s' })).edges).toEqual([]);
  });
});

it('the catalogue is installed once, however often the domain starts', async () => {
  const rows = await world.sql<{ count: number }>(
    'SELECT count(*)::int AS count FROM exercises WHERE slug IS NOT NULL AND version = 1',
  );
  expect(rows[0]?.count).toBeGreaterThanOrEqual(80);
  const person = await world.signUp('Ada');
  const { exercises } = await world
    .as(person)
    .exercises.batchGetExercises({ ids: [catalogueId('deadlift')] });
  expect(exercises[0]).toMatchObject({ name: 'Deadlift', inCatalogue: true });
  expect(exercises[0]?.ownerId).toBeUndefined();
});
