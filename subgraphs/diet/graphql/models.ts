import type { DietDay__Output } from '#gen/proto/fitme/diet/v1/DietDay.ts';
import type { DietObjective__Output } from '#gen/proto/fitme/diet/v1/DietObjective.ts';
import type { FoodComposition__Output } from '#gen/proto/fitme/diet/v1/FoodComposition.ts';
import type { FoodEntry__Output } from '#gen/proto/fitme/diet/v1/FoodEntry.ts';
import type { FoodPortion__Output } from '#gen/proto/fitme/diet/v1/FoodPortion.ts';
import type { Ingredient__Output } from '#gen/proto/fitme/diet/v1/Ingredient.ts';
import type { MealNutrients__Output } from '#gen/proto/fitme/diet/v1/MealNutrients.ts';
import type { MealPlan__Output } from '#gen/proto/fitme/diet/v1/MealPlan.ts';
import type { MealPlanCheck__Output } from '#gen/proto/fitme/diet/v1/MealPlanCheck.ts';
import type { MealPlanMeal__Output } from '#gen/proto/fitme/diet/v1/MealPlanMeal.ts';
import type { MealPlanOverride__Output } from '#gen/proto/fitme/diet/v1/MealPlanOverride.ts';
import type { MealPlanWarning__Output } from '#gen/proto/fitme/diet/v1/MealPlanWarning.ts';
import type { Money__Output } from '#gen/proto/fitme/diet/v1/Money.ts';
import type { NutrientProgress__Output } from '#gen/proto/fitme/diet/v1/NutrientProgress.ts';
import type { Nutrients__Output } from '#gen/proto/fitme/diet/v1/Nutrients.ts';
import type { NutrientTarget__Output } from '#gen/proto/fitme/diet/v1/NutrientTarget.ts';
import type { Recipe__Output } from '#gen/proto/fitme/diet/v1/Recipe.ts';
import type { ShoppingItem__Output } from '#gen/proto/fitme/diet/v1/ShoppingItem.ts';
import type { ShoppingList__Output } from '#gen/proto/fitme/diet/v1/ShoppingList.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** What resolvers get as their parent: the services' own messages, and bare ids for what other domains own. */
export type IngredientModel = Ingredient__Output;
export type RecipeModel = Recipe__Output;
export type FoodPortionModel = FoodPortion__Output;
export type FoodCompositionModel = FoodComposition__Output;
export type NutrientsModel = Nutrients__Output;
export type MoneyModel = Money__Output;
export type DietObjectiveModel = DietObjective__Output;
export type NutrientTargetModel = NutrientTarget__Output;
export type NutrientProgressModel = NutrientProgress__Output;
export type MealPlanModel = MealPlan__Output;
export type MealPlanMealModel = MealPlanMeal__Output;
export type MealPlanCheckModel = MealPlanCheck__Output;
export type MealPlanWarningModel = MealPlanWarning__Output;
export type MealPlanOverrideModel = MealPlanOverride__Output;
export type FoodEntryModel = FoodEntry__Output;
export type DietDayModel = DietDay__Output;
export type MealNutrientsModel = MealNutrients__Output;
export type ShoppingListModel = ShoppingList__Output;
export type ShoppingItemModel = ShoppingItem__Output;

export type ViewerModel = ViewerEntity;

export interface UserModel {
  id: string;
}
