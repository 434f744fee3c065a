/** How an amount of food is measured, as both contracts call it. */
export const unitNames = [
  'G',
  'KG',
  'OZ',
  'LB',
  'ML',
  'L',
  'TSP',
  'TBSP',
  'CUP',
  'PIECE',
  'SERVING',
] as const;

export type FoodUnit = (typeof unitNames)[number];

/** An ingredient, as far as its amounts are converted. */
export interface Convertible {
  /** Milligrams a millilitre; null where not known. */
  densityMgPerMl: number | null;
  /** Milligrams a piece; null where it has none. */
  pieceMg: number | null;
}

/** Milligrams. Avoirdupois units are exact by the international yard and pound agreement of 1959. */
const MASS_MG: Partial<Record<FoodUnit, number>> = {
  G: 1_000,
  KG: 1_000_000,
  OZ: 28_349.523_125,
  LB: 453_592.37,
};

/** Millilitres. Spoons and cups as nutrition labels count them: 21 CFR 101.9(b)(5)(viii). */
const VOLUME_ML: Partial<Record<FoodUnit, number>> = { ML: 1, L: 1_000, TSP: 5, TBSP: 15, CUP: 240 };

/** A mass, or why there is none: a sentence that says which unit to take. */
export type Conversion = { massMg: number; fault?: never } | { fault: string; massMg?: never };

/**
 * An amount of an ingredient as a mass, in whole milligrams.
 * @param amountMilli - Thousandths of the unit.
 */
export function massOf(amountMilli: number, unit: FoodUnit, ingredient: Convertible): Conversion {
  const factor = massOfOne(unit, ingredient);
  if (typeof factor === 'string') return { fault: factor };
  const massMg = Math.round((amountMilli * factor) / 1_000);
  if (massMg === 0) return { fault: 'This is less than a milligram: take more of it.' };
  return { massMg };
}

function massOfOne(unit: FoodUnit, { densityMgPerMl, pieceMg }: Convertible): number | string {
  const mass = MASS_MG[unit];
  if (mass !== undefined) return mass;
  const volume = VOLUME_ML[unit];
  if (volume !== undefined) {
    return densityMgPerMl === null
      ? 'The density of this ingredient is not known: give its amount in G, KG, OZ or LB.'
      : volume * densityMgPerMl;
  }
  if (unit === 'PIECE') {
    return (
      pieceMg ?? 'What a piece of this ingredient weighs is not known: give its amount in G, KG, OZ or LB.'
    );
  }
  return 'Only recipes are measured in SERVING: give the amount of an ingredient in G, ML or PIECE.';
}
