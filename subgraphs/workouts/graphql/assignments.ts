import type { Resolvers } from '#gen/graphql/workouts.ts';
import { connectionOf } from '#platform/graphql/connections.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { assignmentStates } from '../rpc/present/enums.ts';

/** Who follows what, and how far they are. */
export const assignmentResolvers = {
  Query: {
    workoutAssignment: (_parent, { id }, { assignmentById }) => assignmentById.load(id),
  },

  Mutation: {
    async assignWorkoutPlan(_parent, { input }, { assignments }) {
      const startsOn = dayIn(input.startsOn);
      const { workoutAssignment } = await assignments.assignWorkoutPlan({ ...input, startsOn });
      return { workoutAssignment: promised(workoutAssignment) };
    },
    async followWorkoutPlan(_parent, { input }, { assignments }) {
      const startsOn = dayIn(input.startsOn);
      const { workoutAssignment } = await assignments.followWorkoutPlan({ ...input, startsOn });
      return { workoutAssignment: promised(workoutAssignment) };
    },
    async moveWorkoutAssignment(_parent, { input }, { assignments }) {
      const { workoutAssignment } = await assignments.moveWorkoutAssignment(input);
      return { workoutAssignment: promised(workoutAssignment) };
    },
    async endWorkoutAssignment(_parent, { input }, { assignments }) {
      const { workoutAssignment } = await assignments.endWorkoutAssignment(input);
      return { workoutAssignment: promised(workoutAssignment) };
    },
  },

  WorkoutAssignment: {
    __resolveReference: ({ id }, { assignmentById }) => assignmentById.load(id),
    plan: ({ workoutPlanId }, _arguments, { planById }) => planById.load(workoutPlanId),
    version: ({ workoutPlanVersionId }, _arguments, { planVersionById }) =>
      planVersionById.load(workoutPlanVersionId),
    user: ({ userId }) => ({ id: userId }),
    assignedBy: ({ assignedById }) => stubOf(assignedById),
    state: ({ state }) => assignmentStates.requiredNameOf(state),
    async days({ id }, { pendingOnly, ...window }, { daysOf }) {
      const page = await daysOf(window, { pendingOnly }).load(id);
      return page && connectionOf(page, ({ plannedWorkoutDay }) => ({ node: promised(plannedWorkoutDay) }));
    },
    prescription: ({ id }, day, { prescriptionOf }) => prescriptionOf(day).load(id),
    createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    endedAt: ({ endedAt }) => dateOf(endedAt),
  },

  PlannedWorkoutDay: {
    session: ({ workoutSessionId }, _arguments, { sessionById }) =>
      workoutSessionId === undefined ? null : sessionById.load(workoutSessionId),
  },

  PrescribedWorkoutExercise: {
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
  },

  PrescribedWorkoutSet: {
    planned: ({ planned }) => promised(planned),
  },
} satisfies Resolvers;
