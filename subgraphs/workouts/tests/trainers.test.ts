import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveSourceService } from '#platform/events/live-source.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { doorNames, squats, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

describe.each(doorNames)('a trainer through %s', (door) => {
  async function meet(): Promise<[trainer: Person, client: Person]> {
    return [await world.signUpTrainer('Lena'), await world.signUp('Dana')];
  }

  it('sees of a client what they let them, and nothing once they take it back', async () => {
    const [trainer, client] = await meet();
    const workoutSessionId = await world.train(client, [squats(5, 100)]);
    const { bodyMeasurement } = await world.as(client).measurements.recordBodyMeasurement({
      kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
      value: 70,
      unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM',
      idempotencyKey: 'weight',
    });
    const { sessions, progress, measurements, assignments } = world.as(trainer, door);
    const userIds = [client.id];
    const seen = async () => {
      const found = await Promise.all([
        sessions
          .batchGetWorkoutSessions({ ids: [workoutSessionId] })
          .then((answer) => answer.workoutSessions),
        sessions.batchListWorkoutSessions({ userIds }).then((answer) => answer.pages),
        sessions
          .batchListWorkoutSets({ workoutSessionIds: [workoutSessionId] })
          .then((answer) => answer.pages),
        progress.batchListPersonalRecords({ userIds }).then((answer) => answer.pages),
        progress.batchListWorkoutWeeks({ userIds, first: 1 }).then((answer) => answer.users),
        assignments.batchListWorkoutAssignments({ userIds }).then((answer) => answer.pages),
        measurements
          .batchGetBodyMeasurements({ ids: [bodyMeasurement?.id ?? ''] })
          .then((answer) => answer.bodyMeasurements),
        measurements.batchListBodyMeasurements({ userIds }).then((answer) => answer.pages),
        measurements.batchGetLatestBodyMeasurements({ userIds }).then((answer) => answer.users),
        measurements.batchGetWeightTrends({ userIds, days: 30 }).then((answer) => answer.trends),
      ]);
      return found.map(({ length }) => length);
    };
    const [training, body] = [Array(6), Array(4)];
    expect(await seen()).toEqual([...training.fill(0), ...body.fill(0)]);
    await world.grant(trainer, client, ['WORKOUTS']);
    expect(await seen()).toEqual([...training.fill(1), ...body.fill(0)]);
    await world.grant(trainer, client, ['MEASUREMENTS']);
    expect(await seen()).toEqual([...training.fill(0), ...body.fill(1)]);
    await world.grant(trainer, client, []);
    expect(await seen()).toEqual([...training.fill(0), ...body.fill(0)]);
  });

  it('assigns plans to clients who let them, and to nobody else', async () => {
    const [trainer, client] = await meet();
    const { id: workoutPlanId, newestVersionId } = await world.plan(trainer);
    const { assignments, plans } = world.as(trainer, door);
    const request = { workoutPlanId, userId: client.id, note: 'Slowly.', idempotencyKey: 'assign' };
    const refusal = await refusalOf(assignments.assignWorkoutPlan(request));
    expect(refusal).toMatchObject({ code: 'PERMISSION_DENIED', fields: [{ path: 'userId' }] });
    const asClient = world.as(client, door);
    const asMember = await refusalOf(
      asClient.assignments.assignWorkoutPlan({ ...request, userId: trainer.id }),
    );
    expect(asMember.code).toBe('PERMISSION_DENIED');

    await world.grant(trainer, client, ['WORKOUTS']);
    const { workoutAssignment } = await assignments.assignWorkoutPlan(request);
    expect(workoutAssignment).toMatchObject({ userId: client.id, assignedById: trainer.id, note: 'Slowly.' });
    const workoutAssignmentId = workoutAssignment?.id ?? '';
    expect(
      (await asClient.plans.batchGetWorkoutPlanVersions({ ids: [newestVersionId] })).workoutPlanVersions,
    ).toHaveLength(1);
    await plans.updateWorkoutPlan({ workoutPlanId, expectedVersion: 1, name: 'Harder' });
    const moved = await assignments.moveWorkoutAssignment({ workoutAssignmentId });
    expect(moved.workoutAssignment?.workoutPlanVersionId).not.toBe(newestVersionId);

    await world.grant(trainer, client, []);
    expect(await refusalOf(assignments.endWorkoutAssignment({ workoutAssignmentId }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await assignments.assignWorkoutPlan(request).catch((error) => error)).code).toBe('NOT_FOUND');
    const ended = await asClient.assignments.endWorkoutAssignment({ workoutAssignmentId });
    expect(ended.workoutAssignment?.state).toBe('WORKOUT_ASSIGNMENT_STATE_ENDED');
  });

  it('sees the plan and the exercises of what a client does, for as long as they let them', async () => {
    const [trainer, client] = await meet();
    const { exercise } = await world.as(client).exercises.createExercise({
      name: 'Stair run',
      category: 'EXERCISE_CATEGORY_CARDIO',
      equipment: ['EXERCISE_EQUIPMENT_BODYWEIGHT'],
      primaryMuscles: ['MUSCLE_CALVES'],
      measure: 'EXERCISE_MEASURE_DURATION',
      idempotencyKey: 'own',
    });
    const exerciseId = exercise?.id ?? '';
    await world.train(client, [{ exerciseId, kind: 'WORKOUT_SET_KIND_WORKING', durationSeconds: 60 }]);
    const { id: workoutPlanId, newestVersionId } = await world.plan(client);
    await world.as(client).assignments.followWorkoutPlan({ workoutPlanId, idempotencyKey: 'follow' });
    const { exercises, plans } = world.as(trainer, door);
    const seen = async () => [
      (await exercises.batchGetExercises({ ids: [exerciseId] })).exercises.length,
      (await plans.batchGetWorkoutPlans({ ids: [workoutPlanId] })).workoutPlans.length,
      (await plans.batchGetWorkoutPlanVersions({ ids: [newestVersionId] })).workoutPlanVersions.length,
    ];
    expect(await seen()).toEqual([0, 0, 0]);
    await world.grant(trainer, client, ['WORKOUTS']);
    expect(await seen()).toEqual([1, 1, 1]);
    await world.grant(trainer, client, []);
    expect(await seen()).toEqual([0, 0, 0]);
  });

  it('listens to a client, and is named by the event that ends it', async () => {
    const [trainer, client] = await meet();
    const topics = [`workouts.person.${client.id}`, `workouts.measurements.${client.id}`];
    const [training = '', body = ''] = topics;
    expect((await refusalOf(world.authorize(trainer, training, door))).code).toBe('NOT_FOUND');
    await world.grant(trainer, client, ['WORKOUTS', 'MEASUREMENTS']);
    for (const topic of topics) {
      const { fromSeq, toSeq } = await world.authorize(trainer, topic, door);
      expect([fromSeq, toSeq]).toEqual(['1', undefined]);
    }
    await world.grant(trainer, client, ['WORKOUTS']);
    expect((await world.authorize(trainer, training, door)).toSeq).toBeUndefined();
    expect((await refusalOf(world.authorize(trainer, body, door))).code).toBe('NOT_FOUND');
    const source = world.network.doors
      .find(({ name }) => name === door)
      ?.client(liveSourceService, await world.network.serviceToken());
    const page = await source?.read({ topic: body, afterSeq: '0', limit: 10 });
    expect(page?.events.map(({ kind, accessChangedFor }) => [kind, accessChangedFor])).toEqual([
      ['workouts.access-changed', [trainer.id]],
      ['workouts.access-changed', [trainer.id]],
    ]);
    expect((await world.authorize(client, body, door)).toSeq).toBeUndefined();
  });

  it('of nobody is told nothing about people who are not there', async () => {
    const trainer = await world.signUpTrainer('Lena');
    const { sessions } = world.as(trainer, door);
    expect((await sessions.batchListWorkoutSessions({ userIds: [uuidv7()] })).pages).toEqual([]);
  });
});

it('fails closed where it is not known what clients allow, and goes on for oneself', async () => {
  const [trainer, client] = [await world.signUpTrainer('Lena'), await world.signUp('Dana')];
  await world.train(trainer, [squats(5, 100)]);
  await world.grant(trainer, client, ['WORKOUTS']);
  // As where the consumer stands still: its note of how fresh the copy is stays old.
  await world.sql(`
    CREATE FUNCTION old() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.complete_at := '-infinity'; RETURN NEW; END $$;
    CREATE TRIGGER old BEFORE UPDATE ON trainer_grants_freshness FOR EACH ROW EXECUTE FUNCTION old();
    UPDATE trainer_grants_freshness SET complete_at = now()`);
  try {
    const { sessions } = world.as(trainer);
    const refusal = await refusalOf(sessions.batchListWorkoutSessions({ userIds: [client.id] }));
    expect(refusal.code).toBe('UNAVAILABLE');
    expect((await sessions.batchListWorkoutSessions({ userIds: [trainer.id] })).pages[0]?.edges).toHaveLength(
      1,
    );
  } finally {
    await world.sql('DROP FUNCTION old CASCADE');
  }
});
