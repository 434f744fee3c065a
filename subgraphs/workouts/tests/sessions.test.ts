import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timestampOf } from '#platform/service/timestamps.ts';
import { refusalOf } from '#tests/refusal.ts';
import { catalogueId } from '../store/catalogue.ts';
import { doorNames, squats, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

describe.each(doorNames)('a session through %s', (door) => {
  async function start(name = 'Ada') {
    const person = await world.signUp(name);
    const { sessions } = world.as(person, door);
    const { workoutSession } = await sessions.startWorkoutSession({ title: 'Legs', idempotencyKey: 'start' });
    return { person, sessions, workoutSessionId: workoutSession?.id ?? '' };
  }

  it('is started, logged set by set, paused, and finished', async () => {
    const { person, sessions, workoutSessionId } = await start();
    const log = (set: object) =>
      sessions.logWorkoutSet({ workoutSessionId, idempotencyKey: uuidv7(), ...squats(5, 100), ...set });
    await log({ kind: 'WORKOUT_SET_KIND_WARM_UP', reps: 10, loadKg: 20 });
    await log({ rpe: 8.5 });
    const { workoutSet, workoutSession } = await log({ reps: 6, loadKg: 102.5 });
    expect(workoutSet).toMatchObject({
      position: 3,
      reps: 6,
      loadKg: 102.5,
      kind: 'WORKOUT_SET_KIND_WORKING',
    });
    expect(workoutSet).not.toHaveProperty('distanceM');
    expect(workoutSession).toMatchObject({
      state: 'WORKOUT_SESSION_STATE_ACTIVE',
      setCount: 2,
      volumeKg: 1_115,
    });

    const corrected = await sessions.updateWorkoutSet({ workoutSetId: workoutSet?.id ?? '', reps: 5 });
    expect(corrected.workoutSet).toMatchObject({ reps: 5, loadKg: 102.5 });
    expect(corrected.workoutSession?.volumeKg).toBe(1_012.5);
    const { workoutSet: slip } = await log({ reps: 1, loadKg: 200 });
    const without = await sessions.deleteWorkoutSet({ workoutSetId: slip?.id ?? '' });
    expect(without.workoutSession).toMatchObject({ setCount: 2, volumeKg: 1_012.5 });

    expect((await sessions.pauseWorkoutSession({ workoutSessionId })).workoutSession?.state).toBe(
      'WORKOUT_SESSION_STATE_PAUSED',
    );
    await sessions.pauseWorkoutSession({ workoutSessionId });
    expect((await sessions.resumeWorkoutSession({ workoutSessionId })).workoutSession?.state).toBe(
      'WORKOUT_SESSION_STATE_ACTIVE',
    );

    const finished = await sessions.finishWorkoutSession({ workoutSessionId, note: 'Good.' });
    expect(finished.workoutSession).toMatchObject({
      state: 'WORKOUT_SESSION_STATE_FINISHED',
      note: 'Good.',
      title: 'Legs',
    });
    expect(await sessions.finishWorkoutSession({ workoutSessionId })).toEqual(finished);
    const { pages } = await sessions.batchListWorkoutSets({ workoutSessionIds: [workoutSessionId] });
    expect(pages[0]?.edges.map(({ workoutSet: done }) => done?.position)).toEqual([1, 2, 3]);
    expect(await world.logOf(`workouts.person.${person.id}`)).toEqual([
      'session-started',
      ...Array(8).fill('session-changed'),
      'session-finished',
    ]);
  });

  it('is one at a time, and the same for the same key', async () => {
    const { sessions, workoutSessionId } = await start();
    const again = await sessions.startWorkoutSession({ title: 'Legs', idempotencyKey: 'start' });
    expect(again.workoutSession?.id).toBe(workoutSessionId);
    const refusal = await refusalOf(sessions.startWorkoutSession({ idempotencyKey: 'other' }));
    expect(refusal).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining(workoutSessionId),
    });
  });

  it('given up, counts for nothing', async () => {
    const { person, sessions, workoutSessionId } = await start();
    await sessions.logWorkoutSet({ workoutSessionId, idempotencyKey: 'set', ...squats(5, 100) });
    await sessions.abandonWorkoutSession({ workoutSessionId });
    await sessions.abandonWorkoutSession({ workoutSessionId });
    const refusal = await refusalOf(sessions.finishWorkoutSession({ workoutSessionId }));
    expect(refusal.code).toBe('FAILED_PRECONDITION');
    const { pages } = await world
      .as(person, door)
      .progress.batchListPersonalRecords({ userIds: [person.id] });
    expect(pages).toMatchObject([{ userId: person.id, edges: [] }]);
    const totals = await (await world.asService(door)).progress.batchGetWorkoutSessionTotals({
      workoutSessionIds: [workoutSessionId],
    });
    expect(totals.totals).toEqual([]);
  });

  const minute = 60_000;
  /** The session that refuses all of these. */
  let open: ReturnType<typeof start> | undefined;
  it.each([
    ['a negative load', 'loadKg', { loadKg: -1 }],
    ['more than a person lifts', 'loadKg', { loadKg: 1_001 }],
    ['no repetition', 'reps', { reps: 0 }],
    ['an RPE of 11', 'rpe', { rpe: 11 }],
    ['an RPE of 7.3', 'rpe', { rpe: 7.3 }],
    ['a set for nothing', 'kind', { kind: 'WORKOUT_SET_KIND_UNSPECIFIED' }],
    ['a distance of a lift', 'distanceM', { distanceM: 10 }],
    ['an exercise that is none', 'exerciseId', { exerciseId: uuidv7() }],
    ['a set before its session', 'doneAt', { doneAt: timestampOf(Date.now() - 60 * minute) }],
    ['a set in the future', 'doneAt', { doneAt: timestampOf(Date.now() + 60 * minute) }],
  ])('refuses %s with the field', async (_what, path, change) => {
    open ??= start();
    const { sessions, workoutSessionId } = await open;
    const set = { workoutSessionId, idempotencyKey: 'set', ...squats(5, 100), ...change };
    const refusal = await refusalOf(sessions.logWorkoutSet(set as never));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path }] });
  });

  it('refuses an end before its start, before its last set, and in the future', async () => {
    const person = await world.signUp('Ada');
    const { sessions } = world.as(person, door);
    const startedAt = Date.now() - 60 * minute;
    const { workoutSession } = await sessions.startWorkoutSession({
      startedAt: timestampOf(startedAt),
      idempotencyKey: 'start',
    });
    const workoutSessionId = workoutSession?.id ?? '';
    const nothing = await refusalOf(sessions.finishWorkoutSession({ workoutSessionId }));
    expect(nothing).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('log a set'),
    });
    const doneAt = timestampOf(startedAt + 30 * minute);
    await sessions.logWorkoutSet({ workoutSessionId, idempotencyKey: 'set', ...squats(5, 100), doneAt });
    for (const endedAt of [startedAt - minute, startedAt + 10 * minute, Date.now() + 10 * minute]) {
      const refusal = await refusalOf(
        sessions.finishWorkoutSession({ workoutSessionId, endedAt: timestampOf(endedAt) }),
      );
      expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'endedAt' }] });
    }
    const late = await refusalOf(
      sessions.startWorkoutSession({
        startedAt: timestampOf(Date.now() - 40 * 24 * 60 * minute),
        idempotencyKey: 'late',
      }),
    );
    expect(late).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'startedAt' }] });
  });

  it("is nobody else's to see or to change", async () => {
    const { person, workoutSessionId } = await start();
    const stranger = await world.signUp('Mallory');
    const { sessions } = world.as(stranger, door);
    expect((await sessions.batchGetWorkoutSessions({ ids: [workoutSessionId] })).workoutSessions).toEqual([]);
    expect((await sessions.batchListWorkoutSessions({ userIds: [person.id] })).pages).toEqual([]);
    expect((await sessions.batchListWorkoutSets({ workoutSessionIds: [workoutSessionId] })).pages).toEqual(
      [],
    );
    const set = { workoutSessionId, idempotencyKey: 'set', ...squats(5, 100) };
    expect(await refusalOf(sessions.logWorkoutSet(set))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(sessions.finishWorkoutSession({ workoutSessionId }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

it('two who start at once get one session', async () => {
  const person = await world.signUp('Ada');
  const { sessions } = world.as(person);
  const outcomes = await Promise.allSettled(
    ['one', 'two', 'three'].map((idempotencyKey) => sessions.startWorkoutSession({ idempotencyKey })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('counts what each exercise counts', async () => {
  const person = await world.signUp('Ada');
  const workoutSessionId = await world.train(person, [
    { exerciseId: catalogueId('plank'), kind: 'WORKOUT_SET_KIND_WORKING', durationSeconds: 90 },
    {
      exerciseId: catalogueId('running'),
      kind: 'WORKOUT_SET_KIND_WORKING',
      distanceM: 5_000.5,
      durationSeconds: 1_500,
    },
    { exerciseId: catalogueId('pull-up'), kind: 'WORKOUT_SET_KIND_WORKING', reps: 8 },
  ]);
  const { pages } = await world
    .as(person)
    .sessions.batchListWorkoutSets({ workoutSessionIds: [workoutSessionId] });
  expect(
    pages[0]?.edges.map(({ workoutSet }) => [
      workoutSet?.reps,
      workoutSet?.durationSeconds,
      workoutSet?.distanceM,
    ]),
  ).toEqual([
    [undefined, 90, undefined],
    [undefined, 1_500, 5_000.5],
    [8, undefined, undefined],
  ]);
});
