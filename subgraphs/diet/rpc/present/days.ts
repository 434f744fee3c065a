import type { DietDay__Output } from '#gen/proto/fitme/diet/v1/DietDay.ts';
import type { FoodEntry__Output } from '#gen/proto/fitme/diet/v1/FoodEntry.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { together } from '../../rules/nutrients.ts';
import type { Target } from '../../rules/objective.ts';
import { isWithinTarget, progressOf } from '../../rules/targets.ts';
import type { ClosedDayRow, EatenRow, FoodEntryRow } from '../../store/food-log-reads.ts';
import { fromThousandths, nutrientsMessage, portionMessage, targetMessage } from './amounts.ts';
import { mealKinds } from './enums.ts';

/** An entry of the food log as the proto says it. */
export function foodEntryMessage(row: FoodEntryRow): FoodEntry__Output {
  return {
    id: row.id,
    userId: row.userId,
    day: row.day,
    meal: mealKinds.valueOf(row.meal),
    portion: portionMessage(row.portion),
    nutrients: nutrientsMessage(row.nutrients),
    loggedAt: timestampOf(row.loggedAt),
  };
}

/** What a day's summary is made of. */
export interface DayParts {
  userId: string;
  /** ISO 8601. */
  day: string;
  eaten: readonly EatenRow[];
  /** Null while the day is open. */
  closed: ClosedDayRow | null;
  /** Of the objective that is in force. */
  targets: readonly Target[];
}

const MEALS = ['BREAKFAST', 'LUNCH', 'DINNER', 'SNACK'] as const;

/** A day as the proto says it. */
export function dietDayMessage({ userId, day, eaten, closed, targets }: DayParts): DietDay__Output {
  const total = together(eaten.map(({ nutrients }) => nutrients));
  const byMeal = Map.groupBy(eaten, ({ meal }) => meal);
  const measured = closed?.targets ?? targets;
  return {
    userId,
    day,
    total: nutrientsMessage(total),
    meals: MEALS.filter((meal) => byMeal.has(meal)).map((meal) => ({
      meal: mealKinds.valueOf(meal),
      nutrients: nutrientsMessage(together((byMeal.get(meal) ?? []).map(({ nutrients }) => nutrients))),
    })),
    targets: progressOf(measured, total).map(({ actual, withinTarget, ...target }) => ({
      ...targetMessage(target),
      actual: fromThousandths(actual),
      withinTarget,
    })),
    entryCount: eaten.length,
    closedAt: timestampOf(closed?.closedAt ?? null),
    withinTarget: closed?.withinTarget ?? isWithinTarget(measured, total, eaten.length),
  };
}
