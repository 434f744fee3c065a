import type { CatalogueExercise } from '../../store/catalogue.ts';
import { endurance } from './endurance.ts';
import { hips } from './hips.ts';
import { legs } from './legs.ts';
import { power } from './power.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { trunk } from './trunk.ts';

/** The exercises that everybody sees. */
export const catalogue: readonly CatalogueExercise[] = [
  ...legs,
  ...hips,
  ...push,
  ...pull,
  ...trunk,
  ...power,
  ...endurance,
];
