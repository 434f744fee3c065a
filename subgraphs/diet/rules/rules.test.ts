import { describe, expect, it } from 'vitest';
import { type Convertible, massOf } from './amounts.ts';
import { dietaryFlagsOf } from './diets.ts';
import { amountsBy, type Composition, nutrientsOf, together } from './nutrients.ts';
import { computeDietObjective, restingEnergyKcal } from './objective.ts';
import { costEstimateOf, purchasesOf } from './shopping.ts';
import { isWithinTarget, warningsOf } from './targets.ts';

/** What 100 g hold: everything 0 but for what is named. */
function per100g(stated: Partial<Record<keyof Composition, number | null>>): Composition {
  return { ...amountsBy(() => 0), ...stated };
}

describe('an amount as a mass', () => {
  const oil = { densityMgPerMl: 913, pieceMg: null };
  const egg = { densityMgPerMl: null, pieceMg: 50_000 };

  it.each([
    ['200 g', 200_000, 'G', oil, 200_000],
    ['1.5 kg', 1_500, 'KG', oil, 1_500_000],
    ['an ounce', 1_000, 'OZ', oil, 28_350],
    ['a pound', 1_000, 'LB', oil, 453_592],
    ['a tablespoon of oil', 1_000, 'TBSP', oil, 13_695],
    ['a third of a cup of oil', 333, 'CUP', oil, 72_967],
    ['two eggs and a half', 2_500, 'PIECE', egg, 125_000],
  ] as const)('%s', (_what, amountMilli, unit, food, massMg) => {
    expect(massOf(amountMilli, unit, food)).toEqual({ massMg });
  });

  it.each([
    ['a millilitre without a density', 1_000, 'ML', egg, 'density'],
    ['a piece without a weight', 1_000, 'PIECE', oil, 'piece'],
    ['a serving of an ingredient', 1_000, 'SERVING', egg, 'recipes'],
    ['a thousandth of a milligram', 0.0004, 'G', egg, 'less than a milligram'],
  ] as const)('%s is refused with what to do', (_what, amountMilli, unit, food, reason) => {
    expect(massOf(amountMilli, unit, food).fault).toContain(reason);
  });
});

describe('what is in food', () => {
  it('is summed exactly, where numbers with decimals would not be', () => {
    const tenth = { per100g: per100g({ PROTEIN: 100 }), massMg: 100_000 };
    expect(nutrientsOf(Array(10).fill(tenth)).amounts.PROTEIN).toBe(1_000);
    expect(0.1 * 3).not.toBe(0.3);
    expect(nutrientsOf(Array(3).fill(tenth)).amounts.PROTEIN).toBe(300);
  });

  it('is rounded once, half up, after all is summed', () => {
    const crumb = { per100g: per100g({ SALT: 1 }), massMg: 25_000 };
    expect(nutrientsOf([crumb]).amounts.SALT).toBe(0);
    expect(nutrientsOf([crumb, crumb]).amounts.SALT).toBe(1);
    expect(nutrientsOf(Array(4).fill(crumb)).amounts.SALT).toBe(1);
  });

  it('is divided among servings before it is rounded', () => {
    const line = { per100g: per100g({ FAT: 1_000 }), massMg: 100_000 };
    expect(nutrientsOf([line], 3).amounts.FAT).toBe(333);
    expect(nutrientsOf([line, line], 3).amounts.FAT).toBe(667);
  });

  it('says what no source states, and counts it as nothing', () => {
    const known = { per100g: per100g({ SUGAR: 5_000 }), massMg: 100_000 };
    const unstated = { per100g: per100g({ SUGAR: null }), massMg: 100_000 };
    expect(nutrientsOf([known, unstated])).toMatchObject({ amounts: { SUGAR: 5_000 }, unknown: ['SUGAR'] });
    const both = together([nutrientsOf([known]), nutrientsOf([unstated])]);
    expect(both).toMatchObject({ amounts: { SUGAR: 5_000 }, unknown: ['SUGAR'] });
  });

  it('stays exact for the largest plan there may be', () => {
    const line = { per100g: per100g({ ENERGY: 900_000 }), massMg: 100_000_000 };
    expect(nutrientsOf(Array(6_200).fill(line), 31).amounts.ENERGY).toBe(180_000_000_000);
  });
});

describe('an objective', () => {
  const woman = {
    sex: 'FEMALE',
    ageYears: 30,
    heightCm: 170,
    weightKg: 65,
    activityLevel: 'MODERATE',
  } as const;

  it('is computed by Mifflin-St Jeor: 10 w + 6.25 h - 5 a, and 5 more for men, 161 less for women', () => {
    expect(restingEnergyKcal(woman)).toBe(1_401.5);
    expect(restingEnergyKcal({ ...woman, sex: 'MALE' })).toBe(1_567.5);
  });

  it('multiplies the resting energy by the activity, and takes or adds for its kind', () => {
    const energyOf = (kind: 'MAINTAIN' | 'LOSE' | 'GAIN') => {
      const { targets, ...energies } = computeDietObjective(kind, woman);
      return { ...energies, target: targets.find(({ nutrient }) => nutrient === 'ENERGY') };
    };
    // 1,402 × 1.55 = 2,173
    expect(energyOf('MAINTAIN')).toMatchObject({
      restingEnergy: 1_402_000,
      spentEnergy: 2_173_000,
      target: { min: 2_064_000, max: 2_282_000 },
    });
    expect(energyOf('LOSE').target).toMatchObject({ min: 1_589_000, max: 1_757_000 });
    expect(energyOf('GAIN').target).toMatchObject({ min: 2_271_000, max: 2_510_000 });
  });

  it('lets nobody lose weight below what is safe without a physician', () => {
    const light = { ...woman, weightKg: 45, heightCm: 150, activityLevel: 'SEDENTARY' } as const;
    const { spentEnergy, targets } = computeDietObjective('LOSE', light);
    expect(spentEnergy).toBe(1_292_000);
    expect(targets[0]).toEqual({ nutrient: 'ENERGY', min: 1_140_000, max: 1_260_000 });
  });
});

describe('a plan beside an objective', () => {
  const holding = (energy: number, protein: number) => ({
    amounts: { ...amountsBy(() => 0), ENERGY: energy, PROTEIN: protein },
    unknown: [],
  });
  const targets = [
    { nutrient: 'ENERGY', min: 1_900_000, max: 2_100_000 },
    { nutrient: 'PROTEIN', min: 90_000, max: null },
  ] as const;

  it('is warned of by day and on average, with which bound is missed', () => {
    const warnings = warningsOf(
      targets,
      [holding(2_000_000, 100_000), holding(2_500_000, 40_000)],
      holding(2_250_000, 70_000),
    );
    expect(warnings).toEqual([
      {
        code: 'day-2:ENERGY:above',
        dayIndex: 1,
        nutrient: 'ENERGY',
        bound: 'ABOVE',
        actual: 2_500_000,
        limit: 2_100_000,
      },
      {
        code: 'day-2:PROTEIN:below',
        dayIndex: 1,
        nutrient: 'PROTEIN',
        bound: 'BELOW',
        actual: 40_000,
        limit: 90_000,
      },
      {
        code: 'average:ENERGY:above',
        dayIndex: null,
        nutrient: 'ENERGY',
        bound: 'ABOVE',
        actual: 2_250_000,
        limit: 2_100_000,
      },
      {
        code: 'average:PROTEIN:below',
        dayIndex: null,
        nutrient: 'PROTEIN',
        bound: 'BELOW',
        actual: 70_000,
        limit: 90_000,
      },
    ]);
  });

  it('meets a bound that it touches', () => {
    expect(isWithinTarget(targets, holding(2_100_000, 90_000), 1)).toBe(true);
    expect(isWithinTarget(targets, holding(2_100_001, 90_000), 1)).toBe(false);
  });

  it('is not met by a day on which nothing was eaten, nor where there is no objective', () => {
    expect(isWithinTarget([{ nutrient: 'SALT', min: null, max: 5_000 }], holding(0, 0), 0)).toBe(false);
    expect(isWithinTarget([], holding(2_000_000, 100_000), 3)).toBe(false);
  });
});

describe('dietary flags', () => {
  const plant = { origin: 'PLANT', allergens: [], allergensKnown: true } as const;

  it('hold where they hold for every food', () => {
    expect(dietaryFlagsOf([plant])).toEqual([
      'VEGAN',
      'VEGETARIAN',
      'PESCATARIAN',
      'GLUTEN_FREE',
      'MILK_FREE',
      'EGG_FREE',
      'NUT_FREE',
    ]);
    const cheese = { ...plant, origin: 'ANIMAL_PRODUCT', allergens: ['MILK'] } as const;
    expect(dietaryFlagsOf([plant, cheese])).toEqual([
      'VEGETARIAN',
      'PESCATARIAN',
      'GLUTEN_FREE',
      'EGG_FREE',
      'NUT_FREE',
    ]);
    const cod = { ...plant, origin: 'FISH', allergens: ['FISH'] } as const;
    expect(dietaryFlagsOf([cod])).not.toContain('VEGETARIAN');
    const peanuts = { ...plant, allergens: ['PEANUTS'] } as const;
    expect(dietaryFlagsOf([peanuts])).not.toContain('NUT_FREE');
  });

  it('are not derived from what is not known', () => {
    expect(dietaryFlagsOf([plant, { ...plant, allergensKnown: false }])).toEqual([
      'VEGAN',
      'VEGETARIAN',
      'PESCATARIAN',
    ]);
    const unknown = { origin: null, allergens: [], allergensKnown: false } as const;
    expect(dietaryFlagsOf([plant, unknown])).toEqual([]);
    expect(dietaryFlagsOf([])).toEqual([]);
  });
});

describe('a shopping list', () => {
  const milk: Convertible & { id: string } = { id: 'milk', densityMgPerMl: 1_030, pieceMg: null };
  const egg: typeof milk = { id: 'egg', densityMgPerMl: null, pieceMg: 50_000 };

  it('sums what is needed of an ingredient, scales it, and rounds pieces up', () => {
    const purchases = purchasesOf(
      [
        { ingredient: milk, massMg: 103_000 },
        { ingredient: egg, massMg: 60_000 },
        { ingredient: milk, massMg: 412_000 },
      ],
      2_000,
      new Map([['milk', { amountMinor: 119, currency: 'EUR' }]]),
    );
    expect(purchases).toEqual([
      {
        ingredient: milk,
        massMg: 1_030_000,
        volumeUl: 1_000_000,
        pieces: null,
        cost: { amountMinor: 123, currency: 'EUR' },
      },
      { ingredient: egg, massMg: 120_000, volumeUl: null, pieces: 3, cost: null },
    ]);
  });

  it('estimates one sum a currency', () => {
    const costs = [
      { amountMinor: 199, currency: 'EUR' },
      { amountMinor: 500, currency: 'CHF' },
      { amountMinor: 1, currency: 'EUR' },
    ];
    expect(costEstimateOf(costs)).toEqual([
      { currency: 'CHF', amountMinor: 500 },
      { currency: 'EUR', amountMinor: 200 },
    ]);
  });
});
