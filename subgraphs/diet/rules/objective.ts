import type { Nutrient } from './nutrients.ts';

/** What for somebody eats as they do, where it is computed. */
export type ComputedKind = 'MAINTAIN' | 'LOSE' | 'GAIN';

export type ActivityLevel = 'SEDENTARY' | 'LIGHT' | 'MODERATE' | 'ACTIVE' | 'VERY_ACTIVE';

/** Bounds of a nutrient a day, in thousandths of a kcal or a gram; null where there is none. */
export interface Target {
  nutrient: Nutrient;
  min: number | null;
  max: number | null;
}

/** What an objective is computed from. */
export interface Measures {
  sex: 'FEMALE' | 'MALE';
  ageYears: number;
  heightCm: number;
  weightKg: number;
  activityLevel: ActivityLevel;
}

/** Energies in thousandths of a kcal a day. */
export interface ComputedObjective {
  restingEnergy: number;
  spentEnergy: number;
  targets: Target[];
}

/**
 * Energy spent at rest, kcal a day: Mifflin, St Jeor et al., "A new predictive equation for resting energy expenditure in
 * healthy individuals", Am J Clin Nutr 1990;51:241-247.
 */
export function restingEnergyKcal({ sex, ageYears, heightCm, weightKg }: Measures): number {
  return 10 * weightKg + 6.25 * heightCm - 5 * ageYears + (sex === 'MALE' ? 5 : -161);
}

/** Multiples of the resting energy, in use with Mifflin-St Jeor since McArdle, Katch and Katch, "Exercise Physiology", 1996. */
export const activityFactors: Readonly<Record<ActivityLevel, number>> = {
  SEDENTARY: 1.2,
  LIGHT: 1.375,
  MODERATE: 1.55,
  ACTIVE: 1.725,
  VERY_ACTIVE: 1.9,
};

/** Targets for a kind of objective from somebody's measures. */
export function computeDietObjective(kind: ComputedKind, measures: Measures): ComputedObjective {
  const resting = Math.round(restingEnergyKcal(measures));
  const spent = Math.round(resting * activityFactors[measures.activityLevel]);
  const energy = Math.round(energyFor(kind, spent, measures.sex));
  return {
    restingEnergy: resting * 1_000,
    spentEnergy: spent * 1_000,
    targets: targetsFor(energy, measures.weightKg),
  };
}

/**
 * Energy to eat a day, kcal.
 *
 * LOSE: 500 kcal less than is spent, which takes about half a kilogram a week, but not below 1,200 kcal (women) or 1,500
 * (men) without a physician: NHLBI, "Clinical Guidelines on Overweight and Obesity", NIH 98-4083, 1998.
 * GAIN: a tenth more than is spent: Iraki et al., "Nutrition Recommendations for Bodybuilders in the Off-Season",
 * Sports 2019;7:154.
 */
function energyFor(kind: ComputedKind, spent: number, sex: Measures['sex']): number {
  if (kind === 'GAIN') return spent * 1.1;
  if (kind === 'MAINTAIN') return spent;
  return Math.max(spent - 500, Math.min(spent, sex === 'MALE' ? 1_500 : 1_200));
}

/**
 * - Energy within a twentieth.
 * - Protein 1.4 to 2.0 g a kilogram of body weight: Jäger et al., ISSN position stand, J Int Soc Sports Nutr 2017;14:20.
 * - Carbohydrate 45 to 65 % and fat 20 to 35 % of the energy: Institute of Medicine, Dietary Reference Intakes, 2005, at
 *   4 and 9 kcal a gram.
 * - Saturated fat below 10 % of the energy, fibre at least 25 g: WHO guidelines, 2023.
 * - Salt below 5 g: WHO, "Sodium intake for adults and children", 2012.
 */
function targetsFor(energyKcal: number, weightKg: number): Target[] {
  const share = (part: number, kcalPerGram: number) => milli((energyKcal * part) / kcalPerGram);
  return [
    { nutrient: 'ENERGY', min: milli(energyKcal * 0.95), max: milli(energyKcal * 1.05) },
    { nutrient: 'PROTEIN', min: milli(weightKg * 1.4), max: milli(weightKg * 2) },
    { nutrient: 'CARBOHYDRATE', min: share(0.45, 4), max: share(0.65, 4) },
    { nutrient: 'FAT', min: share(0.2, 9), max: share(0.35, 9) },
    { nutrient: 'SATURATED_FAT', min: null, max: share(0.1, 9) },
    { nutrient: 'FIBRE', min: 25_000, max: null },
    { nutrient: 'SALT', min: null, max: 5_000 },
  ];
}

/** Thousandths, to whole kcal or grams. */
function milli(amount: number): number {
  return Math.round(amount) * 1_000;
}
