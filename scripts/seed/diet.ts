import type { FoodLogServiceDefinition } from '#gen/proto/fitme/diet/v1/FoodLogService.ts';
import type { FoodPortion } from '#gen/proto/fitme/diet/v1/FoodPortion.ts';
import type { FoodUnit } from '#gen/proto/fitme/diet/v1/FoodUnit.ts';
import type { IngredientsServiceDefinition } from '#gen/proto/fitme/diet/v1/IngredientsService.ts';
import type { MealKind } from '#gen/proto/fitme/diet/v1/MealKind.ts';
import type { MealPlansServiceDefinition } from '#gen/proto/fitme/diet/v1/MealPlansService.ts';
import type { ObjectivesServiceDefinition } from '#gen/proto/fitme/diet/v1/ObjectivesService.ts';
import type { RecipesServiceDefinition } from '#gen/proto/fitme/diet/v1/RecipesService.ts';
import type { ShoppingServiceDefinition } from '#gen/proto/fitme/diet/v1/ShoppingService.ts';
import { addDays, dayOf } from '#platform/days.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Services } from './host.ts';
import { DEMO } from './people.ts';
import { EATEN_DAYS, PLANNED_DAYS, RECIPES, type SeedMeal } from './recipes.ts';

const services = {
  ingredients: serviceName<IngredientsServiceDefinition>('fitme.diet.v1.IngredientsService'),
  recipes: serviceName<RecipesServiceDefinition>('fitme.diet.v1.RecipesService'),
  objectives: serviceName<ObjectivesServiceDefinition>('fitme.diet.v1.ObjectivesService'),
  mealPlans: serviceName<MealPlansServiceDefinition>('fitme.diet.v1.MealPlansService'),
  foodLog: serviceName<FoodLogServiceDefinition>('fitme.diet.v1.FoodLogService'),
  shopping: serviceName<ShoppingServiceDefinition>('fitme.diet.v1.ShoppingService'),
};

type MemberOf = (handle: string) => Services & { id: string };

/** Recipes of some, and what the demo user wants to eat, is to eat, ate, and has to buy with a friend. */
export async function makeDiet(memberOf: MemberOf): Promise<void> {
  const demo = memberOf(DEMO);
  const foods = await readFoods(demo);
  const recipes = await writeRecipes(memberOf, foods);
  const portionOf = (text: string) => parsePortion(text, foods, recipes);
  await demo.service(services.objectives).computeDietObjective({
    kind: 'DIET_OBJECTIVE_KIND_MAINTAIN',
    sex: 'BODY_SEX_FEMALE',
    ageYears: 32,
    heightCm: 171,
    weightKg: 64,
    activityLevel: 'ACTIVITY_LEVEL_MODERATE',
  });
  const today = dayOf(Date.now(), 'Europe/Zurich');
  await eat(demo, portionOf, today);
  await planAndShop(demo, memberOf('mira').id, portionOf, today);
}

/** Ids of the catalogue's foods, by name. */
async function readFoods(demo: Services): Promise<Map<string, string>> {
  const foods = new Map<string, string>();
  let after: string | undefined;
  do {
    const page = await demo.service(services.ingredients).searchIngredients({ page: { first: 100, after } });
    for (const { ingredient } of page.edges) if (ingredient) foods.set(ingredient.name, ingredient.id);
    after = page.pageInfo?.hasNextPage ? page.pageInfo.endCursor : undefined;
  } while (after !== undefined);
  return foods;
}

async function writeRecipes(memberOf: MemberOf, foods: Map<string, string>): Promise<Map<string, string>> {
  const recipes = new Map<string, string>();
  for (const { by, portions, stars = {}, ...recipe } of RECIPES) {
    const { recipe: written } = await memberOf(by)
      .service(services.recipes)
      .createRecipe({
        ...recipe,
        portions: portions.map((text) => parsePortion(text, foods, recipes)),
        sharing: 'RECIPE_SHARING_PUBLIC',
        idempotencyKey: `seed-${recipe.title}`,
      });
    const recipeId = written?.id ?? '';
    recipes.set(recipe.title, recipeId);
    for (const [handle, count] of Object.entries(stars)) {
      await memberOf(handle).service(services.recipes).rateRecipe({ recipeId, stars: count });
    }
  }
  return recipes;
}

/** "150 G Oats, rolled, dry" or "1 SERVING Porridge". */
function parsePortion(text: string, foods: Map<string, string>, recipes: Map<string, string>): FoodPortion {
  const [amount = '', unit = '', ...words] = text.split(' ');
  const name = words.join(' ');
  const id = (unit === 'SERVING' ? recipes : foods).get(name);
  if (id === undefined) throw new Error(`The demo world has no ${name} to eat.`);
  const what = unit === 'SERVING' ? { recipeId: id } : { ingredientId: id };
  return { ...what, amount: Number(amount), unit: `FOOD_UNIT_${unit}` as FoodUnit };
}

type PortionOf = (text: string) => FoodPortion;

function mealKindOf({ meal }: SeedMeal): MealKind {
  return `MEAL_KIND_${meal}`;
}

/** What the demo user ate lately; the older days are closed. */
async function eat(demo: Services, portionOf: PortionOf, today: string): Promise<void> {
  const foodLog = demo.service(services.foodLog);
  for (const [index, meals] of EATEN_DAYS.entries()) {
    const day = addDays(today, index - EATEN_DAYS.length + 1);
    for (const meal of meals) {
      for (const [place, text] of meal.portions.entries()) {
        const entry = { day, meal: mealKindOf(meal), portion: portionOf(text) };
        await foodLog.logFoodEntry({ ...entry, idempotencyKey: `seed-${index}-${meal.meal}-${place}` });
      }
    }
    if (day < addDays(today, -1)) await foodLog.closeDietDay({ day });
  }
}

/** A plan, overridden where it misses the objective, and a list for it that is shared with a friend. */
async function planAndShop(
  demo: Services,
  friendId: string,
  portionOf: PortionOf,
  today: string,
): Promise<void> {
  const mealPlans = demo.service(services.mealPlans);
  const shopping = demo.service(services.shopping);
  const days = PLANNED_DAYS.map((meals) => ({
    meals: meals.map((meal) => ({ kind: mealKindOf(meal), portions: meal.portions.map(portionOf) })),
  }));
  const mealPlan = { title: 'Three days before the long run', startsOn: today, days };
  const { mealPlanCheck } = await mealPlans.checkMealPlan(mealPlan);
  const warningCodes = mealPlanCheck?.warnings.map(({ code }) => code) ?? [];
  const override =
    warningCodes.length === 0 ? null : { warningCodes, reason: 'Carbohydrate for sixteen kilometres.' };
  const saved = await mealPlans.createMealPlan({ ...mealPlan, override, idempotencyKey: 'seed-plan' });
  const { shoppingList } = await shopping.createShoppingList({
    title: 'For the long run',
    mealPlanId: saved.mealPlan?.id ?? '',
    fromDay: today,
    toDay: addDays(today, PLANNED_DAYS.length - 1),
    servingsFactor: 2,
    idempotencyKey: 'seed-list',
  });
  if (shoppingList === null) return;
  await shopping.shareShoppingList({ shoppingListId: shoppingList.id, userIds: [friendId] });
  for (const { id } of shoppingList.items.slice(0, 3)) {
    await shopping.tickShoppingItem({ shoppingItemId: id, ticked: true });
  }
}
