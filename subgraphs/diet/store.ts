import { createContentReads } from './store/contents.ts';
import { createFoodLogChanges } from './store/food-log-changes.ts';
import { createFoodLogReads } from './store/food-log-reads.ts';
import { createIngredientChanges } from './store/ingredient-changes.ts';
import { createIngredientReads } from './store/ingredient-reads.ts';
import { createObjectiveStore } from './store/objectives.ts';
import type { StoreOptions } from './store/options.ts';
import { createOverrideStore } from './store/overrides.ts';
import { createPersonStore } from './store/person.ts';
import { createPlanChanges } from './store/plan-changes.ts';
import { createPlanReads } from './store/plan-reads.ts';
import { createRecipeChanges } from './store/recipe-changes.ts';
import { createRecipeReads } from './store/recipe-reads.ts';
import { createShoppingChanges } from './store/shopping-changes.ts';
import { createShoppingReads } from './store/shopping-reads.ts';

/** Everything that the domain keeps. */
export type Store = ReturnType<typeof createStore>;

/** Opens the domain's tables. */
export function createStore(options: StoreOptions) {
  const { db } = options;
  return {
    contents: createContentReads(db),
    ingredients: { ...createIngredientReads(db), ...createIngredientChanges(options) },
    recipes: { ...createRecipeReads(db), ...createRecipeChanges(options) },
    objectives: createObjectiveStore(options),
    plans: { ...createPlanReads(db), ...createPlanChanges(options) },
    overrides: createOverrideStore(options),
    foodLog: { ...createFoodLogReads(db), ...createFoodLogChanges(options) },
    shopping: { ...createShoppingReads(db), ...createShoppingChanges(options) },
    person: createPersonStore(options),
  };
}
