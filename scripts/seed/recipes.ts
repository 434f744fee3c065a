/** A recipe of the demo world. */
interface SeedRecipe {
  /** Handle of who wrote it. */
  by: string;
  title: string;
  description: string;
  servings: number;
  /** "amount UNIT name": a food of the catalogue, or for SERVING a recipe that stands above. */
  portions: readonly string[];
  steps: string[];
  tags: string[];
  /** Who rated it, by handle. */
  stars?: Readonly<Record<string, number>>;
}

/** What is eaten at a meal, as the portions of recipes. */
export interface SeedMeal {
  meal: 'BREAKFAST' | 'LUNCH' | 'DINNER' | 'SNACK';
  portions: readonly string[];
}

export const RECIPES: readonly SeedRecipe[] = [
  {
    by: 'marco',
    title: 'Savoury oatmeal',
    description: 'Dinner, whatever Marco says.',
    servings: 1,
    portions: ['70 G Oats, rolled, dry', '2 PIECE Egg', '60 G Spinach', '1 TSP Olive oil', '1 G Salt'],
    steps: [
      'Simmer the oats in three times their volume of water until creamy, then salt them.',
      'Wilt the spinach in the oil, and fry the eggs beside it.',
      'Put both on the oats while they are hot.',
    ],
    tags: ['quick', 'vegetarian'],
    stars: { dana: 5, sofia: 4 },
  },
  {
    by: 'sofia',
    title: 'Lentils in tomato',
    description: 'One pot, thirty minutes, four portions.',
    servings: 4,
    portions: [
      '300 G Lentils, dry',
      '400 G Tomato sauce, canned',
      '1 PIECE Onion',
      '2 PIECE Garlic',
      '200 G Spinach',
      '2 TBSP Olive oil',
      '6 G Cumin seed',
      '4 G Salt',
    ],
    steps: [
      'Soften the chopped onion and garlic in the oil, and toast the cumin with them.',
      'Add lentils, tomato and a litre of water; simmer for 25 minutes.',
      'Stir in the spinach and the salt at the end.',
    ],
    tags: ['one pot', 'vegan'],
    stars: { marco: 5, dana: 5, chloe: 4 },
  },
  {
    by: 'marco',
    title: 'Tomato sauce base',
    description: 'Keeps for a week in the refrigerator.',
    servings: 6,
    portions: ['800 G Tomato', '1 PIECE Onion', '3 TBSP Olive oil', '10 G Basil, fresh', '4 G Salt'],
    steps: ['Cook all but the basil gently for forty minutes.', 'Tear the basil into it.'],
    tags: ['base', 'vegan'],
  },
  {
    by: 'marco',
    title: 'Pasta al pomodoro',
    description: 'The evening before a long run.',
    servings: 2,
    portions: ['240 G Pasta, dry', '2 SERVING Tomato sauce base', '1 TBSP Olive oil'],
    steps: ['Boil the pasta, a minute less than the packet says.', 'Finish it in the sauce.'],
    tags: ['running', 'vegan'],
    stars: { dana: 4, kofi: 5 },
  },
  {
    by: 'chloe',
    title: 'Chicken with leeks and mustard',
    description: 'Very French, very quick.',
    servings: 2,
    portions: [
      '320 G Chicken breast, raw',
      '300 G Leek',
      '1 TBSP Mustard',
      '80 G Sour cream',
      '1 TBSP Olive oil',
      '2 G Salt',
    ],
    steps: [
      'Brown the chicken in the oil.',
      'Soften the leeks in the same pan.',
      'Stir in mustard and cream.',
    ],
    tags: ['quick', 'protein'],
    stars: { dana: 4, marco: 4 },
  },
  {
    by: 'yuki',
    title: 'Salmon rice bowl',
    description: 'After the pool.',
    servings: 1,
    portions: [
      '120 G Salmon, Atlantic, farmed, raw',
      '75 G Rice, white, long-grain, dry',
      '80 G Cucumber',
      '50 G Avocado',
      '1 TBSP Soy sauce',
      '1 TSP Sesame oil',
    ],
    steps: ['Cook the rice.', 'Sear the salmon for three minutes a side.', 'Slice the rest over both.'],
    tags: ['protein'],
    stars: { priya: 5 },
  },
];

const PORRIDGE: SeedMeal = {
  meal: 'BREAKFAST',
  portions: ['60 G Oats, rolled, dry', '250 ML Milk, reduced fat', '1 PIECE Banana', '1 TBSP Honey'],
};
const YOGHURT: SeedMeal = {
  meal: 'BREAKFAST',
  portions: ['250 G Greek yoghurt, low-fat', '100 G Blueberries', '40 G Oats, rolled, dry', '20 G Walnuts'],
};
const BREAD: SeedMeal = {
  meal: 'BREAKFAST',
  portions: ['3 PIECE Bread, wholemeal', '30 G Peanut butter, chunky', '1 PIECE Apple'],
};
const LENTILS: SeedMeal = { meal: 'LUNCH', portions: ['1 SERVING Lentils in tomato', '2 PIECE Bread, rye'] };
const BOWL: SeedMeal = { meal: 'LUNCH', portions: ['1 SERVING Salmon rice bowl'] };
const CHICKEN: SeedMeal = {
  meal: 'DINNER',
  portions: ['1 SERVING Chicken with leeks and mustard', '300 G Potato'],
};
const PASTA: SeedMeal = { meal: 'DINNER', portions: ['1 SERVING Pasta al pomodoro'] };
const OATMEAL: SeedMeal = { meal: 'DINNER', portions: ['1 SERVING Savoury oatmeal'] };
const SNACK: SeedMeal = { meal: 'SNACK', portions: ['30 G Almonds', '1 PIECE Orange'] };

/** What the demo user ate, the last one today so far. */
export const EATEN_DAYS: readonly (readonly SeedMeal[])[] = [
  [PORRIDGE, LENTILS, CHICKEN, SNACK],
  [YOGHURT, BOWL, OATMEAL],
  [BREAD, LENTILS, CHICKEN, SNACK],
  [PORRIDGE, BOWL, PASTA],
  [YOGHURT, LENTILS, CHICKEN],
  [BREAD, BOWL, OATMEAL, SNACK],
  [PORRIDGE],
];

export const PLANNED_DAYS: readonly (readonly SeedMeal[])[] = [
  [PORRIDGE, LENTILS, CHICKEN],
  [YOGHURT, BOWL, PASTA, SNACK],
  [PORRIDGE, LENTILS, PASTA],
];
