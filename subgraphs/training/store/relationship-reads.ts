import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { type CursorCodec, cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import type { Permission, RelationshipState, RelationshipStep } from '../rules/relationships.ts';
import { keysetOf } from './keyset.ts';

/** A relationship as its two people see it. */
export interface RelationshipView {
  id: string;
  trainerId: string;
  clientId: string;
  state: RelationshipState;
  permissions: Permission[];
  message: string;
  openedAt: Date;
  acceptedAt: Date | null;
  pausedById: string | null;
  endedAt: Date | null;
  changedAt: Date;
  version: number;
}

/** Something that happened in a relationship. */
export interface RelationshipChangeView {
  id: string;
  step: RelationshipStep;
  actorId: string;
  permissions: Permission[];
  changedAt: Date;
}

/** What a trainer may see of a client now. */
export interface GrantView {
  trainerId: string;
  clientId: string;
  permissions: Permission[];
}

/** On which side of a relationship somebody stands. */
export type Side = 'TRAINER' | 'CLIENT';

/** Sort keys: when it changed (milliseconds since 1970), then the id. */
export type ChangedKeys = [changedAt: number, id: string];

const changedKeys = z.tuple([cursorInstant, z.uuid()]);

/** Cursors of somebody's relationships on one side. */
export function relationshipCursor(side: Side): CursorCodec<ChangedKeys> {
  return defineCursor(`training.relationships.${side}`, changedKeys);
}

/** Cursors of a relationship's history. */
export function changeCursor(relationshipId: string): CursorCodec<ChangedKeys> {
  return defineCursor(`training.changes.${relationshipId}`, changedKeys);
}

/** Relationships, one statement a read. */
export function createRelationshipReads(db: Pick<Database<unknown>, 'query'>) {
  return {
    /** Those among these ids of which the viewer is a part. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<RelationshipView[]> {
      const sql = `SELECT ${COLUMNS} FROM relationships WHERE id = ANY ($2::uuid[]) AND $1 IN (trainer_id, client_id)`;
      return db.query(sql, [viewerId, ids], signal);
    },

    /** The one that changed last first. */
    async list(
      viewerId: string,
      { side, states, window }: { side: Side; states: readonly string[]; window: PageWindow<ChangedKeys> },
      signal?: AbortSignal,
    ): Promise<Page<RelationshipView>> {
      const person = side === 'TRAINER' ? 'trainer_id' : 'client_id';
      const { condition, order, values } = keysetOf(window, BY_CHANGE, 'DESC', 3);
      const rows = await db.query<RelationshipView>(
        `SELECT ${COLUMNS} FROM relationships
         WHERE ${person} = $1 AND (cardinality($2::text[]) = 0 OR state::text = ANY ($2)) AND ${condition}
         ORDER BY changed_at ${order}, id ${order} LIMIT $3`,
        [viewerId, states, ...values],
        signal,
      );
      return pageOf(rows, window, relationshipCursor(side), ({ changedAt, id }) => [changedAt.getTime(), id]);
    },

    /** What happened in a relationship, newest first; null where the viewer is no part of it. */
    async listChanges(
      viewerId: string,
      relationshipId: string,
      window: PageWindow<ChangedKeys>,
      signal?: AbortSignal,
    ): Promise<Page<RelationshipChangeView> | null> {
      const { condition, order, values } = keysetOf(window, BY_CHANGE, 'DESC', 3);
      // A row in any case where the relationship is the viewer's, so that an empty page is none that is forbidden.
      const rows = await db.query<RelationshipChangeView | { id: null }>(
        `SELECT change.*
         FROM relationships
         LEFT JOIN LATERAL (
           SELECT id, step, actor_id AS "actorId", permissions::text[] AS permissions, changed_at AS "changedAt"
           FROM relationship_changes
           WHERE relationship_id = relationships.id AND ${condition}
           ORDER BY changed_at ${order}, id ${order} LIMIT $3
         ) AS change ON true
         WHERE relationships.id = $2 AND $1 IN (trainer_id, client_id)
         ORDER BY change."changedAt" ${order}, change.id ${order}`,
        [viewerId, relationshipId, ...values],
        signal,
      );
      if (rows.length === 0) return null;
      const changes = rows.filter((row): row is RelationshipChangeView => row.id !== null);
      return pageOf(changes, window, changeCursor(relationshipId), ({ changedAt, id }) => [
        changedAt.getTime(),
        id,
      ]);
    },

    /** Whether the trainer has asked, and the client has not answered yet. */
    async isInvited(trainerId: string, clientId: string): Promise<boolean> {
      const sql = `SELECT FROM relationships WHERE trainer_id = $1 AND client_id = $2 AND state = 'INVITED'`;
      return (await db.query(sql, [trainerId, clientId])).length > 0;
    },

    /** Everything that trainers may see now, behind a trainer and client. */
    listGrants(after: readonly [string, string] | null, limit: number): Promise<GrantView[]> {
      const [trainerId, clientId] = after ?? [null, null];
      return db.query(LIST_GRANTS, [trainerId, clientId, limit]);
    },
  };
}

const BY_CHANGE = { sort: 'changed_at', type: 'timestamptz', id: 'id' } as const;

const COLUMNS = `
  id, trainer_id AS "trainerId", client_id AS "clientId", state, permissions::text[] AS permissions, message,
  opened_at AS "openedAt", accepted_at AS "acceptedAt", paused_by_id AS "pausedById", ended_at AS "endedAt",
  changed_at AS "changedAt", version`;

const LIST_GRANTS = `
SELECT trainer_id AS "trainerId", client_id AS "clientId", permissions::text[] AS permissions
FROM relationships
WHERE state = 'ACTIVE' AND cardinality(permissions) > 0
  AND ($1::uuid IS NULL OR (trainer_id, client_id) > ($1, $2::uuid))
ORDER BY trainer_id, client_id LIMIT $3`;
