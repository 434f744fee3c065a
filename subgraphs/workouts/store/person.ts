import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { Database } from '#platform/db/database.ts';
import { sql } from '#platform/sql/statement.ts';

/** All that the domain holds about one person. */
export function createPersonStore(db: Database<PrismaClient>) {
  return {
    /** What they made, planned, did and measured. */
    async export(userId: string): Promise<Record<string, unknown>> {
      const { exercise, plan, assignment, session, record, measurement } = db.prisma;
      const [exercises, plans, assignments, sessions, records, measurements] = await Promise.all([
        exercise.findMany({
          where: { ownerId: userId },
          omit: { searchName: true },
          orderBy: { id: 'asc' },
        }),
        plan.findMany({
          where: { ownerId: userId },
          omit: { searchName: true },
          include: { versions: { orderBy: { number: 'asc' } } },
          orderBy: { createdAt: 'asc' },
        }),
        assignment.findMany({
          where: { userId },
          include: { days: { orderBy: { dueOn: 'asc' } } },
          orderBy: { createdAt: 'asc' },
        }),
        session.findMany({
          where: { userId },
          include: { sets: { orderBy: { position: 'asc' } } },
          orderBy: { startedAt: 'asc' },
        }),
        record.findMany({ where: { userId }, orderBy: { achievedAt: 'asc' } }),
        measurement.findMany({ where: { userId }, orderBy: { measuredAt: 'asc' } }),
      ]);
      // Decimals and bigints as JSON has them.
      return JSON.parse(
        JSON.stringify(
          { exercises, plans, assignments, sessions, records, measurements },
          (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
        ),
      );
    },

    /**
     * Deletes what they did and measured. Plans that others follow or have copied, and exercises in them, stay as
     * nobody's; the others go.
     */
    async erase(userId: string): Promise<void> {
      for (const statement of ERASE) await db.query(statement, [userId]);
    },
  };
}

/** In this order: what goes on where an interrupted one stopped. */
export const ERASE = [
  'DELETE FROM measurements WHERE user_id = $1',
  'DELETE FROM records WHERE user_id = $1',
  'DELETE FROM sessions WHERE user_id = $1',
  'DELETE FROM assignments WHERE user_id = $1',
  'UPDATE assignments SET assigned_by_id = NULL WHERE assigned_by_id = $1',
  `DELETE FROM plans p WHERE owner_id = $1 AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.plan_id = p.id)`,
  `UPDATE plans SET owner_id = NULL, visibility = 'PRIVATE', archived_at = COALESCE(archived_at, now()) WHERE owner_id = $1`,
  `DELETE FROM exercises e WHERE owner_id = $1
     AND NOT EXISTS (SELECT 1 FROM plan_exercises pe WHERE pe.exercise_id = e.id)
     AND NOT EXISTS (SELECT 1 FROM sets t WHERE t.exercise_id = e.id)`,
  'UPDATE exercises SET owner_id = NULL, archived_at = COALESCE(archived_at, now()) WHERE owner_id = $1',
  'DELETE FROM person_time_zones WHERE user_id = $1',
].map((text) => sql<[userId: string]>(text));
