import type { PrismaClient, Sharing } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { playerJoined, playerLeft, playerVisibilityChanged } from '../events/events.ts';
import type { Visibility } from '../rules/rules.ts';
import { lockPeople } from './lock.ts';
import type { ScoreStore } from './scores.ts';

/** How somebody takes part, and what they let members see. */
export interface Participation extends ProgressSharing {
  userId: string;
  /** Null where they take no part. */
  player: { visibility: Visibility; joinedAt: Date } | null;
}

/** What somebody lets members see. */
export interface ProgressSharing {
  sharesProgress: boolean;
  sharesAchievements: boolean;
}

/** Who takes part in the boards. */
export interface PlayerStore {
  get(userId: string): Promise<Participation>;
  /** Puts somebody on the boards that stand open to them, or changes who may see their name. */
  optIn(userId: string, visibility: Visibility): Promise<void>;
  /** Takes somebody off every board; nothing where they are on none. */
  optOut(userId: string): Promise<void>;
  /** Lets members see what `change` makes of what they see. */
  share(userId: string, change: (present: ProgressSharing) => ProgressSharing): Promise<void>;
}

export function createPlayerStore(
  { prisma, transaction }: Database<PrismaClient>,
  scores: ScoreStore,
  now: () => number,
): PlayerStore {
  return {
    async get(userId) {
      const [player, sharing] = await Promise.all([
        prisma.player.findUnique({ where: { userId }, select: { visibility: true, joinedAt: true } }),
        prisma.sharing.findUnique({ where: { userId } }),
      ]);
      return {
        userId,
        player,
        ...sharingOf(sharing),
      };
    },

    optIn(userId, visibility) {
      return transaction(async (open) => {
        const { tx, append } = open;
        await lockPeople(open, [userId]);
        const at = new Date(now());
        const before = await tx.player.findUnique({ where: { userId } });
        if (before?.visibility === visibility) return;
        await tx.player.upsert({
          where: { userId },
          create: { userId, visibility, joinedAt: at },
          update: { visibility },
        });
        if (before !== null) return void (await append(playerVisibilityChanged(userId)));
        await executeIn(tx, JOIN_OPEN_BOARDS, [userId, at]);
        await append(playerJoined(userId));
        await scores.rescore(open, [{ userId, instant: at }]);
      });
    },

    optOut(userId) {
      return transaction(async (open) => {
        await lockPeople(open, [userId]);
        const { count } = await open.tx.player.deleteMany({ where: { userId } });
        if (count === 0) return;
        await scores.displace(open, [userId], null);
        await open.append(playerLeft(userId));
      });
    },

    share(userId, change) {
      return transaction(async (open) => {
        await lockPeople(open, [userId]);
        const present = sharingOf(await open.tx.sharing.findUnique({ where: { userId } }));
        const { sharesProgress: progress, sharesAchievements: achievements } = change(present);
        const update = { progress, achievements };
        await open.tx.sharing.upsert({ where: { userId }, create: { userId, ...update }, update });
      });
    },
  };
}

/** Nobody sees what somebody has said nothing about. */
function sharingOf(sharing: Sharing | null): ProgressSharing {
  return { sharesProgress: sharing?.progress ?? false, sharesAchievements: sharing?.achievements ?? false };
}

/** The boards that everybody is on who takes part, and those of the person's gyms. */
export const JOIN_OPEN_BOARDS = sql<[userId: string, joinedAt: Date]>(`
  INSERT INTO board_members (board_id, user_id, joined_at)
  SELECT b.id, $1::uuid, $2::timestamptz FROM boards b
  WHERE b.kind IN ('GLOBAL', 'FRIENDS')
     OR (b.kind = 'GYM' AND EXISTS (SELECT FROM gym_members g WHERE g.gym_id = b.gym_id AND g.user_id = $1::uuid))`);
