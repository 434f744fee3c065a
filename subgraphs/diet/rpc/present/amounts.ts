import type { FoodComposition__Output } from '#gen/proto/fitme/diet/v1/FoodComposition.ts';
import type { FoodPortion__Output } from '#gen/proto/fitme/diet/v1/FoodPortion.ts';
import type { Money__Output } from '#gen/proto/fitme/diet/v1/Money.ts';
import type { Nutrients__Output } from '#gen/proto/fitme/diet/v1/Nutrients.ts';
import type { NutrientTarget__Output } from '#gen/proto/fitme/diet/v1/NutrientTarget.ts';
import type { Composition, Nutrients } from '../../rules/nutrients.ts';
import type { Target } from '../../rules/objective.ts';
import type { Money } from '../../rules/shopping.ts';
import type { FoodPortion } from '../../store/contents.ts';
import { nutrients as nutrientEnum, units } from './enums.ts';

/** Whole thousandths of a number that has at most three decimals. */
export function thousandths(value: number): number {
  return Math.round(value * 1_000);
}

/** A number of whole thousandths. */
export function fromThousandths(milli: number): number {
  return milli / 1_000;
}

/** Nutrients as the proto says them. */
export function nutrientsMessage({ amounts, unknown }: Nutrients): Nutrients__Output {
  return {
    energyKcal: fromThousandths(amounts.ENERGY),
    proteinG: fromThousandths(amounts.PROTEIN),
    carbohydrateG: fromThousandths(amounts.CARBOHYDRATE),
    sugarG: fromThousandths(amounts.SUGAR),
    fatG: fromThousandths(amounts.FAT),
    saturatedFatG: fromThousandths(amounts.SATURATED_FAT),
    fibreG: fromThousandths(amounts.FIBRE),
    saltG: fromThousandths(amounts.SALT),
    unknown: unknown.map(nutrientEnum.valueOf),
  };
}

/** What is in 100 g of a food as the proto says it: undefined where it is not known. */
export function compositionMessage(per100g: Composition): FoodComposition__Output {
  return {
    energyKcal: said(per100g.ENERGY),
    proteinG: said(per100g.PROTEIN),
    carbohydrateG: said(per100g.CARBOHYDRATE),
    sugarG: said(per100g.SUGAR),
    fatG: said(per100g.FAT),
    saturatedFatG: said(per100g.SATURATED_FAT),
    fibreG: said(per100g.FIBRE),
    saltG: said(per100g.SALT),
  };
}

/** What is in 100 g of a food, from a request: what is not said is not known. */
export function compositionFrom(content: FoodComposition__Output): Composition {
  return {
    ENERGY: kept(content.energyKcal),
    PROTEIN: kept(content.proteinG),
    CARBOHYDRATE: kept(content.carbohydrateG),
    SUGAR: kept(content.sugarG),
    FAT: kept(content.fatG),
    SATURATED_FAT: kept(content.saturatedFatG),
    FIBRE: kept(content.fibreG),
    SALT: kept(content.saltG),
  };
}

/** A portion as the proto says it. */
export function portionMessage({
  ingredientId,
  recipeId,
  amountMilli,
  unit,
}: FoodPortion): FoodPortion__Output {
  return {
    ingredientId: ingredientId ?? undefined,
    recipeId: recipeId ?? undefined,
    amount: fromThousandths(amountMilli),
    unit: units.valueOf(unit),
  };
}

/** A portion from a request. */
export function portionFrom({ ingredientId, recipeId, amount, unit }: FoodPortion__Output): FoodPortion {
  return {
    ingredientId: ingredientId ?? null,
    recipeId: recipeId ?? null,
    amountMilli: thousandths(amount),
    unit: units.requiredNameOf(unit),
  };
}

/** A target as the proto says it. */
export function targetMessage({ nutrient, min, max }: Target): NutrientTarget__Output {
  return {
    nutrient: nutrientEnum.valueOf(nutrient),
    min: said(min),
    max: said(max),
  };
}

/** A target from a request. */
export function targetFrom({ nutrient, min, max }: NutrientTarget__Output): Target {
  return {
    nutrient: nutrientEnum.requiredNameOf(nutrient),
    min: kept(min),
    max: kept(max),
  };
}

/** An amount of money as the proto says it. */
export function moneyMessage({ amountMinor, currency }: Money): Money__Output {
  return { amountMinor: String(amountMinor), currency };
}

/** A number of whole thousandths as proto says it where it may be none. */
export function said(milli: number | null): number | undefined {
  return milli === null ? undefined : fromThousandths(milli);
}

/** Whole thousandths of a number that may be none in a request. */
export function kept(value: number | undefined): number | null {
  return value === undefined ? null : thousandths(value);
}
