import { v5 as uuidv5 } from 'uuid';
import type { ExerciseCategory, ExerciseEquipment, Muscle } from '#gen/prisma/workouts/enums.ts';
import type { Database } from '#platform/db/database.ts';
import { sql } from '#platform/sql/statement.ts';
import type { Measure } from '../rules/sets.ts';
import { searchable } from './searchable.ts';

/** An exercise of the catalogue. */
export interface CatalogueExercise {
  /** Names it for ever: its id is made of it. */
  slug: string;
  name: string;
  category: ExerciseCategory;
  equipment: readonly ExerciseEquipment[];
  primary: readonly Muscle[];
  secondary: readonly Muscle[];
  measure: Measure;
  /** Written for this project. */
  instructions: string;
}

/** The exercises that everybody sees: reference data that comes with the code. */
export function createCatalogueStore(db: Pick<Database<unknown>, 'query'>) {
  return {
    /** Brings the table up to date with the code, in one statement; what is the same already is not written. */
    async install(exercises: readonly CatalogueExercise[]): Promise<void> {
      await db.query(INSTALL, [JSON.stringify(exercises.map(rowOf))]);
    },
  };
}

/** The same in every database, so that what names an exercise of the catalogue can be moved between them. */
export function catalogueId(slug: string): string {
  return uuidv5(slug, NAMESPACE);
}

const NAMESPACE = '6f1f6c0e-7a52-4b0e-9d0c-3f2f8f0f5c11';

function rowOf(exercise: CatalogueExercise) {
  return {
    id: catalogueId(exercise.slug),
    slug: exercise.slug,
    name: exercise.name,
    search_name: searchable(exercise.name),
    instructions: exercise.instructions,
    category: exercise.category,
    equipment: exercise.equipment,
    primary_muscles: exercise.primary,
    secondary_muscles: exercise.secondary,
    measure: exercise.measure,
  };
}

const VALUES = `name, search_name, instructions, category, equipment, primary_muscles, secondary_muscles, measure`;

export const INSTALL = sql<[exercises: string]>(`
  INSERT INTO exercises AS e (id, slug, ${VALUES})
  SELECT id, slug, ${VALUES} FROM jsonb_to_recordset($1::jsonb) AS given (
    id uuid, slug text, name text, search_name text, instructions text, category exercise_category,
    equipment exercise_equipment[], primary_muscles muscle[], secondary_muscles muscle[], measure exercise_measure
  ) ORDER BY slug
  ON CONFLICT (slug) DO UPDATE SET (${VALUES}, version) = ROW (
    excluded.name, excluded.search_name, excluded.instructions, excluded.category, excluded.equipment,
    excluded.primary_muscles, excluded.secondary_muscles, excluded.measure, e.version + 1
  )
  WHERE (e.name, e.search_name, e.instructions, e.category, e.equipment, e.primary_muscles, e.secondary_muscles, e.measure)
    IS DISTINCT FROM (excluded.name, excluded.search_name, excluded.instructions, excluded.category,
      excluded.equipment, excluded.primary_muscles, excluded.secondary_muscles, excluded.measure)`);
