import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { CreateExerciseRequest } from '#gen/proto/fitme/workouts/v1/CreateExerciseRequest.ts';
import type { Database } from '#platform/db/database.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import type { Person } from '#tests/people.ts';
import { createJobs } from '../jobs/jobs.ts';
import { createStore, type Store } from '../store/store.ts';
import { squats, startWorld, type World } from './world.ts';

let world: World;
let db: Database<PrismaClient>;
let store: Store;

beforeAll(async () => {
  world = await startWorld();
  db = openDomainDatabase(world.network.database, 'workouts', (adapter) => new PrismaClient({ adapter }));
  store = createStore({ db, now: Date.now, newId: uuidv7 });
});

afterAll(async () => {
  await db?.close();
  await world?.close();
});

const ownExercise: CreateExerciseRequest = {
  name: 'Own squat',
  category: 'EXERCISE_CATEGORY_STRENGTH',
  equipment: ['EXERCISE_EQUIPMENT_BARBELL'],
  primaryMuscles: ['MUSCLE_QUADRICEPS'],
  measure: 'EXERCISE_MEASURE_REPS_AND_LOAD',
};

/** Somebody with a plan that another follows, one that nobody does, training and a measurement. */
async function settle(person: Person, follower: Person) {
  const { exercises, plans, measurements, assignments } = world.as(person);
  const { exercise } = await exercises.createExercise({ ...ownExercise, idempotencyKey: 'used' });
  await exercises.createExercise({ ...ownExercise, name: 'Unused', idempotencyKey: 'unused' });
  const exerciseId = exercise?.id ?? '';
  const sets = [{ kind: 'WORKOUT_SET_KIND_WORKING', minReps: 5 }] as const;
  const followed = await world.plan(person, {
    weeks: [{ days: [{ name: 'Day', exercises: [{ exerciseId, sets: [...sets] }] }] }],
  });
  await plans.updateWorkoutPlanSharing({
    workoutPlanId: followed.id,
    visibility: 'WORKOUT_PLAN_VISIBILITY_PUBLIC',
    template: false,
  });
  const { id: alone } = await world.plan(person);
  await assignments.followWorkoutPlan({ workoutPlanId: alone, idempotencyKey: 'own' });
  await world
    .as(follower)
    .assignments.followWorkoutPlan({ workoutPlanId: followed.id, idempotencyKey: 'follow' });
  await world.train(person, [squats(5, 100)]);
  await measurements.recordBodyMeasurement({
    kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
    value: 70,
    unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM',
    idempotencyKey: 'weight',
  });
  return { exerciseId, followed, alone };
}

it('a person gets everything that they made, did and measured', async () => {
  const [person, follower] = [await world.signUp('Ada'), await world.signUp('Grace')];
  const { alone, followed } = await settle(person, follower);
  const exported = await store.person.export(person.id);
  expect(exported).toMatchObject({
    exercises: [{ name: 'Own squat' }, { name: 'Unused' }],
    plans: [{ id: followed.id, versions: [{ number: 1 }] }, { id: alone }],
    assignments: [{ workoutPlanId: alone, days: [{ weekNumber: 1, dayNumber: 1 }] }],
    sessions: [{ state: 'FINISHED', sets: [{ reps: 5, loadKg: '100' }] }],
    records: expect.arrayContaining([expect.objectContaining({ kind: 'LOAD', value: '100' })]),
    measurements: [{ kind: 'BODY_WEIGHT', value: '70' }],
  });
});

it('a person who is erased leaves nothing but what others follow, which is nobody’s', async () => {
  const [person, follower] = [await world.signUp('Ada'), await world.signUp('Grace')];
  const { exerciseId, followed } = await settle(person, follower);
  await store.person.erase(person.id);
  await store.person.erase(person.id);
  const { plans, exercises } = world.as(follower);
  const { workoutPlans: left } = await plans.batchGetWorkoutPlans({ ids: [followed.id] });
  expect(left.map(({ ownerId }) => ownerId)).toEqual([undefined]);
  expect(
    (await plans.batchGetWorkoutPlanVersions({ ids: [followed.newestVersionId] })).workoutPlanVersions,
  ).toHaveLength(1);
  const { exercises: used } = await exercises.batchGetExercises({ ids: [exerciseId] });
  expect(used.map(({ ownerId }) => ownerId)).toEqual([undefined]);
  const tables = [
    'exercises',
    'plans',
    'plan_versions',
    'assignments',
    'planned_days',
    'sessions',
    'sets',
    'records',
    'measurements',
    'person_time_zones',
  ];
  for (const table of tables) {
    const sql = `SELECT * FROM ${table} t WHERE t::text LIKE '%' || $1 || '%'`;
    expect(await world.sql(sql, [person.id]), table).toEqual([]);
  }
});

it('what was left open is given up after a day, and plans whose time is over are completed', async () => {
  const [person, other] = [await world.signUp('Ada'), await world.signUp('Grace')];
  const { workoutSession } = await world.as(person).sessions.startWorkoutSession({ idempotencyKey: 'start' });
  const { workoutSession: going } = await world
    .as(other)
    .sessions.startWorkoutSession({ idempotencyKey: 'start' });
  const { id: workoutPlanId } = await world.plan(person);
  const { workoutAssignment } = await world.as(person).assignments.followWorkoutPlan({
    workoutPlanId,
    idempotencyKey: 'follow',
  });
  const run = async (now: number) => {
    const later = createStore({ db, now: () => now, newId: uuidv7 });
    for (const job of createJobs(later, () => now)) await job.run(new AbortController().signal);
  };
  await run(Date.now());
  const statesOf = async () => [
    (await world.as(person).sessions.batchGetWorkoutSessions({ ids: [workoutSession?.id ?? ''] }))
      .workoutSessions[0]?.state,
    (await world.as(person).assignments.batchGetWorkoutAssignments({ ids: [workoutAssignment?.id ?? ''] }))
      .workoutAssignments[0]?.state,
  ];
  expect(await statesOf()).toEqual(['WORKOUT_SESSION_STATE_ACTIVE', 'WORKOUT_ASSIGNMENT_STATE_ACTIVE']);
  await world.sql(`UPDATE sessions SET touched_at = touched_at - interval '25 hours' WHERE id = $1`, [
    workoutSession?.id,
  ]);
  await world.sql('UPDATE sessions SET started_at = LEAST(started_at, touched_at) WHERE id = $1', [
    workoutSession?.id,
  ]);
  await run(Date.now());
  expect(await statesOf()).toEqual(['WORKOUT_SESSION_STATE_ABANDONED', 'WORKOUT_ASSIGNMENT_STATE_ACTIVE']);
  expect(
    (await world.as(other).sessions.batchGetWorkoutSessions({ ids: [going?.id ?? ''] })).workoutSessions[0]
      ?.state,
  ).toBe('WORKOUT_SESSION_STATE_ACTIVE');
  await world.sql(`UPDATE assignments SET ends_on = ends_on - 30 WHERE id = $1`, [workoutAssignment?.id]);
  await run(Date.now());
  expect((await statesOf())[1]).toBe('WORKOUT_ASSIGNMENT_STATE_COMPLETED');
});
