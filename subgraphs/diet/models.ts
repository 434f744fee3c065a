import type { DietDay__Output } from '#gen/proto/fitme/diet/v1/DietDay.ts';
import type { FoodEntry__Output } from '#gen/proto/fitme/diet/v1/FoodEntry.ts';
import type { Ingredient__Output } from '#gen/proto/fitme/diet/v1/Ingredient.ts';
import type { MealNutrients__Output } from '#gen/proto/fitme/diet/v1/MealNutrients.ts';
import type { MealPlan__Output } from '#gen/proto/fitme/diet/v1/MealPlan.ts';
import type { Money__Output } from '#gen/proto/fitme/diet/v1/Money.ts';
import type { Nutrients__Output } from '#gen/proto/fitme/diet/v1/Nutrients.ts';
import type { Objective__Output } from '#gen/proto/fitme/diet/v1/Objective.ts';
import type { PlanCheck__Output } from '#gen/proto/fitme/diet/v1/PlanCheck.ts';
import type { PlannedMeal__Output } from '#gen/proto/fitme/diet/v1/PlannedMeal.ts';
import type { PlanOverride__Output } from '#gen/proto/fitme/diet/v1/PlanOverride.ts';
import type { PlanWarning__Output } from '#gen/proto/fitme/diet/v1/PlanWarning.ts';
import type { Portion__Output } from '#gen/proto/fitme/diet/v1/Portion.ts';
import type { Recipe__Output } from '#gen/proto/fitme/diet/v1/Recipe.ts';
import type { ShoppingItem__Output } from '#gen/proto/fitme/diet/v1/ShoppingItem.ts';
import type { ShoppingList__Output } from '#gen/proto/fitme/diet/v1/ShoppingList.ts';
import type { Target__Output } from '#gen/proto/fitme/diet/v1/Target.ts';
import type { TargetProgress__Output } from '#gen/proto/fitme/diet/v1/TargetProgress.ts';

/** What resolvers get as their parent: the services' own messages, and bare ids for what other domains own. */
export type IngredientModel = Ingredient__Output;
export type RecipeModel = Recipe__Output;
export type PortionModel = Portion__Output;
export type NutrientsModel = Nutrients__Output;
export type PriceModel = Money__Output;
export type DietObjectiveModel = Objective__Output;
export type NutrientTargetModel = Target__Output;
export type NutrientProgressModel = TargetProgress__Output;
export type MealPlanModel = MealPlan__Output;
export type PlannedMealModel = PlannedMeal__Output;
export type PlanCheckModel = PlanCheck__Output;
export type PlanWarningModel = PlanWarning__Output;
export type PlanOverrideModel = PlanOverride__Output;
export type FoodEntryModel = FoodEntry__Output;
export type DietDayModel = DietDay__Output;
export type MealNutrientsModel = MealNutrients__Output;
export type ShoppingListModel = ShoppingList__Output;
export type ShoppingItemModel = ShoppingItem__Output;

export interface UserModel {
  id: string;
}
