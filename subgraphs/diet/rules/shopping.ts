import type { Convertible } from './amounts.ts';

/** The most people who share one list, its owner among them. */
export const maximumMembers = 20;

/** Where a food stands in a shop. */
export type Aisle =
  | 'PRODUCE'
  | 'BAKERY'
  | 'DAIRY_AND_EGGS'
  | 'MEAT'
  | 'FISH'
  | 'GRAINS_AND_PULSES'
  | 'OILS_AND_SPICES'
  | 'NUTS_AND_SEEDS'
  | 'SWEETS'
  | 'DRINKS'
  | 'OTHER';

/** An amount of money, in the currency's smallest unit. */
export interface Money {
  amountMinor: number;
  currency: string;
}

/** A mass of an ingredient that somebody needs. */
export interface Need<Ingredient extends Convertible & { id: string }> {
  ingredient: Ingredient;
  massMg: number;
}

/** What is to be bought of an ingredient. */
export interface Purchase<Ingredient> {
  ingredient: Ingredient;
  massMg: number;
  /** Thousandths of a millilitre; null without a density. */
  volumeUl: number | null;
  /** Rounded up: nobody buys half an egg; null without a weight of a piece. */
  pieces: number | null;
  cost: Money | null;
}

/**
 * What is to be bought, one entry an ingredient: masses are summed, then scaled, then rounded once.
 * @param factorMilli - Thousandths by which all is multiplied.
 * @param prices - What is paid for a kilogram, by ingredient.
 */
export function purchasesOf<Ingredient extends Convertible & { id: string }>(
  needs: readonly Need<Ingredient>[],
  factorMilli: number,
  prices: ReadonlyMap<string, Money>,
): Purchase<Ingredient>[] {
  return [...Map.groupBy(needs, ({ ingredient }) => ingredient.id).values()].map((group) => {
    const [{ ingredient }] = group as [Need<Ingredient>];
    const sum = group.reduce((mass, need) => mass + need.massMg, 0);
    const massMg = Math.max(1, Math.round((sum * factorMilli) / 1_000));
    const { densityMgPerMl, pieceMg } = ingredient;
    return {
      ingredient,
      massMg,
      volumeUl: densityMgPerMl === null ? null : Math.round((massMg * 1_000) / densityMgPerMl),
      pieces: pieceMg === null ? null : Math.ceil(massMg / pieceMg),
      cost: costOf(massMg, prices.get(ingredient.id)),
    };
  });
}

/** One sum a currency, by its code. */
export function costEstimateOf(costs: readonly Money[]): Money[] {
  return [...Map.groupBy(costs, ({ currency }) => currency)]
    .map(([currency, same]) => ({
      currency,
      amountMinor: same.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    }))
    .sort((left, right) => (left.currency < right.currency ? -1 : 1));
}

/** Milligrams in the kilogram that prices speak of. */
const KILOGRAM_MG = 1_000_000;

function costOf(massMg: number, price: Money | undefined): Money | null {
  if (price === undefined) return null;
  return { currency: price.currency, amountMinor: Math.round((massMg * price.amountMinor) / KILOGRAM_MG) };
}
