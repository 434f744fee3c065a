import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesService } from '#platform/attachments/attach-file.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { doorNames, squatDay, startWorld, type World } from './world.ts';

let world: World;
let trainer: Person;
let client: Person;
let stranger: Person;

beforeAll(async () => {
  world = await startWorld('files');
  trainer = await world.signUpTrainer('Trainer');
  [client, stranger] = (await Promise.all(['Client', 'Stranger'].map((name) => world.signUp(name)))) as [
    Person,
    Person,
  ];
});

afterAll(() => world?.close());

function filesOf({ token }: Person) {
  const [door] = world.network.doors;
  if (door === undefined) throw new Error('The network has no door.');
  return door.client(filesService, token);
}

async function idsSeenBy(person: Person, id: string): Promise<string[]> {
  const { files } = await filesOf(person).batchGetFiles({ ids: [id] });
  return files.map((file) => file.id);
}

/** A picture of somebody's that can be used. */
async function upload(
  person: Person,
  purpose: 'FILE_PURPOSE_TUTORIAL' | 'FILE_PURPOSE_MEASUREMENT',
): Promise<string> {
  const background = { r: 90, g: 90, b: 90 };
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .png()
    .toBuffer();
  const { file, upload: announced } = await filesOf(person).startUpload({
    name: 'photo.png',
    purpose,
    contentType: 'image/png',
    sizeBytes: String(bytes.length),
    method: 'UPLOAD_METHOD_DIRECT',
    idempotencyKey: uuidv7(),
  });
  const fileId = file?.id ?? '';
  const headers = { 'content-type': 'image/png' };
  await fetch(announced?.url ?? '', { method: 'PUT', headers, body: new Uint8Array(bytes) });
  await filesOf(person).completeUpload({ fileId });
  return fileId;
}

const weight = {
  kind: 'MEASUREMENT_KIND_BODY_WEIGHT',
  value: 70,
  unit: 'MEASUREMENT_UNIT_KILOGRAM',
} as const;

describe('a picture beside a measurement', () => {
  it('is there for whoever may see the measurement, until the grant is taken back', async () => {
    const photoFileId = await upload(client, 'FILE_PURPOSE_MEASUREMENT');
    const recorded = await world
      .as(client)
      .measurements.recordMeasurement({ ...weight, photoFileId, idempotencyKey: uuidv7() });
    expect(recorded.measurement?.photoFileId).toBe(photoFileId);
    expect(await idsSeenBy(trainer, photoFileId)).toEqual([]);
    await world.grant(trainer, client, ['MEASUREMENTS']);
    expect(await idsSeenBy(trainer, photoFileId)).toEqual([photoFileId]);
    expect(await idsSeenBy(stranger, photoFileId)).toEqual([]);
    await world.grant(trainer, client, []);
    expect(await idsSeenBy(trainer, photoFileId)).toEqual([]);
  });

  it.each(doorNames)('must be one’s own, and for measurements (%s)', async (door) => {
    for (const photoFileId of [
      await upload(stranger, 'FILE_PURPOSE_MEASUREMENT'),
      await upload(client, 'FILE_PURPOSE_TUTORIAL'),
      uuidv7(),
    ]) {
      const request = { ...weight, photoFileId, idempotencyKey: uuidv7() };
      const refusal = await refusalOf(world.as(client, door).measurements.recordMeasurement(request));
      expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'photoFileId' }] });
    }
  });
});

it('what shows an exercise is there for whoever may see the exercise', async () => {
  const videoFileId = await upload(trainer, 'FILE_PURPOSE_TUTORIAL');
  const { exercise } = await world.as(trainer).exercises.createExercise({
    name: 'Squat to a box',
    category: 'EXERCISE_CATEGORY_STRENGTH',
    equipment: ['EQUIPMENT_BARBELL'],
    primaryMuscles: ['MUSCLE_QUADRICEPS'],
    measure: 'EXERCISE_MEASURE_REPS_AND_LOAD',
    videoFileId,
    idempotencyKey: uuidv7(),
  });
  const exerciseId = exercise?.id ?? '';
  expect(await idsSeenBy(client, videoFileId)).toEqual([]);
  const content = structuredClone(squatDay);
  for (const day of content.weeks?.flatMap(({ days }) => days ?? []) ?? []) {
    for (const planned of day.exercises ?? []) planned.exerciseId = exerciseId;
  }
  const { id } = await world.plan(trainer, content);
  const sharing = { planId: id, visibility: 'PLAN_VISIBILITY_PUBLIC' } as const;
  await world.as(trainer).plans.updateWorkoutPlanSharing(sharing);
  expect(await idsSeenBy(client, videoFileId)).toEqual([videoFileId]);
});
