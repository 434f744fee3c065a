import type { Nutrient, Nutrients } from './nutrients.ts';
import type { Target } from './objective.ts';

/** Which bound is missed. */
export type Bound = 'ABOVE' | 'BELOW';

/** Where a plan misses an objective; amounts in thousandths of a kcal or a gram. */
export interface Warning {
  /** Names it within the plan: "day-2:ENERGY:above", "average:PROTEIN:below". */
  code: string;
  /** From 0; null for the average. */
  dayIndex: number | null;
  nutrient: Nutrient;
  bound: Bound;
  actual: number;
  limit: number;
}

/** What was eaten of a nutrient, beside its target. */
export interface Progress extends Target {
  actual: number;
  withinTarget: boolean;
}

/** The target that an amount misses, if it does. */
export function missedBound(target: Target, actual: number): { bound: Bound; limit: number } | null {
  if (target.max !== null && actual > target.max) return { bound: 'ABOVE', limit: target.max };
  if (target.min !== null && actual < target.min) return { bound: 'BELOW', limit: target.min };
  return null;
}

/** Each target, beside what there is. */
export function progressOf(targets: readonly Target[], { amounts }: Nutrients): Progress[] {
  return targets.map((target) => {
    const actual = amounts[target.nutrient];
    return { ...target, actual, withinTarget: missedBound(target, actual) === null };
  });
}

/** Whether a day counts as within its objective: there is one, something was eaten, and every target is met. */
export function isWithinTarget(targets: readonly Target[], total: Nutrients, entryCount: number): boolean {
  return (
    entryCount > 0 &&
    targets.length > 0 &&
    progressOf(targets, total).every(({ withinTarget }) => withinTarget)
  );
}

/** Where days, and their average, miss an objective: by day, then the average. */
export function warningsOf(
  targets: readonly Target[],
  days: readonly Nutrients[],
  average: Nutrients,
): Warning[] {
  const about = (name: string, dayIndex: number | null, { amounts }: Nutrients): Warning[] =>
    targets.flatMap((target) => {
      const { nutrient } = target;
      const actual = amounts[nutrient];
      const missed = missedBound(target, actual);
      if (missed === null) return [];
      return [
        { code: `${name}:${nutrient}:${missed.bound.toLowerCase()}`, dayIndex, nutrient, actual, ...missed },
      ];
    });
  const ofDays = days.flatMap((day, index) => about(`day-${index + 1}`, index, day));
  return [...ofDays, ...about('average', null, average)];
}
