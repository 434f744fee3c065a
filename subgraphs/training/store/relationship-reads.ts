import { z } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { Database } from '#platform/db/database.ts';
import { type OwnedPage, ownedPages, paged, readPages, readWindow } from '#platform/db/paged.ts';
import { type CursorCodec, cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { ClientRelationshipState, ClientRelationshipStep, Permission } from '../rules/relationships.ts';
import { ownedCursor } from './pages.ts';

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
      return db.query(GET_RELATIONSHIPS, [viewerId, ids], signal);
    },

    /** The one that changed last first. */
    async list(
      viewerId: string,
      { side, states, window }: { side: Side; states: readonly string[]; window: PageWindow<ChangedKeys> },
      signal?: AbortSignal,
    ): Promise<Page<ClientRelationshipView>> {
      const rows = await readWindow(db, RELATIONSHIPS[side], [viewerId, states], window, signal);
      return pageOf(rows, window, relationshipCursor(side), ({ changedAt, id }) => [changedAt.getTime(), id]);
    },

    /** A page of what happened in each of those relationships of which the viewer is a part, newest first. */
    listChanges(
      viewerId: string,
      ownerIds: readonly string[],
      page: PageRequest__Output | null,
      signal?: AbortSignal,
    ): Promise<OwnedPage<ClientRelationshipChangeView>[]> {
      return readPages(db, CHANGES, { ownerIds, page, values: [viewerId] }, changeCursor, signal);
    },

    /** Whether the trainer has asked, and the client has not answered yet. */
    async isInvited(trainerId: string, clientId: string): Promise<boolean> {
      return (await db.query(INVITED, [trainerId, clientId])).length > 0;
    },

    /** Everything that trainers may see now, behind a trainer and client. */
    listGrants(after: readonly [string, string] | null, limit: number): Promise<GrantView[]> {
      const [trainerId, clientId] = after ?? [null, null];
      return db.query(LIST_GRANTS, [trainerId, clientId, limit]);
    },
  };
}

const changeCursor = ownedCursor('changes', changedKeys);

export const CHANGES = ownedPages<[viewerId: string], ClientRelationshipChangeView, ChangedKeys>({
  rows: `SELECT id, relationship_id AS "clientRelationshipId", step, actor_id AS "actorId",
    permissions::text[] AS permissions, changed_at AS "changedAt" FROM relationship_changes`,
  owner: '"clientRelationshipId"',
  owners: 'JOIN relationships AS r ON r.id = owner.id AND $2 IN (r.trainer_id, r.client_id)',
  by: [
    ['"changedAt"', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'DESC',
  keysOf: ({ changedAt, id }) => [changedAt.getTime(), id],
});

const COLUMNS = `
  id, trainer_id AS "trainerId", client_id AS "clientId", state, permissions::text[] AS permissions, message,
  opened_at AS "openedAt", accepted_at AS "acceptedAt", paused_by_id AS "pausedById", ended_at AS "endedAt",
  changed_at AS "changedAt", version`;

export const GET_RELATIONSHIPS = sql<[viewerId: string, ids: readonly string[]], ClientRelationshipView>(`
  SELECT ${COLUMNS} FROM relationships WHERE id = ANY ($2::uuid[]) AND $1 IN (trainer_id, client_id)`);

export const INVITED = sql<[trainerId: string, clientId: string]>(
  `SELECT FROM relationships WHERE trainer_id = $1 AND client_id = $2 AND state = 'INVITED'`,
);

/** By the side on which the viewer stands. */
export const RELATIONSHIPS = { TRAINER: relationshipsOf('trainer_id'), CLIENT: relationshipsOf('client_id') };

function relationshipsOf(person: string) {
  return paged<[viewerId: string, states: readonly string[]], ClientRelationshipView, ChangedKeys>(
    {
      by: [
        ['changed_at', 'timestamptz'],
        ['id', 'uuid'],
      ],
      order: 'DESC',
    },
    ({ behind, order, limit }) => `
      SELECT ${COLUMNS} FROM relationships
      WHERE ${person} = $1 AND (cardinality($2::text[]) = 0 OR state::text = ANY ($2)) AND ${behind}
      ORDER BY ${order} LIMIT ${limit}`,
  );
}

export const LIST_GRANTS = sql<
  [afterTrainerId: string | null, afterClientId: string | null, limit: number],
  GrantView
>(`
SELECT trainer_id AS "trainerId", client_id AS "clientId", permissions::text[] AS permissions
FROM relationships
WHERE state = 'ACTIVE' AND cardinality(permissions) > 0
  AND ($1::uuid IS NULL OR (trainer_id, client_id) > ($1, $2::uuid))
ORDER BY trainer_id, client_id LIMIT $3`);
