import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogueId } from '../store/catalogue.ts';
import { squats, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

it('answers entities that the viewer may see, and null for all else', async () => {
  const [ada, stranger] = [await world.signUp('Ada'), await world.signUp('Mallory')];
  const workoutSessionId = await world.train(ada, [squats(5, 100)]);
  const of = [
    { __typename: 'WorkoutSession', id: workoutSessionId },
    { __typename: 'Exercise', id: catalogueId('back-squat') },
    { __typename: 'WorkoutSession', id: uuidv7() },
    { __typename: 'User', id: ada.id },
    { __typename: 'Viewer', id: ada.id },
  ];
  const entities = `query ($of: [_Any!]!) { _entities(representations: $of) {
    __typename
    ... on WorkoutSession { title }
    ... on Exercise { name }
    ... on User { workoutSessions { nodes { title } } workoutWeeks(first: 1) { sessionCount } weightTrend { lastKg } }
    ... on Viewer { workoutPlans { nodes { name } } }
  } }`;
  const exercise = { __typename: 'Exercise', name: 'Back Squat' };
  expect(await world.ask(ada, entities, { of })).toEqual({
    _entities: [
      { __typename: 'WorkoutSession', title: 'Workout' },
      exercise,
      null,
      {
        __typename: 'User',
        workoutSessions: { nodes: [{ title: 'Workout' }] },
        workoutWeeks: [{ sessionCount: 1 }],
        weightTrend: null,
      },
      { __typename: 'Viewer', workoutPlans: { nodes: [] } },
    ],
  });
  expect(await world.ask(stranger, entities, { of })).toEqual({
    _entities: [
      null,
      exercise,
      null,
      { __typename: 'User', workoutSessions: null, workoutWeeks: null, weightTrend: null },
      null,
    ],
  });
});

it('reads each thing again by its id, in whatever letters, for whoever may see it', async () => {
  const [ada, stranger] = [await world.signUp('Ada'), await world.signUp('Mallory')];
  const { measurements, progress } = world.as(ada);
  await world.train(ada, [squats(5, 100)]);
  const { pages } = await progress.batchListPersonalRecords({ userIds: [ada.id] });
  const { bodyMeasurement } = await measurements.recordBodyMeasurement({
    ...{ kind: 'BODY_MEASUREMENT_KIND_BODY_FAT', value: 20, unit: 'BODY_MEASUREMENT_UNIT_PERCENT' },
    idempotencyKey: 'fat',
  });
  const { newestVersionId } = await world.plan(ada);
  const ids = {
    record: pages[0]?.edges[0]?.personalRecord?.id.toUpperCase(),
    measurement: bodyMeasurement?.id.toUpperCase(),
    version: newestVersionId.toUpperCase(),
  };
  const query = `query ($record: ID!, $measurement: ID!, $version: ID!) {
    personalRecord(id: $record) { user { id } } bodyMeasurement(id: $measurement) { value }
    workoutPlanVersion(id: $version) { number }
  }`;
  expect(await world.ask(ada, query, ids)).toEqual({
    personalRecord: { user: { id: ada.id } },
    bodyMeasurement: { value: 20 },
    workoutPlanVersion: { number: 1 },
  });
  const nothing = { personalRecord: null, bodyMeasurement: null, workoutPlanVersion: null };
  expect(await world.ask(stranger, query, ids)).toEqual(nothing);
});

it('a cursor that is asked of several lists is found wrong by its argument', async () => {
  const [ada, grace] = [await world.signUp('Ada'), await world.signUp('Grace')];
  await world.train(ada, [squats(5, 100)]);
  const { pages } = await world.as(ada).sessions.batchListWorkoutSessions({ userIds: [ada.id] });
  const query = `query ($of: [_Any!]!, $after: String) { _entities(representations: $of) {
    ... on User { workoutSessions(after: $after) { nodes { id } } }
  } }`;
  const of = [ada, grace].map(({ id }) => ({ __typename: 'User', id }));
  const { errors } = await world.network.graphql('workouts', query, {
    variables: { of, after: pages[0]?.edges[0]?.cursor },
    token: ada.token,
  });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'after' }] });
});
