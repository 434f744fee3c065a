import type { FoodLogServiceDefinition } from '#gen/proto/fitme/diet/v1/FoodLogService.ts';
import type { IngredientsServiceDefinition } from '#gen/proto/fitme/diet/v1/IngredientsService.ts';
import type { MealPlanOverridesServiceDefinition } from '#gen/proto/fitme/diet/v1/MealPlanOverridesService.ts';
import type { MealPlansServiceDefinition } from '#gen/proto/fitme/diet/v1/MealPlansService.ts';
import type { ObjectivesServiceDefinition } from '#gen/proto/fitme/diet/v1/ObjectivesService.ts';
import type { RecipesServiceDefinition } from '#gen/proto/fitme/diet/v1/RecipesService.ts';
import type { ShoppingServiceDefinition } from '#gen/proto/fitme/diet/v1/ShoppingService.ts';
import type { DomainHost } from '#platform/domain.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { foodLogRequests } from '../requests/food-log.ts';
import { ingredientRequests } from '../requests/ingredients.ts';
import { mealPlanOverrideRequests, mealPlanRequests } from '../requests/meal-plans.ts';
import { objectiveRequests } from '../requests/objectives.ts';
import { recipeRequests } from '../requests/recipes.ts';
import { shoppingRequests } from '../requests/shopping.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { createFoodLogHandlers } from './food-log.ts';
import { createIngredientHandlers } from './ingredients.ts';
import { createMealPlanHandlers } from './meal-plans.ts';
import { createObjectiveHandlers } from './objectives.ts';
import { createOverrideHandlers } from './overrides.ts';
import type { People } from './people.ts';
import { createRecipeHandlers } from './recipes.ts';
import { createShoppingHandlers } from './shopping.ts';

/** The full names of the domain's services. */
export const serviceNames = {
  ingredients: serviceName<IngredientsServiceDefinition>('fitme.diet.v1.IngredientsService'),
  recipes: serviceName<RecipesServiceDefinition>('fitme.diet.v1.RecipesService'),
  objectives: serviceName<ObjectivesServiceDefinition>('fitme.diet.v1.ObjectivesService'),
  mealPlans: serviceName<MealPlansServiceDefinition>('fitme.diet.v1.MealPlansService'),
  mealPlanOverrides: serviceName<MealPlanOverridesServiceDefinition>(
    'fitme.diet.v1.MealPlanOverridesService',
  ),
  foodLog: serviceName<FoodLogServiceDefinition>('fitme.diet.v1.FoodLogService'),
  shopping: serviceName<ShoppingServiceDefinition>('fitme.diet.v1.ShoppingService'),
};

/** The domain's services, each behind the pipeline. */
export type Services = ReturnType<typeof createServices>;

export interface ServiceParts {
  store: Store;
  access: Access;
  people: People;
}

export function createServices(
  { service }: Pick<DomainHost<never>, 'service'>,
  { store, access, people }: ServiceParts,
) {
  const { ingredients, recipes, objectives, mealPlans, mealPlanOverrides, foodLog, shopping } = serviceNames;
  return {
    ingredients: service(ingredients, createIngredientHandlers(store), ingredientRequests),
    recipes: service(recipes, createRecipeHandlers(store), recipeRequests),
    objectives: service(objectives, createObjectiveHandlers(store, access), objectiveRequests),
    mealPlans: service(mealPlans, createMealPlanHandlers(store, access), mealPlanRequests),
    mealPlanOverrides: service(
      mealPlanOverrides,
      createOverrideHandlers(store, access),
      mealPlanOverrideRequests,
    ),
    foodLog: service(foodLog, createFoodLogHandlers(store, access, people), foodLogRequests),
    shopping: service(shopping, createShoppingHandlers(store, access, people), shoppingRequests),
  };
}
