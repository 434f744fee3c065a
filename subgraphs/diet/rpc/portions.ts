import type { FieldFault } from '#platform/errors.ts';
import { refuseFaults } from '#platform/service/refusals.ts';
import { massOf } from '../rules/amounts.ts';
import type { FoodPortion } from '../store/contents.ts';
import type { Store } from '../store/store.ts';

/** A portion that somebody wants to write, and where it stands in their request. */
export interface PlacedPortion {
  path: string;
  portion: FoodPortion;
}

/** Portions of a list in a request. */
export function placed(path: string, portions: readonly FoodPortion[]): PlacedPortion[] {
  return portions.map((portion, index) => ({ path: `${path}.${index}`, portion }));
}

/**
 * Makes sure that somebody may use what these portions name, and that their amounts are masses. Two statements, however
 * many they are.
 * @throws DomainError INVALID_ARGUMENT with a field for each that is wrong.
 */
export async function assertUsable(
  { ingredients, recipes }: Store,
  viewerId: string,
  portions: readonly PlacedPortion[],
  signal: AbortSignal,
): Promise<void> {
  const foodIds = unique(portions.map(({ portion }) => portion.ingredientId));
  const recipeIds = unique(portions.map(({ portion }) => portion.recipeId));
  const [foods, usable] = await Promise.all([
    foodIds.length === 0 ? [] : ingredients.get(viewerId, foodIds, signal),
    recipes.listUsable(viewerId, recipeIds, signal),
  ]);
  const foodById = new Map(foods.map((food) => [food.id, food]));
  const faults = portions.flatMap(({ path, portion }): FieldFault[] => {
    const { ingredientId, recipeId, amountMilli, unit } = portion;
    if (recipeId !== null) {
      if (usable.includes(recipeId)) return [];
      const message = 'There is no such recipe, or you may not see it: name another.';
      return [{ path: `${path}.recipeId`, message }];
    }
    const food = foodById.get(ingredientId ?? '');
    if (food === undefined) {
      const message = 'There is no such ingredient, or you may not see it: search for another.';
      return [{ path: `${path}.ingredientId`, message }];
    }
    const { fault } = massOf(amountMilli, unit, food);
    return fault === undefined ? [] : [{ path: `${path}.unit`, message: fault }];
  });
  refuseFaults(faults);
}

/**
 * Makes sure that somebody may see the recipes that a plan for them names, without that plan: what stands in a plan is
 * seen by its person, and what is shared with nobody is not to be seen that way. Foods have no sharing. One statement.
 * @throws DomainError INVALID_ARGUMENT with a field for each that is not shared with them.
 */
export async function assertShared(
  { recipes }: Store,
  userId: string,
  portions: readonly PlacedPortion[],
  signal: AbortSignal,
): Promise<void> {
  const recipeIds = unique(portions.map(({ portion }) => portion.recipeId));
  const seen = new Set(await recipes.listUsable(userId, recipeIds, signal));
  const message =
    'Whom the plan is for may not see this recipe: share it with your clients or everybody, or take it out of the plan.';
  const hidden = portions.filter(({ portion: { recipeId } }) => recipeId !== null && !seen.has(recipeId));
  refuseFaults(hidden.map(({ path }) => ({ path: `${path}.recipeId`, message })));
}

function unique(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
