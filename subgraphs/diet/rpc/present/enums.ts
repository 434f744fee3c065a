import { ActivityLevel } from '#gen/proto/fitme/diet/v1/ActivityLevel.ts';
import { Aisle } from '#gen/proto/fitme/diet/v1/Aisle.ts';
import { Allergen } from '#gen/proto/fitme/diet/v1/Allergen.ts';
import { BodySex } from '#gen/proto/fitme/diet/v1/BodySex.ts';
import { DietaryFlag } from '#gen/proto/fitme/diet/v1/DietaryFlag.ts';
import { DietObjectiveKind } from '#gen/proto/fitme/diet/v1/DietObjectiveKind.ts';
import { FoodOrigin } from '#gen/proto/fitme/diet/v1/FoodOrigin.ts';
import { FoodUnit } from '#gen/proto/fitme/diet/v1/FoodUnit.ts';
import { IngredientSource } from '#gen/proto/fitme/diet/v1/IngredientSource.ts';
import { MealKind } from '#gen/proto/fitme/diet/v1/MealKind.ts';
import { MealPlanOverrideState } from '#gen/proto/fitme/diet/v1/MealPlanOverrideState.ts';
import { MealPlanWarningBound } from '#gen/proto/fitme/diet/v1/MealPlanWarningBound.ts';
import { MealPlanWarningScope } from '#gen/proto/fitme/diet/v1/MealPlanWarningScope.ts';
import { Nutrient } from '#gen/proto/fitme/diet/v1/Nutrient.ts';
import { RecipeSharing } from '#gen/proto/fitme/diet/v1/RecipeSharing.ts';
import { mapEnum } from '#platform/graphql/enums.ts';

/** Enums between the contracts and the domain, which calls them what GraphQL does. */
export const activityLevels = mapEnum(ActivityLevel, 'ACTIVITY_LEVEL_');
export const aisles = mapEnum(Aisle, 'AISLE_');
export const allergens = mapEnum(Allergen, 'ALLERGEN_');
export const bodySexes = mapEnum(BodySex, 'BODY_SEX_');
export const bounds = mapEnum(MealPlanWarningBound, 'MEAL_PLAN_WARNING_BOUND_');
export const dietaryFlags = mapEnum(DietaryFlag, 'DIETARY_FLAG_');
export const mealKinds = mapEnum(MealKind, 'MEAL_KIND_');
export const nutrients = mapEnum(Nutrient, 'NUTRIENT_');
export const objectiveKinds = mapEnum(DietObjectiveKind, 'DIET_OBJECTIVE_KIND_');
/** A food of which nobody knows what it is made of is UNSPECIFIED in proto, and so without a name. */
export const origins = mapEnum(FoodOrigin, 'FOOD_ORIGIN_');
/** All states are UNSPECIFIED in proto, and so without a name. */
export const overrideStates = mapEnum(MealPlanOverrideState, 'MEAL_PLAN_OVERRIDE_STATE_');
export const scopes = mapEnum(MealPlanWarningScope, 'MEAL_PLAN_WARNING_SCOPE_');
export const sharings = mapEnum(RecipeSharing, 'RECIPE_SHARING_');
export const sources = mapEnum(IngredientSource, 'INGREDIENT_SOURCE_');
export const units = mapEnum(FoodUnit, 'FOOD_UNIT_');
