import { createContentReads } from './contents.ts';
import { createFoodLogChanges } from './food-log-changes.ts';
import { createFoodLogReads } from './food-log-reads.ts';
import { createIngredientChanges } from './ingredient-changes.ts';
import { createIngredientReads } from './ingredient-reads.ts';
import { createObjectiveStore } from './objectives.ts';
import type { StoreOptions } from './options.ts';
import { createOverrideStore } from './overrides.ts';
import { createPersonStore } from './person.ts';
import { createPlanChanges } from './plan-changes.ts';
import { createPlanReads } from './plan-reads.ts';
import { createRecipeChanges } from './recipe-changes.ts';
import { createRecipeReads } from './recipe-reads.ts';
import { createShoppingChanges } from './shopping-changes.ts';
import { createShoppingReads } from './shopping-reads.ts';

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
