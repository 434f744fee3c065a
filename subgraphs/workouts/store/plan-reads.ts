import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { PlanContent } from '../rules/plan-content.ts';
import { searchable } from './searchable.ts';

/** A plan, without what it holds. */
export interface PlanRow {
  id: string;
  /** Null where the account was erased. */
  ownerId: string | null;
  name: string;
  version: number;
  newestVersionId: string;
  visibility: 'PRIVATE' | 'PUBLIC';
  template: boolean;
  copiedFromId: string | null;
  createdAt: Date;
  updatedAt: Date;
  archivedAt: Date | null;
}

/** What a plan holds, or held. */
export interface PlanVersionRow {
  id: string;
  workoutPlanId: string;
  number: number;
  name: string;
  description: string | null;
  content: PlanContent;
  tutorialFileIds: string[];
  createdAt: Date;
}

/** Cursors of one's own plans: last change in milliseconds, id. */
export const ownPlanCursor = defineCursor('workouts.plans', z.tuple([cursorInstant, z.uuid()]));

/** Cursors of public plans: name without case and accents, id. */
export const publicPlanCursor = defineCursor('workouts.public-plans', z.tuple([z.string(), z.uuid()]));

/**
 * Plans and their versions, one statement a read. People see what they made, the newest version of what is public, and
 * the version that they follow or followed.
 */
export function createPlanReads(db: Database<unknown>) {
  return {
    visible(viewerId: string, ids: readonly string[], signal: AbortSignal): Promise<PlanRow[]> {
      return db.query(VISIBLE_PLANS, [viewerId, ids], signal);
    },

    /** What the owner's plan holds now, or nothing where they have no such plan. */
    newestOwn(ownerId: string, workoutPlanId: string, signal: AbortSignal): Promise<PlanVersionRow[]> {
      return db.query(NEWEST_OWN, [ownerId, workoutPlanId], signal);
    },

    /** Those that clients of the viewer follow or followed, with whom; whether the grants are fresh is asked after. */
    throughClients(
      viewerId: string,
      ids: readonly string[],
      signal: AbortSignal,
    ): Promise<(PlanRow & { userId: string })[]> {
      return db.query(PLANS_THROUGH_CLIENTS, [viewerId, ids], signal);
    },

    visibleVersions(
      viewerId: string,
      ids: readonly string[],
      signal: AbortSignal,
    ): Promise<PlanVersionRow[]> {
      return db.query(VISIBLE_VERSIONS, [viewerId, ids], signal);
    },

    /** As throughClients, of versions. */
    versionsThroughClients(
      viewerId: string,
      ids: readonly string[],
      signal: AbortSignal,
    ): Promise<(PlanVersionRow & { userId: string })[]> {
      return db.query(VERSIONS_THROUGH_CLIENTS, [viewerId, ids], signal);
    },

    /** Those that somebody made, the one changed last first. */
    async list(
      ownerId: string,
      templatesOnly: boolean,
      window: PageWindow<[number, string]>,
      signal: AbortSignal,
    ): Promise<Page<PlanRow>> {
      const rows = await readWindow(db, OWN_PLANS, [ownerId, templatesOnly], window, signal);
      return pageOf(rows, window, ownPlanCursor, (row) => [row.updatedAt.getTime(), row.id]);
    },

    /** Public ones, by name. */
    async search(
      text: string,
      templatesOnly: boolean,
      window: PageWindow<[string, string]>,
      signal: AbortSignal,
    ): Promise<Page<PlanRow>> {
      const rows = await readWindow(db, PUBLIC_PLANS, [templatesOnly, searchable(text)], window, signal);
      return pageOf(rows, window, publicPlanCursor, (row) => [row.searchName, row.id]);
    },
  };
}

const PLAN = `
  p.id, p.owner_id AS "ownerId", p.name, p.version, p.version_id AS "newestVersionId", p.visibility,
  p.is_template AS "template", p.copied_from_id AS "copiedFromId", p.created_at AS "createdAt",
  p.updated_at AS "updatedAt", p.archived_at AS "archivedAt"`;

const VERSION = `
  v.id, v.plan_id AS "workoutPlanId", v.number, v.name, v.description, v.content,
  COALESCE(v.tutorial_file_ids, '{}') AS "tutorialFileIds", v.created_at AS "createdAt"`;

/** $1 is the viewer; of a version `v` of a plan `p`. */
export const VISIBLE_VERSION = `(
  p.owner_id = $1 OR (p.visibility = 'PUBLIC' AND p.version_id = v.id)
  OR EXISTS (SELECT 1 FROM assignments a WHERE a.plan_version_id = v.id AND a.user_id = $1)
)`;

/** $1 is a trainer, `a` an assignment of a client. */
export const BY_GRANT = `
  JOIN trainer_grants g ON g.client_id = a.user_id AND g.trainer_id = $1 AND 'WORKOUTS' = ANY (g.permissions)`;

type ByIds = [viewerId: string, ids: readonly string[]];

export const VISIBLE_PLANS = sql<ByIds, PlanRow>(`
  SELECT ${PLAN} FROM plans p WHERE p.id = ANY ($2::uuid[]) AND (
    p.owner_id = $1 OR p.visibility = 'PUBLIC'
    OR EXISTS (SELECT 1 FROM assignments a WHERE a.plan_id = p.id AND a.user_id = $1)
  )`);

export const NEWEST_OWN = sql<[ownerId: string, workoutPlanId: string], PlanVersionRow>(`
  SELECT ${VERSION} FROM plans p JOIN plan_versions v ON v.id = p.version_id
  WHERE p.id = $2::uuid AND p.owner_id = $1`);

export const PLANS_THROUGH_CLIENTS = sql<ByIds, PlanRow & { userId: string }>(`
  SELECT DISTINCT ${PLAN}, a.user_id AS "userId" FROM plans p
  JOIN assignments a ON a.plan_id = p.id ${BY_GRANT} WHERE p.id = ANY ($2::uuid[])`);

export const VISIBLE_VERSIONS = sql<ByIds, PlanVersionRow>(`
  SELECT ${VERSION} FROM plan_versions v JOIN plans p ON p.id = v.plan_id
  WHERE v.id = ANY ($2::uuid[]) AND ${VISIBLE_VERSION}`);

export const VERSIONS_THROUGH_CLIENTS = sql<ByIds, PlanVersionRow & { userId: string }>(`
  SELECT ${VERSION}, a.user_id AS "userId" FROM plan_versions v
  JOIN assignments a ON a.plan_version_id = v.id ${BY_GRANT} WHERE v.id = ANY ($2::uuid[])`);

export const OWN_PLANS = paged<[ownerId: string, templatesOnly: boolean], PlanRow, [number, string]>(
  {
    by: [
      ['p.updated_at', 'timestamptz'],
      ['p.id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    SELECT ${PLAN} FROM plans p
    WHERE p.owner_id = $1 AND p.archived_at IS NULL AND (p.is_template OR NOT $2) AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);

export const PUBLIC_PLANS = paged<
  [templatesOnly: boolean, text: string],
  PlanRow & { searchName: string },
  [string, string]
>(
  {
    by: [
      ['p.search_name', 'text'],
      ['p.id', 'uuid'],
    ],
    order: 'ASC',
  },
  ({ behind, order, limit }) => `
    SELECT ${PLAN}, p.search_name AS "searchName" FROM plans p
    WHERE p.visibility = 'PUBLIC' AND p.archived_at IS NULL AND (p.is_template OR NOT $1)
      AND strpos(p.search_name, $2) > 0 AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);
