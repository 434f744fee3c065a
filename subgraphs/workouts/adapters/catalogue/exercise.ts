import type { CategoryName, EquipmentName, MuscleName } from '../../rpc/present/enums.ts';
import type { Measure } from '../../rules/sets.ts';

/** An exercise of the catalogue. */
export interface CatalogueExercise {
  /** Names it for ever: its id is made of it. */
  slug: string;
  name: string;
  category: CategoryName;
  equipment: readonly EquipmentName[];
  primary: readonly MuscleName[];
  secondary: readonly MuscleName[];
  measure: Measure;
  /** Written for this project. */
  instructions: string;
}
