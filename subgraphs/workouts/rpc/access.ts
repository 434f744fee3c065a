import type { TrainerGrants } from '#platform/grants/trainer-grants.ts';

/** Who may see what of whom: everybody of themselves, and trainers what their clients let them see. */
export type Access = ReturnType<typeof createAccess>;

/** What a trainer can be granted here. */
export type Permission = 'WORKOUTS' | 'MEASUREMENTS';

export function createAccess(grants: TrainerGrants) {
  const access = {
    /** Whether the viewer may see this of a person. */
    permits: (viewerId: string, userId: string, permission: Permission, signal: AbortSignal) =>
      grants.permits(viewerId, userId, permission, signal),

    /** Those of these people of whom the viewer may see this. */
    async people(
      viewerId: string,
      userIds: readonly string[],
      permission: Permission,
      signal: AbortSignal,
    ): Promise<string[]> {
      return [...(await grants.permitted(viewerId, [...new Set(userIds)], permission, signal))];
    },

    /** Those of these rows that are about somebody of whom the viewer may see this. */
    async rows<Row extends { userId: string }>(
      viewerId: string,
      rows: readonly Row[],
      permission: Permission,
      signal: AbortSignal,
    ): Promise<Row[]> {
      const userIds = [...new Set(rows.map(({ userId }) => userId))];
      const permitted = await grants.permitted(viewerId, userIds, permission, signal);
      return rows.filter(({ userId }) => permitted.has(userId));
    },

    /**
     * What the viewer may see by themselves, and of the rest what they may see as the trainer of somebody.
     * @param throughClients - Of the ids that are left, with the clients through whom each can be seen.
     */
    async withClients<Row extends { id: string }>(
      viewerId: string,
      ids: readonly string[],
      own: readonly Row[],
      throughClients: (left: string[]) => Promise<(Row & { userId: string })[]>,
      signal: AbortSignal,
    ): Promise<Row[]> {
      const seen = new Set(own.map(({ id }) => id));
      const left = [...new Set(ids)].filter((id) => !seen.has(id));
      if (left.length === 0) return [...own];
      const found = await access.rows(viewerId, await throughClients(left), 'WORKOUTS', signal);
      return [...own, ...new Map(found.map((row) => [row.id, row])).values()];
    },
  };
  return access;
}
