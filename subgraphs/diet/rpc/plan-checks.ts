import { addDays } from '#platform/days.ts';
import { DomainError, type FieldFault } from '#platform/errors.ts';
import { nutrientsOf } from '../rules/nutrients.ts';
import { warningsOf } from '../rules/targets.ts';
import type { RecordedWarning } from '../store/overrides.ts';
import type { MealPlanDraft, OverrideDraft } from '../store/plan-changes.ts';
import type { Store } from '../store/store.ts';
import { assertShared, assertUsable, type PlacedPortion, placed } from './portions.ts';
import type { MealPlanCheck } from './present/plans.ts';

/** That a plan is to be saved although it misses the objective, as the request says it. */
export interface OverrideRequest {
  warningCodes: readonly string[];
  reason: string;
}

/**
 * Makes sure that whoever writes a plan may use all that it names, and that it gives its person no recipe away.
 * @throws DomainError INVALID_ARGUMENT with a field for each portion that is wrong.
 */
export async function assertPlanUsable(
  store: Store,
  { actorId, userId }: { actorId: string; userId: string },
  { days }: MealPlanDraft,
  signal: AbortSignal,
): Promise<void> {
  const portions = days.flatMap((meals, dayIndex) =>
    meals.flatMap((meal, mealIndex): PlacedPortion[] =>
      placed(`days.${dayIndex}.meals.${mealIndex}.portions`, meal.portions),
    ),
  );
  await assertUsable(store, actorId, portions, signal);
  if (userId !== actorId) await assertShared(store, userId, portions, signal);
}

/** Holds a plan against the objective of its person: three statements, however long it is. */
export async function checkPlan(
  { contents, objectives }: Store,
  userId: string,
  { startsOn, days }: MealPlanDraft,
  signal: AbortSignal,
): Promise<MealPlanCheck> {
  const portions = days.map((meals) => meals.flatMap((meal) => meal.portions));
  const [read, [objective]] = await Promise.all([
    contents.load(portions.flat(), signal),
    objectives.get([userId]),
  ]);
  const parts = portions.map((ofDay) => ofDay.flatMap(read.partsOf));
  const nutrients = parts.map((ofDay) => nutrientsOf(ofDay));
  const average = nutrientsOf(parts.flat(), days.length);
  const dayOf = (index: number) => addDays(startsOn, index);
  return {
    days: nutrients.map((each, index) => ({ day: dayOf(index), nutrients: each })),
    average,
    warnings: warningsOf(objective?.targets ?? [], nutrients, average).map((warning) => ({
      ...warning,
      day: warning.dayIndex === null ? null : dayOf(warning.dayIndex),
    })),
    objectiveVersion: objective?.version ?? null,
  };
}

/**
 * Runs checks of a plan that the request names instead of holding it: what they find wrong is said of `mealPlanId`, with its
 * place in that plan.
 */
export async function ofNamedPlan<Checked>(check: () => Promise<Checked>): Promise<Checked> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof DomainError) || error.fields.length === 0) throw error;
    const { code, message, reason, parameters } = error;
    const fields = error.fields.map((fault) => ({
      path: 'mealPlanId',
      message: `${fault.path}: ${fault.message}`,
    }));
    throw new DomainError(code, message, { reason, parameters, fields, cause: error });
  }
}

/**
 * The override that a plan with these warnings is saved with; null where there are none.
 * @throws DomainError FAILED_PRECONDITION with a field for each warning, where the request does not name exactly these.
 */
export function decideOverride(
  { warnings }: MealPlanCheck,
  request: OverrideRequest | null,
): OverrideDraft | null {
  const codes = warnings.map(({ code }) => code);
  const named = new Set(request?.warningCodes);
  const isConfirmed = named.size === codes.length && codes.every((code) => named.has(code));
  if (!isConfirmed) {
    throw new DomainError('FAILED_PRECONDITION', refusalOf(codes, request), {
      reason: 'OVERRIDE_NEEDED',
      fields: warnings.map(faultOf),
    });
  }
  return request === null || codes.length === 0 ? null : { reason: request.reason, warnings };
}

function refusalOf(codes: readonly string[], request: OverrideRequest | null): string {
  if (codes.length === 0) return 'The plan meets the objective: leave the override out.';
  const todo = `change it, or send an override with a reason and these warningCodes: ${codes.join(', ')}.`;
  return request === null
    ? `The plan misses the objective: ${todo}`
    : `The override does not name the warnings that the plan has now: ${todo}`;
}

function faultOf({ code, dayIndex, nutrient, bound, actual, limit }: RecordedWarning): FieldFault {
  const unit = nutrient === 'ENERGY' ? 'kcal' : 'g';
  const [there, allowed] = [actual / 1_000, limit / 1_000];
  const most = bound === 'ABOVE' ? 'at most' : 'at least';
  return {
    path: dayIndex === null ? 'days' : `days.${dayIndex}`,
    message: `${code}: ${nutrient} is ${there} ${unit}, and should be ${most} ${allowed} ${unit}.`,
  };
}
