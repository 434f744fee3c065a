import type { Resolvers } from '#gen/graphql/workouts.ts';
import { connectionOf } from '#platform/graphql/connections.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { assignmentStates } from '../present/enums.ts';

/** Who follows what, and how far they are. */
export const assignmentResolvers = {
  Query: {
    workoutAssignment: (_parent, { id }, { assignmentById }) => assignmentById.load(id),
    workoutPrescription: (_parent, day, { assignments }) => assignments.prescribeDay(day),
  },

  Mutation: {
    async assignWorkoutPlan(_parent, { input }, { assignments }) {
      const startsOn = input.startsOn && dayIn(input.startsOn);
      const { assignment } = await assignments.assignWorkoutPlan({ ...input, startsOn });
      return { assignment: promised(assignment) };
    },
    async followWorkoutPlan(_parent, { input }, { assignments }) {
      const startsOn = input.startsOn && dayIn(input.startsOn);
      const { assignment } = await assignments.followWorkoutPlan({ ...input, startsOn });
      return { assignment: promised(assignment) };
    },
    async moveWorkoutAssignment(_parent, { input }, { assignments }) {
      const { assignment } = await assignments.moveWorkoutAssignment(input);
      return { assignment: promised(assignment) };
    },
    async endWorkoutAssignment(_parent, { input }, { assignments }) {
      const { assignment } = await assignments.endWorkoutAssignment(input);
      return { assignment: promised(assignment) };
    },
  },

  WorkoutAssignment: {
    __resolveReference: ({ id }, { assignmentById }) => assignmentById.load(id),
    plan: ({ planId }, _arguments, { planById }) => planById.load(planId),
    version: ({ planVersionId }, _arguments, { planVersionById }) => planVersionById.load(planVersionId),
    person: ({ userId }) => ({ id: userId }),
    assignedBy: ({ assignedById }) => stubOf(assignedById),
    state: ({ state }) => assignmentStates.requiredNameOf(state),
    async days({ id }, { pendingOnly, ...window }, { daysOf }) {
      const page = await daysOf(window, { pendingOnly }).load(id);
      return page && connectionOf(page, ({ plannedDay }) => ({ node: promised(plannedDay) }));
    },
    createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    endedAt: ({ endedAt }) => dateOf(endedAt),
  },

  PlannedWorkoutDay: {
    session: ({ sessionId }, _arguments, { sessionById }) =>
      sessionId === undefined ? null : sessionById.load(sessionId),
  },

  PrescribedExercise: {
    exercise: ({ exerciseId }, _arguments, { exerciseById }) => exerciseById.load(exerciseId),
  },

  PrescribedSet: {
    planned: ({ set }) => promised(set),
  },
} satisfies Resolvers;
