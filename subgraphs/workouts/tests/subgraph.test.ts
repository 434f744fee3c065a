import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogueId } from '../store/catalogue.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

const squatId = catalogueId('back-squat');

it('trains by the public contract: exercise, plan, assignment, session, record', async () => {
  const ada = await world.signUp('Ada');
  const { createExercise } = await world.ask<{
    createExercise: { exercise: { id: string; version: number } };
  }>(
    ada,
    `mutation ($input: CreateExerciseInput!) {
      createExercise(input: $input) { exercise { id version name owner { id } inCatalogue equipment measure archived } }
    }`,
    {
      input: {
        name: 'Own squat',
        category: 'STRENGTH',
        equipment: ['BARBELL'],
        primaryMuscles: ['QUADRICEPS'],
        measure: 'REPS_AND_LOAD',
        videoUrl: 'https://example.com/squat.mp4',
        idempotencyKey: 'exercise',
      },
    },
  );
  expect(createExercise.exercise).toMatchObject({
    name: 'Own squat',
    owner: { id: ada.id },
    inCatalogue: false,
    equipment: ['BARBELL'],
    measure: 'REPS_AND_LOAD',
    archived: false,
  });
  const exerciseId = createExercise.exercise.id;
  const { updateExercise } = await world.ask<{ updateExercise: unknown }>(
    ada,
    `mutation ($input: UpdateExerciseInput!) {
      updateExercise(input: $input) { exercise { version name instructions videoUrl secondaryMuscles } }
    }`,
    { input: { exerciseId, expectedVersion: 1, instructions: 'Go deep.', videoUrl: null } },
  );
  expect(updateExercise).toEqual({
    exercise: {
      version: 2,
      name: 'Own squat',
      instructions: 'Go deep.',
      videoUrl: null,
      secondaryMuscles: [],
    },
  });
  const { searchExercises } = await world.ask<{ searchExercises: { nodes: { id: string; name: string }[] } }>(
    ada,
    `query { searchExercises(text: "SQUAT", muscles: [QUADRICEPS], equipment: [BARBELL, BENCH], first: 50) {
      nodes { id name } pageInfo { hasNextPage } } }`,
  );
  expect(searchExercises.nodes.map(({ name }) => name)).toEqual(['Back Squat', 'Front Squat', 'Own squat']);

  const set = { minReps: 5, oneRepMaxPercent: 75, restSeconds: 120 };
  const { createWorkoutPlan } = await world.ask<{ createWorkoutPlan: { workoutPlan: { id: string } } }>(
    ada,
    `mutation ($input: CreateWorkoutPlanInput!) { createWorkoutPlan(input: $input) { workoutPlan {
      id name version visibility template owner { id } copiedFrom { id }
      newestVersion { number weeks { deloadPercent days { name weekday exercises {
        superset exercise { name } progression { kind incrementKg percent } sets { kind minReps oneRepMaxPercent loadKg restSeconds }
      } } } }
    } } }`,
    {
      input: {
        name: 'Strength',
        weeks: [
          {
            days: [
              {
                name: 'Squat day',
                weekday: 1,
                exercises: [
                  {
                    exerciseId: squatId,
                    superset: 1,
                    sets: [set],
                    progression: { kind: 'PERCENTAGE', percent: 2.5 },
                  },
                  { exerciseId, superset: 1, sets: [{ minReps: 8, loadKg: 40 }] },
                ],
              },
            ],
          },
        ],
        idempotencyKey: 'plan',
      },
    },
  );
  expect(createWorkoutPlan.workoutPlan).toMatchObject({
    name: 'Strength',
    version: 1,
    visibility: 'PRIVATE',
    template: false,
    copiedFrom: null,
    newestVersion: {
      number: 1,
      weeks: [
        {
          deloadPercent: null,
          days: [
            {
              weekday: 1,
              exercises: [
                {
                  superset: 1,
                  exercise: { name: 'Back Squat' },
                  progression: { kind: 'PERCENTAGE', percent: 2.5, incrementKg: null },
                  sets: [
                    { kind: 'WORKING', minReps: 5, oneRepMaxPercent: 75, loadKg: null, restSeconds: 120 },
                  ],
                },
                { superset: 1, exercise: { name: 'Own squat' }, progression: null },
              ],
            },
          ],
        },
      ],
    },
  });

  const finish = `mutation ($input: FinishWorkoutSessionInput!) { finishWorkoutSession(input: $input) {
    workoutSession { state endedAt } personalRecords { kind value previousValue formula current exercise { name } session { id } }
  } }`;
  const start = `mutation ($input: StartWorkoutSessionInput!) { startWorkoutSession(input: $input) { workoutSession {
    id state title localDay weekNumber dayNumber durationSeconds assignment { id } user { id } sets { nodes { id } }
  } } }`;
  const log = `mutation ($input: LogWorkoutSetInput!) { logWorkoutSet(input: $input) {
    workoutSet { position kind reps loadKg rpe durationSeconds exercise { name } } workoutSession { setCount volumeKg }
  } }`;
  const { followWorkoutPlan } = await world.ask<{ followWorkoutPlan: { workoutAssignment: { id: string } } }>(
    ada,
    `mutation ($input: FollowWorkoutPlanInput!) { followWorkoutPlan(input: $input) { workoutAssignment {
      id state startsOn endsOn dayCount doneDayCount plan { name } version { number } user { id } assignedBy { id }
      days(first: 5) { nodes { weekNumber dayNumber name dueOn session { id } } }
    } } }`,
    {
      input: {
        workoutPlanId: createWorkoutPlan.workoutPlan.id,
        startsOn: dayIn(1),
        idempotencyKey: 'follow',
      },
    },
  );
  const { workoutAssignment: assignment } = followWorkoutPlan;
  expect(assignment).toMatchObject({
    state: 'ACTIVE',
    startsOn: dayIn(1),
    endsOn: dayIn(7),
    dayCount: 1,
    doneDayCount: 0,
    plan: { name: 'Strength' },
    version: { number: 1 },
    assignedBy: { id: ada.id },
  });
  const prescription = `query ($id: ID!) { workoutAssignment(id: $id) { prescription(weekNumber: 1, dayNumber: 1) {
    name exercises { superset exercise { name } sets { loadKg planned { minReps } } }
  } } }`;
  expect(await world.ask(ada, prescription, { id: assignment.id })).toEqual({
    workoutAssignment: {
      prescription: {
        name: 'Squat day',
        exercises: [
          {
            superset: 1,
            exercise: { name: 'Back Squat' },
            sets: [{ loadKg: null, planned: { minReps: 5 } }],
          },
          { superset: 1, exercise: { name: 'Own squat' }, sets: [{ loadKg: 40, planned: { minReps: 8 } }] },
        ],
      },
    },
  });
  const { startWorkoutSession } = await world.ask<{
    startWorkoutSession: { workoutSession: { id: string } };
  }>(ada, start, {
    input: {
      plannedDay: { workoutAssignmentId: assignment.id, weekNumber: 1, dayNumber: 1 },
      idempotencyKey: 'start',
    },
  });
  const workoutSessionId = startWorkoutSession.workoutSession.id;
  expect(startWorkoutSession.workoutSession).toMatchObject({
    state: 'ACTIVE',
    title: 'Squat day',
    weekNumber: 1,
    dayNumber: 1,
    durationSeconds: 0,
    assignment: { id: assignment.id },
    user: { id: ada.id },
    sets: { nodes: [] },
  });
  const { logWorkoutSet } = await world.ask<{ logWorkoutSet: unknown }>(ada, log, {
    input: { workoutSessionId, exerciseId: squatId, reps: 5, loadKg: 100, rpe: 8.5, idempotencyKey: 'set' },
  });
  expect(logWorkoutSet).toEqual({
    workoutSet: {
      position: 1,
      kind: 'WORKING',
      reps: 5,
      loadKg: 100,
      rpe: 8.5,
      durationSeconds: null,
      exercise: { name: 'Back Squat' },
    },
    workoutSession: { setCount: 1, volumeKg: 500 },
  });
  const open = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User {
    openWorkoutSession { id } lastWorkoutSession { id }
    workoutAssignments(activeOnly: true) { nodes { id } } personalRecords { nodes { kind } }
  } ... on Viewer { workoutPlans { nodes { name } } } } }`;
  const of = ['User', 'Viewer'].map((__typename) => ({ __typename, id: ada.id }));
  expect(await world.ask(ada, open, { of })).toEqual({
    _entities: [
      {
        openWorkoutSession: { id: workoutSessionId },
        lastWorkoutSession: null,
        workoutAssignments: { nodes: [{ id: assignment.id }] },
        personalRecords: { nodes: [] },
      },
      { workoutPlans: { nodes: [{ name: 'Strength' }] } },
    ],
  });
  const { finishWorkoutSession } = await world.ask<{ finishWorkoutSession: { personalRecords: unknown[] } }>(
    ada,
    finish,
    {
      input: { workoutSessionId },
    },
  );
  expect(finishWorkoutSession).toMatchObject({ workoutSession: { state: 'FINISHED' } });
  expect(finishWorkoutSession.personalRecords).toContainEqual({
    kind: 'ESTIMATED_ONE_REP_MAX',
    value: 112.5,
    previousValue: null,
    formula: 'BRZYCKI',
    current: true,
    exercise: { name: 'Back Squat' },
    session: { id: workoutSessionId },
  });
  expect(await world.ask(ada, open, { of })).toMatchObject({
    _entities: [{ openWorkoutSession: null, lastWorkoutSession: { id: workoutSessionId } }, {}],
  });
});

it('measures, and refuses with the code and the field', async () => {
  const ada = await world.signUp('Ada');
  const record = `mutation ($input: RecordBodyMeasurementInput!) {
    recordBodyMeasurement(input: $input) { bodyMeasurement { kind value unit note photo { id } user { id } } }
  }`;
  const input = { kind: 'BODY_WEIGHT', value: 150, unit: 'POUND', idempotencyKey: uuidv7() };
  expect(await world.ask(ada, record, { input })).toEqual({
    recordBodyMeasurement: {
      bodyMeasurement: {
        kind: 'BODY_WEIGHT',
        value: 68.039,
        unit: 'KILOGRAM',
        note: null,
        photo: null,
        user: { id: ada.id },
      },
    },
  });
  const { errors } = await world.network.graphql('workouts', record, {
    variables: { input: { ...input, value: -1, idempotencyKey: uuidv7() } },
    token: ada.token,
  });
  expect(errors?.[0]?.extensions).toEqual({
    code: 'BAD_USER_INPUT',
    reason: 'INVALID_INPUT',
    fields: [{ path: 'value', message: expect.stringContaining('44.1 to 1102.3') }],
  });
});

/** A day of the week after next, Monday being 1. */
function dayIn(weekday: number): string {
  const monday = Date.UTC(2026, 10, 23);
  const weeks = Math.ceil((Date.now() - monday) / (7 * 24 * 60 * 60_000)) + 1;
  return new Date(monday + (weeks * 7 + weekday - 1) * 24 * 60 * 60_000).toISOString().slice(0, 10);
}
