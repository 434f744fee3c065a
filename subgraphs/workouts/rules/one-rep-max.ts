/** By which formula a one-repetition maximum is known; NONE where it was lifted. */
export type OneRepMaxFormula = 'NONE' | 'BRZYCKI' | 'EPLEY';

/** Load of a single repetition that somebody could do. */
export interface OneRepMax {
  loadKg: number;
  formula: OneRepMaxFormula;
}

/** Sets of more repetitions say too little about a maximum. */
const mostRepsOfAnEstimate = 12;

/**
 * Estimates a one-repetition maximum from a set; null where the set says nothing about it.
 *
 * Up to 10 repetitions by Brzycki, `load * 36 / (37 - reps)` (M. Brzycki, "Strength Testing: Predicting a One-Rep Max from
 * Reps-to-Fatigue", Journal of Physical Education, Recreation & Dance 64(1), 1993, pages 88-90); for 11 and 12 by Epley,
 * `load * (1 + reps / 30)` (B. Epley, "Poundage Chart", Boyd Epley Workout, Body Enterprises, 1985), which grows more
 * slowly there. At 10 repetitions both give 4/3 of the load, so that the estimate has no jump.
 */
export function estimateOneRepMax(reps: number, loadKg: number): OneRepMax | null {
  if (reps < 1 || reps > mostRepsOfAnEstimate || loadKg <= 0) return null;
  if (reps === 1) return { loadKg, formula: 'NONE' };
  if (reps <= 10) return { loadKg: toGrams((loadKg * 36) / (37 - reps)), formula: 'BRZYCKI' };
  return { loadKg: toGrams(loadKg * (1 + reps / 30)), formula: 'EPLEY' };
}

function toGrams(kg: number): number {
  return Math.round(kg * 1_000) / 1_000;
}
