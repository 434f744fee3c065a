import type { Resolvers } from '#gen/graphql/diet.ts';
import { createFoodLogResolvers } from './food-log.ts';
import { createFoodResolvers } from './foods.ts';
import { createMutations } from './mutations.ts';
import { createPlanResolvers } from './plans.ts';
import { createQueries } from './queries.ts';
import { createShoppingResolvers } from './shopping.ts';
import { createUserResolvers } from './user.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: createQueries(),
    Mutation: createMutations(),
    ...createUserResolvers(),
    ...createFoodResolvers(),
    ...createPlanResolvers(),
    ...createFoodLogResolvers(),
    ...createShoppingResolvers(),
  };
}
