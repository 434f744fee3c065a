import type { Money__Output } from '#gen/proto/fitme/diet/v1/Money.ts';
import type { Nutrients__Output } from '#gen/proto/fitme/diet/v1/Nutrients.ts';
import type { Portion__Output } from '#gen/proto/fitme/diet/v1/Portion.ts';
import type { Target__Output } from '#gen/proto/fitme/diet/v1/Target.ts';
import { amountsBy, type Composition, type Nutrient, type Nutrients } from '../rules/nutrients.ts';
import type { Target } from '../rules/objective.ts';
import type { Price } from '../rules/shopping.ts';
import type { Portion } from '../store/contents.ts';
import { nutrients as nutrientEnum, units } from './enums.ts';

/** Whole thousandths of a number that has at most three decimals. */
export function thousandths(value: number): number {
  return Math.round(value * 1_000);
}

/** A number of whole thousandths. */
export function fromThousandths(milli: number): number {
  return milli / 1_000;
}

/** What is in 100 g as a request says it: kcal and grams. */
type CompositionContent = {
  [Field in keyof ReturnType<typeof compositionContent>]?: number | undefined;
};

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

/** What is in 100 g, as the proto says it. */
export function compositionMessage(per100g: Composition): Nutrients__Output {
  const names = Object.keys(per100g) as Nutrient[];
  return nutrientsMessage({
    amounts: amountsBy((nutrient) => per100g[nutrient] ?? 0),
    unknown: names.filter((nutrient) => per100g[nutrient] === null),
  });
}

/** What is in 100 g as requests say it: undefined where it is not known. */
export function compositionContent(per100g: Composition) {
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

/** What is in 100 g, from a request: what is not said is not known. */
export function compositionFrom(content: CompositionContent): Composition {
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
export function portionMessage({ ingredientId, recipeId, amountMilli, unit }: Portion): Portion__Output {
  return {
    ingredientId: ingredientId ?? '',
    recipeId: recipeId ?? '',
    amount: fromThousandths(amountMilli),
    unit: units.valueOf(unit),
  };
}

/** A portion from a request. */
export function portionFrom({ ingredientId, recipeId, amount, unit }: Portion__Output): Portion {
  return {
    ingredientId: ingredientId || null,
    recipeId: recipeId || null,
    amountMilli: thousandths(amount),
    unit: units.requiredNameOf(unit),
  };
}

/** A target as the proto says it. */
export function targetMessage({ nutrient, min, max }: Target): Target__Output {
  return {
    nutrient: nutrientEnum.valueOf(nutrient),
    min: fromThousandths(min ?? 0),
    max: fromThousandths(max ?? 0),
  };
}

/** A target from a request. */
export function targetFrom({ nutrient, min, max }: Target__Output): Target {
  return {
    nutrient: nutrientEnum.requiredNameOf(nutrient),
    min: min > 0 ? thousandths(min) : null,
    max: max > 0 ? thousandths(max) : null,
  };
}

/** An amount of money as the proto says it. */
export function moneyMessage(price: Price): Money__Output {
  return { amountMinor: String(price.amountMinor), currency: price.currency };
}

function said(milli: number | null): number | undefined {
  return milli === null ? undefined : fromThousandths(milli);
}

function kept(value: number | undefined): number | null {
  return value === undefined ? null : thousandths(value);
}
