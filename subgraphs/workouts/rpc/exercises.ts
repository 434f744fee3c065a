import type { ExercisesServiceDefinition } from '#gen/proto/fitme/workouts/v1/ExercisesService.ts';
import { attachFiles, type FilesClient } from '#platform/attachments/attach-files.ts';
import type { CallContext } from '#platform/call.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { changeableExercise } from '../requests/exercises.ts';
import {
  type ExerciseChange,
  type ExerciseRow,
  type ExerciseValues,
  exerciseCursor,
} from '../store/exercises.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { EXERCISE_KIND } from './attachment-kinds.ts';
import { found } from './found.ts';
import { categories, equipment, measures, muscles } from './present/enums.ts';
import { exerciseOf } from './present/exercises.ts';
import { edgesOf } from './present/pages.ts';

/** Which exercises somebody may see. */
export type VisibleExercises = (
  viewerId: string,
  ids: readonly string[],
  signal: AbortSignal,
) => Promise<ExerciseRow[]>;

/** Finds exercises by id that the viewer may see, by themselves or as somebody's trainer. */
export function createVisibleExercises({ exercises }: Store, access: Access): VisibleExercises {
  return async (viewerId, ids, signal) => {
    const own = await exercises.visible(viewerId, ids, signal);
    const through = (left: string[]) => exercises.throughClients(viewerId, left, signal);
    return access.withClients(viewerId, ids, own, through, signal);
  };
}

export interface ExerciseParts {
  store: Store;
  visibleExercises: VisibleExercises;
  files: FilesClient;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** The catalogue, and what people add to it for themselves. */
export function createExerciseHandlers({
  store: { exercises },
  visibleExercises,
  files,
  newId,
}: ExerciseParts): Handlers<ExercisesServiceDefinition> {
  return {
    async CreateExercise(request, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      const values: ExerciseValues = {
        name: request.name.trim(),
        instructions: request.instructions || null,
        category: categories.requiredNameOf(request.category),
        equipment: request.equipment.map(equipment.requiredNameOf),
        primaryMuscles: request.primaryMuscles.map(muscles.requiredNameOf),
        secondaryMuscles: request.secondaryMuscles.map(muscles.requiredNameOf),
        measure: measures.requiredNameOf(request.measure),
        videoUrl: request.videoUrl ?? null,
        videoFileId: request.videoFileId ?? null,
      };
      const subjectId = newId();
      const admit = () => attachVideo(ownerId, subjectId, values.videoFileId, call);
      const key = { key: request.idempotencyKey, request, admit };
      return present(await exercises.create(ownerId, { id: subjectId, ...values }, key), call);
    },

    async UpdateExercise(request, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      const { exerciseId, expectedVersion } = request;
      const stored = found(await exercises.own(ownerId, exerciseId, call.signal), 'exercise of yours');
      const change = changeOf(stored, request);
      // A video that stays may be gone from the files by now.
      const added = change.videoFileId === stored.videoFileId ? null : change.videoFileId;
      await attachVideo(ownerId, exerciseId, added, call);
      await exercises.update(ownerId, exerciseId, expectedVersion, change);
      return present(exerciseId, call);
    },

    async ArchiveExercise({ exerciseId }, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      await exercises.archive(ownerId, exerciseId);
      return present(exerciseId, call);
    },

    async BatchGetExercises({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { exercises: (await visibleExercises(viewerId, ids, signal)).map(exerciseOf) };
    },

    async SearchExercises(request, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const { text = '', ownOnly, page } = request;
      const search = {
        viewerId,
        text,
        ownOnly,
        muscles: request.muscles.map(muscles.requiredNameOf),
        equipment: request.equipment.map(equipment.requiredNameOf),
        category: categories.nameOf(request.category),
        window: windowOf(page, exerciseCursor),
      };
      return edgesOf(await exercises.search(search, signal), 'exercise', exerciseOf);
    },
  };

  function attachVideo(
    ownerId: string,
    subjectId: string,
    fileId: string | null,
    call: CallContext,
  ): Promise<void> {
    const fileIds = fileId === null ? [] : [fileId];
    const exercise = { ownerId, subjectKind: EXERCISE_KIND, subjectId, fileIds };
    return attachFiles(files, exercise, 'videoFileId', call);
  }

  async function present(id: string, { viewer, signal }: CallContext) {
    const rows = await visibleExercises(requirePerson(viewer).id, [id], signal);
    return { exercise: exerciseOf(found(rows, 'exercise')) };
  }
}

type UpdateRequest = Parameters<Handlers<ExercisesServiceDefinition>['UpdateExercise']>[0];

/** All that can be changed of an exercise, as a request leaves it. */
function changeOf(stored: ExerciseRow, request: UpdateRequest): ExerciseChange {
  const { primaryMuscles, secondaryMuscles, ...same } = exerciseOf(stored);
  const { instructions, videoUrl, videoFileId } = stored;
  const nullable = { instructions, videoUrl, videoFileId };
  const before = { ...same, ...nullable, muscles: { primaryMuscles, secondaryMuscles } };
  const { name, category, muscles: working, ...exercise } = changed(changeableExercise, before, request);
  return {
    ...exercise,
    name: name.trim(),
    instructions: exercise.instructions || null,
    category: categories.requiredNameOf(category),
    equipment: exercise.equipment.map(equipment.requiredNameOf),
    primaryMuscles: working.primaryMuscles.map(muscles.requiredNameOf),
    secondaryMuscles: working.secondaryMuscles.map(muscles.requiredNameOf),
  };
}
