import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '#platform/days.ts';
import { refusalOf } from '#tests/refusal.ts';
import { doorNames, type PlanContent, squatDay, squats, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

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
