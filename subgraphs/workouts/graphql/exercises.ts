import type { Resolvers } from '#gen/graphql/workouts.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { categories, equipment, measures, muscles } from '../rpc/present/enums.ts';

/** Exercises: the catalogue, and people's own. */
export const exerciseResolvers = {
  Query: {
    exercise: (_parent, { id }, { exerciseById }) => exerciseById.load(id),
    async searchExercises(_parent, { text, category, ownOnly, ...sought }, { exercises }) {
      const page = await exercises.searchExercises({
        text,
        muscles: sought.muscles?.map(muscles.valueOf) ?? [],
        equipment: sought.equipment?.map(equipment.valueOf) ?? [],
        category: categories.valueOf(category),
        ownOnly,
        page: pageRequestOf(sought),
      });
      return connectionOf(page, ({ exercise }) => ({ node: promised(exercise) }));
    },
  },

  Mutation: {
    async createExercise(_parent, { input }, { exercises }) {
      const { exercise } = await exercises.createExercise({
        ...input,
        category: categories.valueOf(input.category),
        equipment: input.equipment.map(equipment.valueOf),
        primaryMuscles: input.primaryMuscles.map(muscles.valueOf),
        secondaryMuscles: (input.secondaryMuscles ?? []).map(muscles.valueOf),
        measure: measures.valueOf(input.measure),
        videoUrl: input.videoUrl && String(input.videoUrl),
      });
      return { exercise: promised(exercise) };
    },
    async updateExercise(_parent, { input }, { exercises }) {
      const { exerciseId, expectedVersion, ...changes } = input;
      const { exercise } = await exercises.updateExercise({
        ...{ exerciseId, expectedVersion },
        ...changesOf({ ...changes, videoUrl: changes.videoUrl && String(changes.videoUrl) }),
        category: categories.valueOf(changes.category),
        equipment: changes.equipment?.map(equipment.valueOf) ?? [],
        muscles: {
          primaryMuscles: changes.muscles?.primaryMuscles?.map(muscles.valueOf) ?? [],
          secondaryMuscles: changes.muscles?.secondaryMuscles?.map(muscles.valueOf) ?? [],
        },
      });
      return { exercise: promised(exercise) };
    },
    async archiveExercise(_parent, { input }, { exercises }) {
      const { exercise } = await exercises.archiveExercise(input);
      return { exercise: promised(exercise) };
    },
  },

  Exercise: {
    __resolveReference: ({ id }, { exerciseById }) => exerciseById.load(id),
    owner: ({ ownerId }) => stubOf(ownerId),
    category: ({ category }) => categories.requiredNameOf(category),
    equipment: (exercise) => exercise.equipment.map(equipment.requiredNameOf),
    primaryMuscles: ({ primaryMuscles }) => primaryMuscles.map(muscles.requiredNameOf),
    secondaryMuscles: ({ secondaryMuscles }) => secondaryMuscles.map(muscles.requiredNameOf),
    measure: ({ measure }) => measures.requiredNameOf(measure),
    video: ({ videoFileId }) => stubOf(videoFileId),
    archived: ({ archivedAt }) => archivedAt !== null,
  },
} satisfies Resolvers;
