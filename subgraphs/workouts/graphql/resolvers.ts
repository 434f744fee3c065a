import type { Resolvers } from '#gen/graphql/workouts.ts';
import { assignmentResolvers } from './assignments.ts';
import { exerciseResolvers } from './exercises.ts';
import { peopleResolvers } from './people.ts';
import { planResolvers } from './plans.ts';
import { sessionResolvers } from './sessions.ts';

/** GraphQL to service calls, in parts by what they are about. */
export function createResolvers(): Resolvers {
  const parts = [exerciseResolvers, planResolvers, assignmentResolvers, sessionResolvers, peopleResolvers];
  return {
    ...Object.assign({}, ...parts),
    Query: Object.assign({}, ...parts.map((part) => part.Query)),
    Mutation: Object.assign({}, ...parts.map((part) => part.Mutation)),
  };
}
