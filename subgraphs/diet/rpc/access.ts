import type { CallContext } from '#platform/call.ts';
import type { Database } from '#platform/db/database.ts';
import { DomainError } from '#platform/errors.ts';
import type { TrainerGrants } from '#platform/grants/trainer-grants.ts';
import { sql } from '#platform/sql/statement.ts';
import { requirePerson } from '#platform/viewer.ts';

/** Whose diet a caller may see: their own, and that of people who grant them DIET (platform/grants). */
export type Access = ReturnType<typeof createAccess>;

export function createAccess(db: Pick<Database<unknown>, 'query'>, grants: TrainerGrants) {
  return {
    /**
     * The person that a command is for: the caller where none is named.
     * @throws DomainError PERMISSION_DENIED where it is somebody who does not grant the caller DIET.
     */
    async personOf(userId: string | undefined, call: CallContext, path = 'userId'): Promise<string> {
      const { id: viewerId } = requirePerson(call.viewer);
      if (userId === undefined || userId === viewerId) return viewerId;
      if (await grants.permits(viewerId, userId, 'DIET', call.signal)) return userId;
      const message = 'This person does not let you see their diet: ask them to grant you DIET.';
      throw new DomainError('PERMISSION_DENIED', message, {
        reason: 'GRANT_MISSING',
        parameters: { permission: 'DIET' },
        fields: [{ path, message }],
      });
    },

    /** Those of these people whose diet the caller may see; one statement. */
    visible(userIds: readonly string[], call: CallContext): Promise<ReadonlySet<string>> {
      const { id: viewerId } = requirePerson(call.viewer);
      return grants.permitted(viewerId, userIds, 'DIET', call.signal);
    },

    /** Everybody whose diet the caller may see, themselves among them; two statements. */
    async everybodyVisible(call: CallContext): Promise<ReadonlySet<string>> {
      const { id: viewerId } = requirePerson(call.viewer);
      const clients = await db.query(CLIENTS, [viewerId], call.signal);
      const ids = [viewerId, ...clients.map(({ id }) => id)];
      return grants.permitted(viewerId, ids, 'DIET', call.signal);
    },
  };
}

export const CLIENTS = sql<[trainerId: string], { id: string }>(
  `SELECT client_id AS id FROM trainer_grants WHERE trainer_id = $1 AND 'DIET' = ANY (permissions)`,
);
