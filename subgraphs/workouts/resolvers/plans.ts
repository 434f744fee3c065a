import type { Resolvers } from '#gen/graphql/workouts.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import { progressionKinds, setKinds, visibilities } from '../present/enums.ts';
import { contentIn } from './inputs.ts';

/** Plans and what they hold. */
export const planResolvers = {
  Query: {
    workoutPlan: (_parent, { id }, { planById }) => planById.load(id),
    async searchWorkoutPlans(_parent, { text, templatesOnly, ...window }, { plans }) {
      const page = await plans.searchPlans({ text, templatesOnly, page: pageRequestOf(window) });
      return connectionOf(page, ({ plan }) => ({ node: promised(plan) }));
    },
  },

  Mutation: {
    async createWorkoutPlan(_parent, { input: { weeks, ...input } }, { plans }) {
      const tutorialFileIds = input.tutorialFileIds ?? [];
      const held = { content: contentIn(weeks), tutorialFileIds };
      const { plan } = await plans.createWorkoutPlan({ ...input, ...held });
      return { plan: promised(plan) };
    },
    async updateWorkoutPlan(_parent, { input }, { plans }) {
      const { planId, expectedVersion, weeks, tutorialFileIds, ...same } = input;
      const changes = { content: { weeks }, tutorials: { fileIds: tutorialFileIds }, ...same };
      const { plan } = await plans.updateWorkoutPlan({
        ...{ planId, expectedVersion },
        ...changesOf(changes),
        content: contentIn(weeks ?? []),
        tutorials: { fileIds: [...(tutorialFileIds ?? [])] },
      });
      return { plan: promised(plan) };
    },
    async updateWorkoutPlanSharing(_parent, { input }, { plans }) {
      const { planId, ...changes } = input;
      const visibility = visibilities.valueOf(changes.visibility);
      const { plan } = await plans.updateWorkoutPlanSharing({ planId, ...changesOf(changes), visibility });
      return { plan: promised(plan) };
    },
    async copyWorkoutPlan(_parent, { input }, { plans }) {
      const { plan } = await plans.copyWorkoutPlan(input);
      return { plan: promised(plan) };
    },
    async archiveWorkoutPlan(_parent, { input }, { plans }) {
      const { plan } = await plans.archiveWorkoutPlan(input);
      return { plan: promised(plan) };
    },
  },

  WorkoutPlan: {
    __resolveReference: ({ id }, { planById }) => planById.load(id),
    owner: ({ ownerId }) => stubOf(ownerId),
    newestVersion: ({ versionId }, _arguments, { planVersionById }) => planVersionById.load(versionId),
    visibility: ({ visibility }) => visibilities.requiredNameOf(visibility),
    copiedFrom: ({ copiedFromId }, _arguments, { planById }) =>
      copiedFromId === undefined ? null : planById.load(copiedFromId),
    createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    updatedAt: ({ updatedAt }) => requiredDateOf(updatedAt),
    archived: ({ archivedAt }) => archivedAt !== null,
  },

  WorkoutPlanVersion: {
    __resolveReference: ({ id }, { planVersionById }) => planVersionById.load(id),
    plan: ({ planId }, _arguments, { planById }) => planById.load(planId),
    tutorials: ({ tutorialFileIds }) => tutorialFileIds.map((id) => ({ id })),
    weeks: ({ content }) => promised(content).weeks,
    createdAt: ({ createdAt }) => requiredDateOf(createdAt),
  },

  WorkoutPlanExercise: {
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
  },

  WorkoutPlanSet: { kind: ({ kind }) => setKinds.requiredNameOf(kind) },

  WorkoutProgression: { kind: ({ kind }) => progressionKinds.requiredNameOf(kind) },
} satisfies Resolvers;
