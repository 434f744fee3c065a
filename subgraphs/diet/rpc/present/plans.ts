import type { z } from 'zod';
import type { DietObjective__Output } from '#gen/proto/fitme/diet/v1/DietObjective.ts';
import type { MealPlan__Output } from '#gen/proto/fitme/diet/v1/MealPlan.ts';
import type { MealPlanCheck__Output } from '#gen/proto/fitme/diet/v1/MealPlanCheck.ts';
import type { MealPlanOverride__Output } from '#gen/proto/fitme/diet/v1/MealPlanOverride.ts';
import type { MealPlanWarning__Output } from '#gen/proto/fitme/diet/v1/MealPlanWarning.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { mealPlan } from '../../requests/meal-plans.ts';
import type { Nutrients } from '../../rules/nutrients.ts';
import type { ObjectiveRow } from '../../store/objectives.ts';
import type { OverrideRow, RecordedWarning } from '../../store/overrides.ts';
import type { MealPlanDraft } from '../../store/plan-changes.ts';
import type { MealPlanRow } from '../../store/plan-reads.ts';
import {
  fromThousandths,
  nutrientsMessage,
  portionFrom,
  portionMessage,
  said,
  targetMessage,
} from './amounts.ts';
import { bounds, mealKinds, nutrients, objectiveKinds, scopes } from './enums.ts';

/** A plan that was held against an objective. */
export interface MealPlanCheck {
  days: { day: string; nutrients: Nutrients }[];
  average: Nutrients;
  warnings: RecordedWarning[];
  /** Null where the person has no objective. */
  objectiveVersion: number | null;
}

/** An objective as the proto says it. */
export function objectiveMessage(row: ObjectiveRow): DietObjective__Output {
  return {
    userId: row.userId,
    kind: objectiveKinds.valueOf(row.kind),
    targets: row.targets.map(targetMessage),
    restingEnergyKcal: said(row.restingEnergyCal),
    spentEnergyKcal: said(row.spentEnergyCal),
    setById: row.setById ?? undefined,
    setAt: timestampOf(row.setAt),
    version: row.version,
  };
}

/** A plan as the proto says it. */
export function mealPlanMessage({ days, authorId, createdAt, ...plan }: MealPlanRow): MealPlan__Output {
  return {
    ...plan,
    authorId: authorId ?? undefined,
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
export function mealPlanCheckMessage(check: MealPlanCheck): MealPlanCheck__Output {
  return {
    days: check.days.map((each) => ({ day: each.day, nutrients: nutrientsMessage(each.nutrients) })),
    average: nutrientsMessage(check.average),
    warnings: check.warnings.map(warningMessage),
    dietObjectiveVersion: check.objectiveVersion ?? undefined,
  };
}

/** An override as the proto says it. */
export function overrideMessage(row: OverrideRow): MealPlanOverride__Output {
  return {
    id: row.id,
    mealPlanId: row.mealPlanId ?? undefined,
    mealPlanVersion: row.mealPlanVersion,
    userId: row.userId,
    actorId: row.actorId ?? undefined,
    reason: row.reason,
    warnings: row.warnings.map(warningMessage),
    createdAt: timestampOf(row.createdAt),
    reviewerId: row.reviewerId ?? undefined,
    reviewedAt: timestampOf(row.reviewedAt),
    reviewNote: row.reviewNote ?? undefined,
  };
}

function warningMessage({
  code,
  day,
  nutrient,
  bound,
  actual,
  limit,
}: RecordedWarning): MealPlanWarning__Output {
  return {
    code,
    scope: scopes.valueOf(day === null ? 'AVERAGE' : 'DAY'),
    day: day ?? undefined,
    nutrient: nutrients.valueOf(nutrient),
    bound: bounds.valueOf(bound),
    actual: fromThousandths(actual),
    limit: fromThousandths(limit),
    difference: fromThousandths(Math.abs(actual - limit)),
  };
}
