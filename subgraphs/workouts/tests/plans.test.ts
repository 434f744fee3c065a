import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '#platform/days.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { catalogueId } from '../store/catalogue.ts';
import { doorNames, type PlanContent, squatDay, squats, startWorld, type World } from './world.ts';

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

describe.each(doorNames)('an assignment through %s', (door) => {
  it('stays with its version until it is moved, and keeps what is done', async () => {
    const person = await world.signUp('Ada', 'Asia/Tokyo');
    const { plans, assignments, sessions } = world.as(person, door);
    const { id: workoutPlanId, newestVersionId } = await world.plan(person);
    const follow = { workoutPlanId, startsOn: '2026-11-23', idempotencyKey: 'follow' };
    const startsOn = new Date(Date.now() - 3 * 24 * 60 * 60_000).toISOString().slice(0, 10);
    const { workoutAssignment } = await assignments.followWorkoutPlan({ ...follow, startsOn });
    const workoutAssignmentId = workoutAssignment?.id ?? '';
    expect(workoutAssignment).toMatchObject({
      workoutPlanVersionId: newestVersionId,
      startsOn,
      state: 'WORKOUT_ASSIGNMENT_STATE_ACTIVE',
      dayCount: 1,
      doneDayCount: 0,
    });
    const [week] = squatDay.weeks;
    const two: PlanContent = { weeks: [week ?? {}, { ...week, deloadPercent: 60 }] };
    await plans.updateWorkoutPlan({ workoutPlanId, expectedVersion: 1, ...two });
    const kept = await assignments.batchGetWorkoutAssignments({ ids: [workoutAssignmentId] });
    expect(kept.workoutAssignments[0]).toMatchObject({ workoutPlanVersionId: newestVersionId, dayCount: 1 });

    const planned = { workoutAssignmentId, weekNumber: 1, dayNumber: 1 };
    const loadsOf = async (weekNumber: number) => {
      const day = { workoutAssignmentIds: [workoutAssignmentId], weekNumber, dayNumber: 1 };
      const { prescribedWorkouts } = await assignments.batchPrescribeWorkouts(day);
      return prescribedWorkouts.map(({ exercises }) => exercises[0]?.sets.map(({ loadKg }) => loadKg));
    };
    expect(await loadsOf(1)).toEqual([[60, 60, 60]]);
    expect(await loadsOf(2)).toEqual([]);
    const moved = await assignments.moveWorkoutAssignment({ workoutAssignmentId });
    expect(moved.workoutAssignment).toMatchObject({ dayCount: 2, doneDayCount: 0 });
    const workoutSessionId = await world.train(person, [squats(5, 60), squats(5, 60), squats(5, 60)], {
      planned,
    });
    expect(await loadsOf(2)).toEqual([[37.5, 37.5, 37.5]]);

    const twice = await refusalOf(
      sessions.startWorkoutSession({ plannedDay: planned, idempotencyKey: 'twice' }),
    );
    expect(twice.code).toBe('FAILED_PRECONDITION');
    const { pages } = await assignments.batchListPlannedWorkoutDays({
      workoutAssignmentIds: [workoutAssignmentId],
    });
    expect(
      pages[0]?.edges.map(({ plannedWorkoutDay }) => [
        plannedWorkoutDay?.weekNumber,
        plannedWorkoutDay?.workoutSessionId,
      ]),
    ).toEqual([
      [1, workoutSessionId],
      [2, undefined],
    ]);
    const pending = await assignments.batchListPlannedWorkoutDays({
      workoutAssignmentIds: [workoutAssignmentId],
      pendingOnly: true,
    });
    expect(pending.pages[0]?.edges.map(({ plannedWorkoutDay }) => plannedWorkoutDay?.weekNumber)).toEqual([
      2,
    ]);
    await world.train(person, [squats(5, 37.5)], { planned: { ...planned, weekNumber: 2 } });
    const over = await assignments.batchGetWorkoutAssignments({ ids: [workoutAssignmentId] });
    expect(over.workoutAssignments[0]).toMatchObject({
      state: 'WORKOUT_ASSIGNMENT_STATE_COMPLETED',
      doneDayCount: 2,
    });
    const log = await world.logOf(`workouts.person.${person.id}`);
    expect(log.filter((kind) => kind.includes('assign'))).toEqual([
      'plan-assigned',
      'assignment-changed',
      'assignment-ended',
    ]);
  });

  it('is ended by who follows it, and takes days of it alone', async () => {
    const person = await world.signUp('Ada');
    const { assignments, sessions } = world.as(person, door);
    const { id: workoutPlanId } = await world.plan(person);
    const { workoutAssignment } = await assignments.followWorkoutPlan({
      workoutPlanId,
      idempotencyKey: 'follow',
    });
    const workoutAssignmentId = workoutAssignment?.id ?? '';
    const plannedDay = { workoutAssignmentId, weekNumber: 3, dayNumber: 1 };
    const nowhere = { plannedDay, idempotencyKey: 'start' };
    expect(await refusalOf(sessions.startWorkoutSession(nowhere))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'plannedDay.workoutAssignmentId' }],
    });
    const half = { plannedDay: { workoutAssignmentId, dayNumber: 1 }, idempotencyKey: 'half' };
    expect(await refusalOf(sessions.startWorkoutSession(half))).toMatchObject({
      fields: [{ path: 'plannedDay.weekNumber' }],
    });
    const ended = await assignments.endWorkoutAssignment({ workoutAssignmentId });
    expect(ended.workoutAssignment?.state).toBe('WORKOUT_ASSIGNMENT_STATE_ENDED');
    expect(await assignments.endWorkoutAssignment({ workoutAssignmentId })).toEqual(ended);
    expect((await refusalOf(assignments.moveWorkoutAssignment({ workoutAssignmentId }))).code).toBe(
      'FAILED_PRECONDITION',
    );
    const stranger = world.as(await world.signUp('Mallory'), door).assignments;
    expect((await refusalOf(stranger.endWorkoutAssignment({ workoutAssignmentId }))).code).toBe('NOT_FOUND');
  });

  it.each([
    ['a day that is none', '2026-02-30'],
    ['a day that is far away', addDays(dayOf(Date.now(), 'UTC'), 10 * 365)],
  ])('refuses %s', async (_what, startsOn) => {
    const person = await world.signUp('Ada');
    const { id: workoutPlanId } = await world.plan(person);
    const request = { workoutPlanId, startsOn, idempotencyKey: uuidv7() };
    expect(await refusalOf(world.as(person, door).assignments.followWorkoutPlan(request))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'startsOn' }],
    });
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
