import type { Resolvers } from '#gen/graphql/diet.ts';
import { createFoodLogResolvers } from './resolvers/food-log.ts';
import { createFoodResolvers } from './resolvers/foods.ts';
import { createMutations } from './resolvers/mutations.ts';
import { createPlanResolvers } from './resolvers/plans.ts';
import { createQueries } from './resolvers/queries.ts';
import { createShoppingResolvers } from './resolvers/shopping.ts';
import { createUserResolvers } from './resolvers/user.ts';

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
