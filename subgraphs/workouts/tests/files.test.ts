import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesService } from '#platform/attachments/attach-files.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { squatDay, startWorld, type World } from './world.ts';

let world: World;
let picture: Buffer;

beforeAll(async () => {
  world = await startWorld('files');
  const create = { width: 8, height: 8, channels: 3, background: 'teal' } as const;
  picture = await sharp({ create }).png().toBuffer();
});

afterAll(() => world?.close());

function filesAs({ token }: Person) {
  const [door] = world.network.doors;
  if (door === undefined) throw new Error('The network has no door.');
  return door.client(filesService, token);
}

/** The id of a picture that can be attached. */
async function upload(
  person: Person,
  purpose: 'FILE_PURPOSE_TUTORIAL' | 'FILE_PURPOSE_MEASUREMENT',
): Promise<string> {
  const files = filesAs(person);
  const { file, fileUpload: place } = await files.startFileUpload({
    name: 'picture.png',
    purpose,
    contentType: 'image/png',
    sizeBytes: String(picture.length),
    sha256: createHash('sha256').update(picture).digest('hex'),
    method: 'FILE_UPLOAD_METHOD_DIRECT',
    idempotencyKey: purpose,
  });
  const headers = Object.fromEntries((place?.headers ?? []).map(({ name, value }) => [name, value]));
  await fetch(place?.url ?? '', { method: 'PUT', headers, body: new Uint8Array(picture) });
  await files.completeFileUpload({ fileId: file?.id ?? '' });
  return file?.id ?? '';
}

async function sees(person: Person, fileId: string): Promise<boolean> {
  const { files } = await filesAs(person).batchGetFiles({ ids: [fileId] });
  return files.length === 1;
}

const ownExercise = {
  name: 'Own',
  category: 'EXERCISE_CATEGORY_STRENGTH',
  measure: 'EXERCISE_MEASURE_REPS',
} as const;

it('a tutorial is there for whoever may see its exercise', async () => {
  const [trainer, follower] = [await world.signUpTrainer('Lena'), await world.signUp('Dana')];
  const videoFileId = await upload(trainer, 'FILE_PURPOSE_TUTORIAL');
  const { exercises, plans } = world.as(trainer);
  const { exercise } = await exercises.createExercise({
    ...ownExercise,
    equipment: ['EXERCISE_EQUIPMENT_BODYWEIGHT'],
    primaryMuscles: ['MUSCLE_CHEST'],
    videoFileId,
    idempotencyKey: 'own',
  });
  expect(exercise?.videoFileId).toBe(videoFileId);
  expect([await sees(trainer, videoFileId), await sees(follower, videoFileId)]).toEqual([true, false]);
  const day = {
    name: 'Day',
    exercises: [
      { exerciseId: exercise?.id ?? '', sets: [{ kind: 'WORKOUT_SET_KIND_WORKING' as const, minReps: 5 }] },
    ],
  };
  const { id: workoutPlanId } = await world.plan(trainer, { weeks: [{ days: [day] }] });
  await plans.updateWorkoutPlanSharing({
    workoutPlanId,
    visibility: 'WORKOUT_PLAN_VISIBILITY_PUBLIC',
    template: true,
  });
  expect(await sees(follower, videoFileId)).toBe(true);
});

it('a plan carries tutorials version by version, for whoever may see one of these', async () => {
  const [trainer, client, other] = [
    await world.signUpTrainer('Lena'),
    await world.signUp('Dana'),
    await world.signUp('Mallory'),
  ];
  const fileId = await upload(client, 'FILE_PURPOSE_TUTORIAL');
  const { plans, assignments } = world.as(client);
  const stolen = { name: 'Plan', ...squatDay, tutorialFileIds: [fileId], idempotencyKey: 'plan' };
  expect(await refusalOf(world.as(other).plans.createWorkoutPlan(stolen))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    fields: [{ path: 'tutorialFileIds' }],
  });
  const { workoutPlan } = await plans.createWorkoutPlan(stolen);
  const workoutPlanId = workoutPlan?.id ?? '';
  await assignments.followWorkoutPlan({ workoutPlanId, idempotencyKey: 'follow' });
  const without = { workoutPlanId, expectedVersion: 1, updateMask: { paths: ['tutorial_file_ids'] } };
  const { workoutPlan: newest } = await plans.updateWorkoutPlan(without);
  const ids = [workoutPlan?.newestVersionId ?? '', newest?.newestVersionId ?? ''];
  const { workoutPlanVersions: versions } = await plans.batchGetWorkoutPlanVersions({ ids });
  expect(new Map(versions.map(({ number, tutorialFileIds }) => [number, tutorialFileIds]))).toEqual(
    new Map([
      [1, [fileId]],
      [2, []],
    ]),
  );
  const seen = async () => [
    await sees(client, fileId),
    await sees(trainer, fileId),
    await sees(other, fileId),
  ];
  expect(await seen()).toEqual([true, false, false]);
  await world.grant(trainer, client, ['WORKOUTS']);
  expect(await seen()).toEqual([true, true, false]);
  const { workoutPlan: copy } = await plans.copyWorkoutPlan({ workoutPlanId, idempotencyKey: 'copy' });
  expect(copy?.copiedFromId).toBe(workoutPlanId);
});

it('a picture of a body is there for the person, and for trainers whom they let see measurements', async () => {
  const [trainer, client] = [await world.signUpTrainer('Lena'), await world.signUp('Dana')];
  const photoFileId = await upload(client, 'FILE_PURPOSE_MEASUREMENT');
  const weight = {
    kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
    value: 70,
    unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM',
    photoFileId,
    idempotencyKey: 'weight',
  } as const;
  const stolen = await refusalOf(world.as(trainer).measurements.recordBodyMeasurement(weight));
  expect(stolen).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'photoFileId' }] });
  await world.as(client).measurements.recordBodyMeasurement(weight);
  await world.grant(trainer, client, ['WORKOUTS']);
  expect([await sees(client, photoFileId), await sees(trainer, photoFileId)]).toEqual([true, false]);
  await world.grant(trainer, client, ['MEASUREMENTS']);
  expect(await sees(trainer, photoFileId)).toBe(true);
});
