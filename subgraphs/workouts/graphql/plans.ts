import type { Resolvers } from '#gen/graphql/workouts.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import { progressionKinds, setKinds, visibilities } from '../rpc/present/enums.ts';
import { weeksIn } from './inputs.ts';

/** Plans and what they hold. */
export const planResolvers = {
  Query: {
    workoutPlan: (_parent, { id }, { planById }) => planById.load(id),
    workoutPlanVersion: (_parent, { id }, { planVersionById }) => planVersionById.load(id),
    async searchWorkoutPlans(_parent, { text, templatesOnly, ...window }, { plans }) {
      const page = await plans.searchWorkoutPlans({ text, templatesOnly, page: pageRequestOf(window) });
      return connectionOf(page, ({ workoutPlan }) => ({ node: promised(workoutPlan) }));
    },
  },

  Mutation: {
    async createWorkoutPlan(_parent, { input }, { plans }) {
      const { workoutPlan } = await plans.createWorkoutPlan({ ...input, weeks: weeksIn(input.weeks) });
      return { workoutPlan: promised(workoutPlan) };
    },
    async updateWorkoutPlan(_parent, { input }, { plans }) {
      const { workoutPlanId, expectedVersion, ...changes } = input;
      const { workoutPlan } = await plans.updateWorkoutPlan({
        ...{ workoutPlanId, expectedVersion },
        ...changesOf(changes),
        weeks: weeksIn(changes.weeks ?? []),
      });
      return { workoutPlan: promised(workoutPlan) };
    },
    async updateWorkoutPlanSharing(_parent, { input }, { plans }) {
      const { workoutPlanId, ...changes } = input;
      const visibility = visibilities.valueOf(changes.visibility);
      const { workoutPlan } = await plans.updateWorkoutPlanSharing({
        workoutPlanId,
        ...changesOf(changes),
        visibility,
      });
      return { workoutPlan: promised(workoutPlan) };
    },
    async copyWorkoutPlan(_parent, { input }, { plans }) {
      const { workoutPlan } = await plans.copyWorkoutPlan(input);
      return { workoutPlan: promised(workoutPlan) };
    },
    async archiveWorkoutPlan(_parent, { input }, { plans }) {
      const { workoutPlan } = await plans.archiveWorkoutPlan(input);
      return { workoutPlan: promised(workoutPlan) };
    },
  },

  WorkoutPlan: {
    __resolveReference: ({ id }, { planById }) => planById.load(id),
    owner: ({ ownerId }) => stubOf(ownerId),
    newestVersion: ({ newestVersionId }, _arguments, { planVersionById }) =>
      planVersionById.load(newestVersionId),
    visibility: ({ visibility }) => visibilities.requiredNameOf(visibility),
    copiedFrom: ({ copiedFromId }, _arguments, { planById }) =>
      copiedFromId === undefined ? null : planById.load(copiedFromId),
    createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    updatedAt: ({ updatedAt }) => requiredDateOf(updatedAt),
    archived: ({ archivedAt }) => archivedAt !== null,
  },

  WorkoutPlanVersion: {
    __resolveReference: ({ id }, { planVersionById }) => planVersionById.load(id),
    plan: ({ workoutPlanId }, _arguments, { planById }) => planById.load(workoutPlanId),
    tutorials: ({ tutorialFileIds }) => tutorialFileIds.map((id) => ({ id })),
    createdAt: ({ createdAt }) => requiredDateOf(createdAt),
  },

  WorkoutPlanExercise: {
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
  },

  WorkoutPlanSet: { kind: ({ kind }) => setKinds.requiredNameOf(kind) },

  WorkoutProgression: { kind: ({ kind }) => progressionKinds.requiredNameOf(kind) },
} satisfies Resolvers;
