import type { Prisma, PrismaClient } from '#gen/prisma/diet/client.ts';
import { objectiveChanged } from '../events/events.ts';
import type { Target } from '../rules/objective.ts';
import type { StoreOptions } from './options.ts';

export type DietObjectiveKind = 'MAINTAIN' | 'LOSE' | 'GAIN' | 'CUSTOM';

/** What a person wants to eat a day. */
export interface ObjectiveRow {
  userId: string;
  kind: DietObjectiveKind;
  targets: Target[];
  /** Thousandths of a kcal; null for CUSTOM. */
  restingEnergyCal: number | null;
  spentEnergyCal: number | null;
  /** Null where their account was erased. */
  setById: string | null;
  setAt: Date;
  version: number;
}

/** An objective as it is to be. */
export type ObjectiveDraft = Omit<ObjectiveRow, 'userId' | 'setById' | 'setAt' | 'version'>;

/** One objective a person, the one in force. */
export function createObjectiveStore({ db, now }: StoreOptions) {
  return {
    /** Those that there are. */
    async get(userIds: readonly string[]): Promise<ObjectiveRow[]> {
      const rows = await db.prisma.dietObjective.findMany({ where: { userId: { in: [...userIds] } } });
      return rows.map(rowOf);
    },

    async set(userId: string, actorId: string, draft: ObjectiveDraft): Promise<ObjectiveRow> {
      return db.transaction(async ({ tx, append }) => {
        const { targets, ...rest } = draft;
        const columns = { ...rest, targets: jsonOf(targets), setById: actorId, setAt: new Date(now()) };
        const row = await tx.dietObjective.upsert({
          where: { userId },
          create: { userId, ...columns },
          update: { ...columns, version: { increment: 1 } },
        });
        await append(objectiveChanged({ userId, actorId }));
        return rowOf(row);
      });
    },
  };
}

/** The targets in force for somebody, inside a transaction; none where they have no objective. */
export async function targetsOf(tx: PrismaClient, userId: string): Promise<Target[]> {
  const row = await tx.dietObjective.findUnique({ where: { userId }, select: { targets: true } });
  return row === null ? [] : targetsFrom(row.targets);
}

/** Targets as JSON columns keep them; nobody but this domain writes them. */
export function targetsFrom(json: Prisma.JsonValue): Target[] {
  return json as unknown as Target[];
}

/** A value of ours as a JSON column takes it. */
export function jsonOf(value: object): Prisma.InputJsonValue {
  return value as Prisma.InputJsonValue;
}

function rowOf({
  targets,
  ...row
}: Omit<ObjectiveRow, 'targets'> & { targets: Prisma.JsonValue }): ObjectiveRow {
  return { ...row, targets: targetsFrom(targets) };
}
