import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { playerLeft } from '../events/events.ts';
import { shownOf } from '../rules/rules.ts';
import { lockPeople } from './lock.ts';
import type { ScoreStore } from './scores.ts';

/** All that the domain holds about one person. */
export interface PersonStore {
  /** What they did, what it gave them, how they take part, and the boards that they own and are on. */
  export(userId: string): Promise<Record<string, unknown>>;
  /** Deletes it all. Communities that they own go on without owner. */
  erase(userId: string): Promise<void>;
}

export function createPersonStore(
  { prisma, transaction }: Database<PrismaClient>,
  scores: ScoreStore,
): PersonStore {
  return {
    async export(userId) {
      const where = { userId };
      const omit = { userId: true };
      const [player, sharing, points, sessions, records, days, achievements, memberships, places, owned] =
        await Promise.all([
          prisma.player.findUnique({ where, omit }),
          prisma.sharing.findUnique({ where, omit }),
          prisma.pointEntry.findMany({ where, omit: { ...omit, eventId: true }, orderBy: { id: 'asc' } }),
          prisma.finishedSession.findMany({ where, omit, orderBy: { finishedAt: 'asc' } }),
          prisma.brokenRecord.findMany({ where, omit, orderBy: { brokenAt: 'asc' } }),
          prisma.activeDay.findMany({ where, omit, orderBy: { day: 'asc' } }),
          prisma.userAchievement.findMany({
            where,
            omit,
            include: { achievement: { select: { title: true, metric: true } } },
          }),
          prisma.boardMember.findMany({ where, omit, include: { board: { select: { title: true } } } }),
          prisma.boardScore.findMany({
            where,
            omit,
            orderBy: [{ startsOn: 'asc' }, { leaderboardId: 'asc' }],
          }),
          prisma.board.findMany({ where: { ownerId: userId }, omit: { ownerId: true } }),
        ]);
      return plain({
        participation: player,
        sharing,
        points,
        sessions: sessions.map(({ volumeGrams, ...session }) => ({
          ...session,
          volumeKg: shownOf('VOLUME', Number(volumeGrams)),
        })),
        records,
        activeDays: days,
        achievements,
        memberships,
        places,
        ownedBoards: owned,
      });
    },

    erase(userId) {
      return transaction(async (open) => {
        const { tx, append } = open;
        await lockPeople(open, [userId]);
        await scores.displace(open, [userId], null);
        const { count } = await tx.player.deleteMany({ where: { userId } });
        const where = { userId };
        await tx.sharing.deleteMany({ where });
        await tx.pointEntry.deleteMany({ where });
        await tx.finishedSession.deleteMany({ where });
        await tx.brokenRecord.deleteMany({ where });
        await tx.activeDay.deleteMany({ where });
        await tx.userAchievement.deleteMany({ where });
        await tx.gymMember.deleteMany({ where });
        await tx.friendship.deleteMany({ where: { OR: [where, { friendId: userId }] } });
        await tx.block.deleteMany({ where: { OR: [{ blockerId: userId }, { blockedId: userId }] } });
        await tx.board.updateMany({ where: { ownerId: userId }, data: { ownerId: null } });
        if (count > 0) await append(playerLeft(userId));
      });
    },
  };
}

/** As JSON has it: instants as texts, and whole numbers of any size as numbers. */
function plain(value: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? Number(inner) : inner));
  return JSON.parse(text) as Record<string, unknown>;
}
