import { Permission, type Permission__Output } from '#gen/proto/fitme/training/v1/Permission.ts';
import type { Database } from '../db/database.ts';
import { DomainError } from '../errors.ts';
import { type GraphName, mapEnum } from '../graphql/enums.ts';
import { sql } from '../sql/statement.ts';

/** What a client may let a trainer see. */
export type TrainerPermission = GraphName<Permission__Output, 'PERMISSION_'>;

/** Permissions, between the contracts. */
export const permissions = mapEnum(Permission, 'PERMISSION_');

/**
 * What trainers may see of their clients, from the domain's own copy: at most {@link STALE_AFTER_MS} old, so that what a
 * client takes back ends everywhere within that time.
 *
 * Every question throws DomainError UNAVAILABLE where the copy is older, because training, its relay or this domain's
 * consumer stands still: what may have been taken back is not shown.
 */
export interface TrainerGrants {
  /** Whether a person may see this of another: of themselves always, which is not asked of the copy. */
  permits(
    viewerId: string,
    userId: string,
    permission: TrainerPermission,
    signal?: AbortSignal,
  ): Promise<boolean>;
  /** Those of these people of whom the viewer may see this, in one statement. */
  permitted(
    viewerId: string,
    userIds: readonly string[],
    permission: TrainerPermission,
    signal?: AbortSignal,
  ): Promise<ReadonlySet<string>>;
}

/** How old the copy may be, milliseconds. */
export const STALE_AFTER_MS = 2_000;

/** Opens the copy that the consumer of createGrantsConsumer keeps. */
export function createTrainerGrants(
  { query }: Pick<Database<unknown>, 'query'>,
  staleAfterMs = STALE_AFTER_MS,
): TrainerGrants {
  const grants: TrainerGrants = {
    async permits(viewerId, userId, permission, signal) {
      return (await grants.permitted(viewerId, [userId], permission, signal)).has(userId);
    },

    async permitted(viewerId, userIds, permission, signal) {
      const own = userIds.filter((userId) => userId === viewerId);
      const others = userIds.filter((userId) => userId !== viewerId);
      if (others.length === 0) return new Set(own);
      const [answer] = await query(PERMITTED, [viewerId, others, permission, staleAfterMs], signal);
      if (answer?.fresh !== true) throw stale();
      return new Set([...own, ...answer.clientIds]);
    },
  };
  return grants;
}

/** Age and answer stand in one snapshot. */
export const PERMITTED = sql<
  [viewerId: string, userIds: readonly string[], permission: string, staleAfterMs: number],
  { fresh: boolean; clientIds: string[] }
>(`
SELECT complete_at > clock_timestamp() - $4 * interval '1 millisecond' AS fresh,
       ARRAY(
         SELECT client_id::text FROM trainer_grants
         WHERE trainer_id = $1 AND client_id = ANY ($2::uuid[]) AND $3 = ANY (permissions)
       ) AS "clientIds"
FROM trainer_grants_freshness`);

function stale(): DomainError {
  return new DomainError(
    'UNAVAILABLE',
    'What clients let trainers see is not known for certain right now: try again in a moment.',
    { retryAfterMs: 1_000 },
  );
}
