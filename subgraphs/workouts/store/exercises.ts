import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { ExerciseCategory, ExerciseEquipment, Muscle } from '#gen/prisma/workouts/enums.ts';
import type { Attachment } from '#platform/attachments/attachment.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { Measure } from '../rules/sets.ts';
import { attachedRows, attachmentColumns } from './attached.ts';
import { searchable } from './searchable.ts';

/** An exercise, of the catalogue or somebody's own. */
export interface ExerciseRow extends ExerciseValues {
  id: string;
  /** Null in the catalogue, and where the account was erased. */
  ownerId: string | null;
  inCatalogue: boolean;
  archivedAt: Date | null;
  version: number;
}

/** What people say about an exercise. */
export interface ExerciseValues {
  name: string;
  instructions: string | null;
  category: ExerciseCategory;
  equipment: ExerciseEquipment[];
  primaryMuscles: Muscle[];
  secondaryMuscles: Muscle[];
  measure: Measure;
  videoUrl: string | null;
  videoFileId: string | null;
}

/** What their owners change of exercises: what is written down of a set stays. */
export type ExerciseChange = Omit<ExerciseValues, 'measure'>;

export interface ExerciseSearch {
  viewerId: string;
  /** Part of the name; empty for all. */
  text: string;
  muscles: readonly Muscle[];
  equipment: readonly ExerciseEquipment[];
  category: ExerciseCategory | null;
  ownOnly: boolean;
  window: PageWindow<[string, string]>;
}

/** Cursors of a search: name without case and accents, id. */
export const exerciseCursor = defineCursor('workouts.exercises', z.tuple([z.string(), z.uuid()]));

/** Exercises: who may see them, and what their owners do with them. */
export function createExerciseStore({ db, now }: StoreOptions<PrismaClient>) {
  return {
    /** Those among these ids that the viewer may see: of the catalogue, their own, planned or done by them, or public. */
    visible(viewerId: string, ids: readonly string[], signal: AbortSignal): Promise<ExerciseRow[]> {
      return db.query(VISIBLE_EXERCISES, [viewerId, ids], signal);
    },

    /** The owner's exercise, or none. */
    own(ownerId: string, id: string, signal: AbortSignal): Promise<ExerciseRow[]> {
      return db.query(OWN_EXERCISE, [ownerId, id], signal);
    },

    /** Those among these ids that somebody may have to do with whose trainer the viewer is, and with whom. */
    throughClients(
      viewerId: string,
      ids: readonly string[],
      signal: AbortSignal,
    ): Promise<(ExerciseRow & { userId: string })[]> {
      return db.query(THROUGH_CLIENTS, [viewerId, ids], signal);
    },

    /** By name. */
    async search(search: ExerciseSearch, signal: AbortSignal): Promise<Page<ExerciseRow>> {
      const { viewerId, text, muscles, equipment, category, ownOnly, window } = search;
      const rows = await readWindow(
        db,
        SEARCH,
        [viewerId, ownOnly, searchable(text), muscles, equipment, category],
        window,
        signal,
      );
      return pageOf(rows, window, exerciseCursor, ({ searchName, id }) => [searchName, id]);
    },

    /** The id of a new exercise: the one that is given, or that of the first try with its key. */
    create(
      ownerId: string,
      { id, ...values }: ExerciseValues & { id: string },
      creation: Creation,
    ): Promise<string> {
      const call = { viewerId: ownerId, method: 'CreateExercise', ...creation };
      return db.idempotent(call, async ({ tx }) => {
        const searchName = searchable(values.name);
        await tx.exercise.create({ data: { ...values, id, ownerId, searchName } });
        return id;
      });
    },

    /** Those of these videos that hang on exercises. */
    listAttached(attachments: readonly Attachment[], signal: AbortSignal): Promise<Attachment[]> {
      return db.query(VIDEOS, attachmentColumns(attachments), signal);
    },

    /** @throws DomainError NOT_FOUND where the owner has no such exercise, CONFLICT where it has another version. */
    update(ownerId: string, id: string, expectedVersion: number, change: ExerciseChange): Promise<void> {
      return db.transaction(async ({ tx }) => {
        const searchName = searchable(change.name);
        const { count } = await tx.exercise.updateMany({
          where: { id, ownerId, version: expectedVersion },
          data: { ...change, searchName, version: { increment: 1 } },
        });
        if (count === 1) return;
        const present = await tx.exercise.findFirst({ where: { id, ownerId }, select: { version: true } });
        if (present === null) throw notFound('exercise of yours');
        throw new DomainError(
          'CONFLICT',
          `The exercise is at version ${present.version} by now: read it again, and send your change with that version.`,
          { reason: 'VERSION_STALE', parameters: { version: present.version } },
        );
      });
    },

    /** @throws DomainError NOT_FOUND where the owner has no such exercise. */
    async archive(ownerId: string, id: string): Promise<void> {
      const { count } = await db.prisma.exercise.updateMany({
        where: { id, ownerId, archivedAt: null },
        data: { archivedAt: new Date(now()) },
      });
      if (count === 0 && (await db.prisma.exercise.count({ where: { id, ownerId } })) === 0)
        throw notFound('exercise of yours');
    },
  };
}

const COLUMNS = `
  e.id, e.owner_id AS "ownerId", e.slug IS NOT NULL AS "inCatalogue", e.name, e.instructions, e.category,
  e.equipment::text[], e.primary_muscles::text[] AS "primaryMuscles", e.secondary_muscles::text[] AS "secondaryMuscles",
  e.measure,
  e.video_url AS "videoUrl", e.video_file_id AS "videoFileId", e.version, e.archived_at AS "archivedAt"`;

export const SEARCH = paged<
  [
    viewerId: string,
    ownOnly: boolean,
    text: string,
    muscles: readonly Muscle[],
    equipment: readonly ExerciseEquipment[],
    category: ExerciseCategory | null,
  ],
  ExerciseRow & { searchName: string },
  [string, string]
>(
  {
    by: [
      ['e.search_name', 'text'],
      ['e.id', 'uuid'],
    ],
    order: 'ASC',
  },
  ({ behind, order, limit }) => `
    SELECT ${COLUMNS}, e.search_name AS "searchName" FROM exercises e
    WHERE e.archived_at IS NULL AND (e.owner_id = $1 OR (e.slug IS NOT NULL AND NOT $2))
      AND strpos(e.search_name, $3) > 0
      AND (cardinality($4::muscle[]) = 0 OR e.primary_muscles && $4)
      AND (cardinality($5::exercise_equipment[]) = 0 OR e.equipment <@ $5)
      AND ($6::exercise_category IS NULL OR e.category = $6)
      AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);

export const VIDEOS = attachedRows('exercises', 'video_file_id');

/** $1 is the viewer. */
const VISIBLE = `(
  e.slug IS NOT NULL OR e.owner_id = $1
  OR EXISTS (
    SELECT 1 FROM plan_exercises pe JOIN plan_versions v ON v.id = pe.plan_version_id JOIN plans p ON p.id = v.plan_id
    WHERE pe.exercise_id = e.id AND (
      p.owner_id = $1 OR (p.visibility = 'PUBLIC' AND p.version_id = v.id)
      OR EXISTS (SELECT 1 FROM assignments a WHERE a.plan_version_id = v.id AND a.user_id = $1)
    )
  )
  OR EXISTS (
    SELECT 1 FROM sets t JOIN sessions s ON s.id = t.session_id WHERE t.exercise_id = e.id AND s.user_id = $1
  )
)`;

export const VISIBLE_EXERCISES = sql<[viewerId: string, ids: readonly string[]], ExerciseRow>(
  `SELECT ${COLUMNS} FROM exercises e WHERE e.id = ANY ($2::uuid[]) AND ${VISIBLE}`,
);

export const OWN_EXERCISE = sql<[ownerId: string, id: string], ExerciseRow>(
  `SELECT ${COLUMNS} FROM exercises e WHERE e.id = $2::uuid AND e.owner_id = $1`,
);

/** By the local copy of the grants; whether it is fresh enough is asked after. */
export const THROUGH_CLIENTS = sql<
  [viewerId: string, ids: readonly string[]],
  ExerciseRow & { userId: string }
>(`
  SELECT ${COLUMNS}, g.client_id AS "userId" FROM exercises e JOIN trainer_grants g
    ON g.trainer_id = $1 AND 'WORKOUTS' = ANY (g.permissions)
  WHERE e.id = ANY ($2::uuid[]) AND (
    e.owner_id = g.client_id
    OR EXISTS (
      SELECT 1 FROM plan_exercises pe JOIN assignments a ON a.plan_version_id = pe.plan_version_id
      WHERE pe.exercise_id = e.id AND a.user_id = g.client_id
    )
    OR EXISTS (
      SELECT 1 FROM sets t JOIN sessions s ON s.id = t.session_id
      WHERE t.exercise_id = e.id AND s.user_id = g.client_id
    )
  )`);
