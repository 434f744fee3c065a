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
    equipment: ['EQUIPMENT_BODYWEIGHT'],
    primaryMuscles: ['MUSCLE_CHEST'],
    measure: 'EXERCISE_MEASURE_REPS',
    idempotencyKey: 'own',
  });
  const exerciseId = exercise?.id ?? '';
  await exercises.updateExercise({ exerciseId, expectedVersion: 1, name: 'My own' });
  await exercises.batchGetExercises({ ids: [exerciseId, catalogueId('deadlift'), uuidv7()] });
  await exercises.searchExercises({ text: 'own', ownOnly: true, page: { last: 5 } });
  await exercises.archiveExercise({ exerciseId });

  const { plan } = await plans.createWorkoutPlan({ name: 'Plan', content: squatDay, idempotencyKey: 'plan' });
  const planId = plan?.id ?? '';
  await plans.updateWorkoutPlan({ planId, expectedVersion: 1, description: 'Heavier.' });
  await plans.updateWorkoutPlanSharing({ planId, visibility: 'PLAN_VISIBILITY_PRIVATE', isTemplate: true });
  await plans.copyWorkoutPlan({ planId, idempotencyKey: 'copy' });
  await plans.batchGetPlans({ ids: [planId, uuidv7()] });
  await plans.batchGetPlanVersions({ ids: [plan?.versionId ?? '', uuidv7()] });
  await plans.listPlans({ page: { first: 1 } });
  await plans.searchPlans({ text: uuidv7() });

  const { assignment } = await assignments.followWorkoutPlan({ planId, idempotencyKey: 'follow' });
  const assignmentId = assignment?.id ?? '';
  await assignments.moveWorkoutAssignment({ assignmentId });
  await assignments.batchGetAssignments({ ids: [assignmentId] });
  await assignments.batchListAssignments({ userIds, activeOnly: true });
  await assignments.batchListPlannedDays({ assignmentIds: [assignmentId], pendingOnly: true });
  await assignments.prescribeDay({ assignmentId, week: 1, day: 1 });
  await plans.archiveWorkoutPlan({ planId });

  const startedAt = timestampOf(Date.now() - 60 * 60_000);
  const planned = { assignmentId, week: 1, day: 1 };
  const { session } = await sessions.startWorkoutSession({ ...planned, startedAt, idempotencyKey: 'start' });
  const sessionId = session?.id ?? '';
  const doneAt = startedAt;
  const { set } = await sessions.logWorkoutSet({
    sessionId,
    ...squats(5, 62.5),
    doneAt,
    idempotencyKey: 'set',
  });
  await sessions.logWorkoutSet({ sessionId, ...squats(1, 80), doneAt, idempotencyKey: 'slip' });
  await sessions.updateWorkoutSet({ setId: set?.id ?? '', rpe: 7.5 });
  await sessions.pauseWorkoutSession({ sessionId });
  await sessions.resumeWorkoutSession({ sessionId });
  await sessions.batchListSets({ sessionIds: [sessionId], page: { last: 1 } });
  const endedAt = timestampOf(Date.now() - 30 * 60_000);
  const { recordIds } = await sessions.finishWorkoutSession({ sessionId, endedAt });
  const other = await sessions.startWorkoutSession({ idempotencyKey: 'other' });
  const slip = await sessions.logWorkoutSet({
    sessionId: other.session?.id ?? '',
    ...squats(5, 60),
    idempotencyKey: 'third',
  });
  await sessions.deleteWorkoutSet({ setId: slip.set?.id ?? '' });
  await sessions.abandonWorkoutSession({ sessionId: other.session?.id ?? '' });
  await sessions.batchGetSessions({ ids: [sessionId, uuidv7()] });
  await sessions.batchListSessions({ userIds, states: ['SESSION_STATE_FINISHED'] });
  await assignments.endWorkoutAssignment({ assignmentId });

  await progress.batchGetRecords({ ids: recordIds });
  await progress.batchListRecords({ userIds, currentOnly: true });
  await progress.batchListWeeks({ userIds, weekCount: 2 });
  const asService = await world.asService(door);
  await noting(asService.progress).batchGetSessionTotals({ sessionIds: [sessionId] });

  const { measurement } = await measurements.recordMeasurement({
    kind: 'MEASUREMENT_KIND_HIPS',
    value: 38,
    unit: 'MEASUREMENT_UNIT_INCH',
    idempotencyKey: 'hips',
  });
  await measurements.recordMeasurement({
    kind: 'MEASUREMENT_KIND_BODY_WEIGHT',
    value: 70,
    unit: 'MEASUREMENT_UNIT_KILOGRAM',
    idempotencyKey: 'weight',
  });
  await measurements.batchGetMeasurements({ ids: [measurement?.id ?? ''] });
  await measurements.batchListMeasurements({ userIds });
  await measurements.batchGetLatestMeasurements({ userIds });
  await measurements.batchGetWeightTrends({ userIds, days: 30 });
  await measurements.deleteMeasurement({ measurementId: measurement?.id ?? '' });
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
  const timeless = (key: string, value: unknown) => (key === 'durationS' ? typeof value : value);
  return masked(JSON.parse(JSON.stringify(answers, timeless)));
}

it.each(doorNames)(
  'what services ask is refused to people through %s, and the other way round',
  async (door) => {
    const ada = await world.signUp('Ada');
    const asked = world.as(ada, door).progress.batchGetSessionTotals({ sessionIds: [] });
    expect(await refusalOf(asked)).toMatchObject({ code: 'PERMISSION_DENIED' });
    const { sessions } = await world.asService(door);
    expect(await refusalOf(sessions.batchListSessions({}))).toMatchObject({ code: 'PERMISSION_DENIED' });
  },
);
