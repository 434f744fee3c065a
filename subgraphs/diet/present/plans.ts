import type { z } from 'zod';
import type { MealPlan__Output } from '#gen/proto/fitme/diet/v1/MealPlan.ts';
import type { Objective__Output } from '#gen/proto/fitme/diet/v1/Objective.ts';
import type { PlanCheck__Output } from '#gen/proto/fitme/diet/v1/PlanCheck.ts';
import type { PlanOverride__Output } from '#gen/proto/fitme/diet/v1/PlanOverride.ts';
import type { PlanWarning__Output } from '#gen/proto/fitme/diet/v1/PlanWarning.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { mealPlan } from '../requests/meal-plans.ts';
import type { Nutrients } from '../rules/nutrients.ts';
import type { ObjectiveRow } from '../store/objectives.ts';
import type { OverrideRow, RecordedWarning } from '../store/overrides.ts';
import type { MealPlanDraft } from '../store/plan-changes.ts';
import type { MealPlanRow } from '../store/plan-reads.ts';
import { fromThousandths, nutrientsMessage, portionFrom, portionMessage, targetMessage } from './amounts.ts';
import { bounds, mealKinds, nutrients, objectiveKinds, scopes } from './enums.ts';

/** A plan that was held against an objective. */
export interface PlanCheck {
  days: { day: string; nutrients: Nutrients }[];
  average: Nutrients;
  warnings: RecordedWarning[];
  /** Null where the person has no objective. */
  objectiveVersion: number | null;
}

/** An objective as the proto says it. */
export function objectiveMessage(row: ObjectiveRow): Objective__Output {
  return {
    userId: row.userId,
    kind: objectiveKinds.valueOf(row.kind),
    targets: row.targets.map(targetMessage),
    restingEnergyKcal: fromThousandths(row.restingEnergyCal ?? 0),
    spentEnergyKcal: fromThousandths(row.spentEnergyCal ?? 0),
    setById: row.setById ?? '',
    setAt: timestampOf(row.setAt),
    version: row.version,
  };
}

/** A plan as the proto says it. */
export function mealPlanMessage({ days, authorId, createdAt, ...plan }: MealPlanRow): MealPlan__Output {
  return {
    ...plan,
    authorId: authorId ?? '',
    days: days.map((meals) => ({
      meals: meals.map(({ kind, portions }) => ({
        kind: mealKinds.valueOf(kind),
        portions: portions.map(portionMessage),
      })),
    })),
    createdAt: timestampOf(createdAt),
  };
}

/** A plan from a request. */
export function mealPlanDraftFrom({ title, startsOn, days }: z.infer<typeof mealPlan>): MealPlanDraft {
  return {
    title: title.trim(),
    startsOn,
    days: days.map(({ meals }) =>
      meals.map(({ kind, portions }) => ({
        kind: mealKinds.requiredNameOf(kind),
        portions: portions.map(portionFrom),
      })),
    ),
  };
}

/** A check as the proto says it. */
export function planCheckMessage(check: PlanCheck): PlanCheck__Output {
  return {
    days: check.days.map((each) => ({ day: each.day, nutrients: nutrientsMessage(each.nutrients) })),
    average: nutrientsMessage(check.average),
    warnings: check.warnings.map(warningMessage),
    objectiveVersion: check.objectiveVersion ?? 0,
  };
}

/** An override as the proto says it. */
export function overrideMessage(row: OverrideRow): PlanOverride__Output {
  return {
    id: row.id,
    mealPlanId: row.mealPlanId ?? '',
    mealPlanVersion: row.mealPlanVersion,
    userId: row.userId,
    actorId: row.actorId ?? '',
    reason: row.reason,
    warnings: row.warnings.map(warningMessage),
    createdAt: timestampOf(row.createdAt),
    reviewerId: row.reviewerId ?? '',
    reviewedAt: timestampOf(row.reviewedAt),
    reviewNote: row.reviewNote ?? '',
  };
}

function warningMessage({ code, day, nutrient, bound, actual, limit }: RecordedWarning): PlanWarning__Output {
  return {
    code,
    scope: scopes.valueOf(day === null ? 'AVERAGE' : 'DAY'),
    day: day ?? '',
    nutrient: nutrients.valueOf(nutrient),
    bound: bounds.valueOf(bound),
    actual: fromThousandths(actual),
    limit: fromThousandths(limit),
    difference: fromThousandths(Math.abs(actual - limit)),
  };
}
