import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { timestampOf } from '#platform/service/timestamps.ts';
import { masked } from '#tests/domain-network.ts';
import { refusalOf } from '#tests/refusal.ts';
import { catalogueId } from '../store/catalogue.ts';
import { type DoorName, doorNames, squatDay, squats, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

/** Somebody's training, each method at least once: what it answered, by the method's name. */
async function liveThrough(door: DoorName): Promise<Record<string, unknown[]>> {
  const answers: Record<string, unknown[]> = {};
  const ada = await world.signUp('Ada');
  const noting = <Client extends object>(client: Client): Client =>
    new Proxy(client as Record<string, (request: object) => Promise<unknown>>, {
      get: (methods, name: string) => async (request: object) => {
        const answer = await methods[name]?.(request);
        answers[name] ??= [];
        answers[name].push(answer);
        return answer;
      },
    }) as never;
  const clients = world.as(ada, door);
  const [exercises, plans, assignments] = [
    noting(clients.exercises),
    noting(clients.plans),
    noting(clients.assignments),
  ];
  const [sessions, progress, measurements] = [
    noting(clients.sessions),
    noting(clients.progress),
    noting(clients.measurements),
  ];
  const userIds = [ada.id];

  const { exercise } = await exercises.createExercise({
    name: 'Own',
    category: 'EXERCISE_CATEGORY_STRENGTH',
    equipment: ['EXERCISE_EQUIPMENT_BODYWEIGHT'],
    primaryMuscles: ['MUSCLE_CHEST'],
    measure: 'EXERCISE_MEASURE_REPS',
    idempotencyKey: 'own',
  });
  const exerciseId = exercise?.id ?? '';
  await exercises.updateExercise({ exerciseId, expectedVersion: 1, name: 'My own' });
  await exercises.batchGetExercises({ ids: [exerciseId, catalogueId('deadlift'), uuidv7()] });
  await exercises.searchExercises({ text: 'own', ownOnly: true, page: { last: 5 } });
  await exercises.archiveExercise({ exerciseId });

  const { workoutPlan } = await plans.createWorkoutPlan({
    name: 'Plan',
    ...squatDay,
    idempotencyKey: 'plan',
  });
  const workoutPlanId = workoutPlan?.id ?? '';
  await plans.updateWorkoutPlan({ workoutPlanId, expectedVersion: 1, description: 'Heavier.' });
  await plans.updateWorkoutPlanSharing({
    workoutPlanId,
    visibility: 'WORKOUT_PLAN_VISIBILITY_PRIVATE',
    template: true,
  });
  await plans.copyWorkoutPlan({ workoutPlanId, idempotencyKey: 'copy' });
  await plans.batchGetWorkoutPlans({ ids: [workoutPlanId, uuidv7()] });
  await plans.batchGetWorkoutPlanVersions({ ids: [workoutPlan?.newestVersionId ?? '', uuidv7()] });
  await plans.listWorkoutPlans({ page: { first: 1 } });
  await plans.searchWorkoutPlans({ text: uuidv7() });

  const { workoutAssignment } = await assignments.followWorkoutPlan({
    workoutPlanId,
    idempotencyKey: 'follow',
  });
  const workoutAssignmentId = workoutAssignment?.id ?? '';
  await assignments.moveWorkoutAssignment({ workoutAssignmentId });
  await assignments.batchGetWorkoutAssignments({ ids: [workoutAssignmentId] });
  await assignments.batchListWorkoutAssignments({ userIds, activeOnly: true });
  await assignments.batchListPlannedWorkoutDays({
    workoutAssignmentIds: [workoutAssignmentId],
    pendingOnly: true,
  });
  const day = { weekNumber: 1, dayNumber: 1 };
  await assignments.batchPrescribeWorkouts({ workoutAssignmentIds: [workoutAssignmentId], ...day });
  await plans.archiveWorkoutPlan({ workoutPlanId });

  const startedAt = timestampOf(Date.now() - 60 * 60_000);
  const plannedDay = { workoutAssignmentId, ...day };
  const { workoutSession } = await sessions.startWorkoutSession({
    plannedDay,
    startedAt,
    idempotencyKey: 'start',
  });
  const workoutSessionId = workoutSession?.id ?? '';
  const doneAt = startedAt;
  const { workoutSet } = await sessions.logWorkoutSet({
    workoutSessionId,
    ...squats(5, 62.5),
    doneAt,
    idempotencyKey: 'set',
  });
  await sessions.logWorkoutSet({ workoutSessionId, ...squats(1, 80), doneAt, idempotencyKey: 'slip' });
  await sessions.updateWorkoutSet({ workoutSetId: workoutSet?.id ?? '', rpe: 7.5 });
  await sessions.pauseWorkoutSession({ workoutSessionId });
  await sessions.resumeWorkoutSession({ workoutSessionId });
  await sessions.batchListWorkoutSets({ workoutSessionIds: [workoutSessionId], page: { last: 1 } });
  const endedAt = timestampOf(Date.now() - 30 * 60_000);
  const { personalRecordIds } = await sessions.finishWorkoutSession({ workoutSessionId, endedAt });
  const other = await sessions.startWorkoutSession({ idempotencyKey: 'other' });
  const slip = await sessions.logWorkoutSet({
    workoutSessionId: other.workoutSession?.id ?? '',
    ...squats(5, 60),
    idempotencyKey: 'third',
  });
  await sessions.deleteWorkoutSet({ workoutSetId: slip.workoutSet?.id ?? '' });
  await sessions.abandonWorkoutSession({ workoutSessionId: other.workoutSession?.id ?? '' });
  await sessions.batchGetWorkoutSessions({ ids: [workoutSessionId, uuidv7()] });
  await sessions.batchListWorkoutSessions({ userIds, states: ['WORKOUT_SESSION_STATE_FINISHED'] });
  await assignments.endWorkoutAssignment({ workoutAssignmentId });

  await progress.batchGetPersonalRecords({ ids: personalRecordIds });
  await progress.batchListPersonalRecords({ userIds, currentOnly: true });
  await progress.batchListWorkoutWeeks({ userIds, first: 2 });
  const asService = await world.asService(door);
  await noting(asService.progress).batchGetWorkoutSessionTotals({ workoutSessionIds: [workoutSessionId] });

  const { bodyMeasurement } = await measurements.recordBodyMeasurement({
    kind: 'BODY_MEASUREMENT_KIND_HIPS',
    value: 38,
    unit: 'BODY_MEASUREMENT_UNIT_INCH',
    idempotencyKey: 'hips',
  });
  await measurements.recordBodyMeasurement({
    kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
    value: 70,
    unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM',
    idempotencyKey: 'weight',
  });
  await measurements.batchGetBodyMeasurements({ ids: [bodyMeasurement?.id ?? ''] });
  await measurements.batchListBodyMeasurements({ userIds });
  await measurements.batchGetLatestBodyMeasurements({ userIds });
  await measurements.batchGetWeightTrends({ userIds, days: 30 });
  await measurements.deleteBodyMeasurement({ bodyMeasurementId: bodyMeasurement?.id ?? '' });
  return answers;
}

it('both doors answer the same', async () => {
  const [grpc, graphql] = [await liveThrough('grpc'), await liveThrough('graphql')];
  // All but AssignWorkoutPlan, which takes a trainer: trainers.test.ts.
  expect(Object.keys(grpc)).toHaveLength(42);
  expect(comparable(graphql)).toEqual(comparable(grpc));
});

/**
 * As long as a test takes, a clock runs: that differs too. What is not set is undefined where a handler answers, and absent
 * where an answer came over the wire.
 */
function comparable(answers: unknown): unknown {
  const timeless = (key: string, value: unknown) => (key === 'durationSeconds' ? typeof value : value);
  return masked(JSON.parse(JSON.stringify(answers, timeless)));
}

it.each(doorNames)(
  'what services ask is refused to people through %s, and the other way round',
  async (door) => {
    const ada = await world.signUp('Ada');
    const asked = world.as(ada, door).progress.batchGetWorkoutSessionTotals({ workoutSessionIds: [] });
    expect(await refusalOf(asked)).toMatchObject({ code: 'PERMISSION_DENIED' });
    const { sessions } = await world.asService(door);
    expect(await refusalOf(sessions.batchListWorkoutSessions({}))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  },
);
