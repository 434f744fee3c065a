import { z } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { Database } from '#platform/db/database.ts';
import { type CursorCodec, cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import type { ClientRelationshipState, ClientRelationshipStep, Permission } from '../rules/relationships.ts';
import { keysetOf } from './keyset.ts';
import { type OwnedList, type OwnedPage, readPages } from './pages.ts';

/** A relationship as its two people see it. */
export interface ClientRelationshipView {
  id: string;
  trainerId: string;
  clientId: string;
  state: ClientRelationshipState;
  permissions: Permission[];
  message: string | null;
  openedAt: Date;
  acceptedAt: Date | null;
  pausedById: string | null;
  endedAt: Date | null;
  changedAt: Date;
  version: number;
}

/** Something that happened in a relationship. */
export interface ClientRelationshipChangeView {
  id: string;
  step: ClientRelationshipStep;
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

/** Relationships, one statement a read. */
export function createRelationshipReads(db: Pick<Database<unknown>, 'query'>) {
  return {
    /** Those among these ids of which the viewer is a part. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<ClientRelationshipView[]> {
      const sql = `SELECT ${COLUMNS} FROM relationships WHERE id = ANY ($2::uuid[]) AND $1 IN (trainer_id, client_id)`;
      return db.query(sql, [viewerId, ids], signal);
    },

    /** The one that changed last first. */
    async list(
      viewerId: string,
      { side, states, window }: { side: Side; states: readonly string[]; window: PageWindow<ChangedKeys> },
      signal?: AbortSignal,
    ): Promise<Page<ClientRelationshipView>> {
      const person = side === 'TRAINER' ? 'trainer_id' : 'client_id';
      const { condition, order, values } = keysetOf(window, BY_CHANGE, 'DESC', 3);
      const rows = await db.query<ClientRelationshipView>(
        `SELECT ${COLUMNS} FROM relationships
         WHERE ${person} = $1 AND (cardinality($2::text[]) = 0 OR state::text = ANY ($2)) AND ${condition}
         ORDER BY changed_at ${order}, id ${order} LIMIT $3`,
        [viewerId, states, ...values],
        signal,
      );
      return pageOf(rows, window, relationshipCursor(side), ({ changedAt, id }) => [changedAt.getTime(), id]);
    },

    /** A page of what happened in each of those relationships of which the viewer is a part, newest first. */
    listChanges(
      viewerId: string,
      ownerIds: readonly string[],
      page: PageRequest__Output | null,
      signal?: AbortSignal,
    ): Promise<OwnedPage<ClientRelationshipChangeView>[]> {
      const query = {
        ownerIds,
        page,
        owners: 'JOIN relationships AS r ON r.id = owner.id AND $5 IN (r.trainer_id, r.client_id)',
        values: [viewerId],
      };
      return readPages(db, CHANGES, query, signal);
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

const CHANGES: OwnedList<ClientRelationshipChangeView, ChangedKeys> = {
  name: 'changes',
  rows: `SELECT id, relationship_id AS "clientRelationshipId", step, actor_id AS "actorId",
    permissions::text[] AS permissions, changed_at AS "changedAt" FROM relationship_changes`,
  owner: '"clientRelationshipId"',
  sort: { column: '"changedAt"', type: 'timestamptz', id: 'id' },
  order: 'DESC',
  keys: changedKeys,
  keysOf: ({ changedAt, id }) => [changedAt.getTime(), id],
};

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
