import { z } from 'zod';
import { ExerciseCategory } from '#gen/proto/fitme/workouts/v1/ExerciseCategory.ts';
import { ExerciseEquipment } from '#gen/proto/fitme/workouts/v1/ExerciseEquipment.ts';
import { ExerciseMeasure } from '#gen/proto/fitme/workouts/v1/ExerciseMeasure.ts';
import type { ExercisesServiceDefinition } from '#gen/proto/fitme/workouts/v1/ExercisesService.ts';
import { Muscle } from '#gen/proto/fitme/workouts/v1/Muscle.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { httpsUrl, id, idempotencyKey, ids, optionalText, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { eachOnce, named } from './fields.ts';

const name = text(80, 'A name');
const instructions = optionalText(4_000, 'Instructions');
const category = named(ExerciseCategory, 'Name what the exercise is for.');
const oneEquipment = named(ExerciseEquipment, 'Name equipment of the contract; BODYWEIGHT for none.');
const oneMuscle = named(Muscle, 'Name a muscle of the contract.');
const someEquipment = eachOnce(oneEquipment, { least: 1, most: 5, what: 'equipment' });
const muscles = {
  primaryMuscles: eachOnce(oneMuscle, { least: 1, most: 6, what: 'muscles' }),
  secondaryMuscles: eachOnce(oneMuscle, { least: 0, most: 10, what: 'muscles' }),
};

/** What of an exercise can be changed, and what it must hold then; null for none. */
export const changeableExercise = z.object({
  name,
  instructions: instructions.nullable(),
  category,
  equipment: someEquipment,
  muscles: z.object(muscles, 'takes the muscles that work').superRefine(apart),
  videoUrl: httpsUrl.nullable(),
  videoFileId: id.nullable(),
});

/** What requests must hold beyond their proto types. */
export const exerciseRequests: RequestSchemas<ExercisesServiceDefinition> = {
  CreateExercise: z
    .object({
      name,
      instructions: instructions.optional(),
      category,
      equipment: someEquipment,
      ...muscles,
      measure: named(ExerciseMeasure, 'Name what is written down of a set.'),
      videoUrl: httpsUrl.optional(),
      videoFileId: id.optional(),
      idempotencyKey,
    })
    .superRefine(apart),
  UpdateExercise: z.object({
    exerciseId: id,
    expectedVersion: z.int().min(1, 'takes the version that you have read'),
    updateMask,
    ...{ equipment: changedPart, muscles: changedPart },
  }),
  ArchiveExercise: z.object({ exerciseId: id }),
  BatchGetExercises: z.object({ ids: ids(1_000) }),
  SearchExercises: z.object({
    text: optionalText(80, 'A search').optional(),
    muscles: eachOnce(oneMuscle, { least: 0, most: 20, what: 'muscles' }),
    equipment: eachOnce(oneEquipment, { least: 0, most: 20, what: 'equipment' }),
    category: z.enum(ExerciseCategory),
    ownOnly: z.boolean(),
    page: pageRequest,
  }),
};

function apart(
  { primaryMuscles, secondaryMuscles }: { primaryMuscles: string[]; secondaryMuscles: string[] },
  context: z.RefinementCtx,
): void {
  if (!secondaryMuscles.some((muscle) => primaryMuscles.includes(muscle))) return;
  const message = 'A muscle is primary or secondary, not both.';
  context.addIssue({ code: 'custom', path: ['secondaryMuscles'], message });
}
