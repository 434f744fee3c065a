import type { PrismaClient, Sharing } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { playerJoined, playerLeft, playerVisibilityChanged } from '../events.ts';
import type { Visibility } from '../rules.ts';
import { lockPeople } from './lock.ts';
import type { ScoreStore } from './scores.ts';

/** How somebody takes part, and what they let members see. */
export interface Participation extends ProgressSharing {
  personId: string;
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
  get(personId: string): Promise<Participation>;
  /** Puts somebody on the boards that stand open to them, or changes who may see their name. */
  optIn(personId: string, visibility: Visibility): Promise<void>;
  /** Takes somebody off every board; nothing where they are on none. */
  optOut(personId: string): Promise<void>;
  /** Lets members see what `change` makes of what they see. */
  share(personId: string, change: (present: ProgressSharing) => ProgressSharing): Promise<void>;
}

export function createPlayerStore(
  { prisma, transaction }: Database<PrismaClient>,
  scores: ScoreStore,
  now: () => number,
): PlayerStore {
  return {
    async get(personId) {
      const [player, sharing] = await Promise.all([
        prisma.player.findUnique({ where: { personId }, select: { visibility: true, joinedAt: true } }),
        prisma.sharing.findUnique({ where: { personId } }),
      ]);
      return {
        personId,
        player,
        ...sharingOf(sharing),
      };
    },

    optIn(personId, visibility) {
      return transaction(async (open) => {
        const { tx, append } = open;
        await lockPeople(open, [personId]);
        const at = new Date(now());
        const before = await tx.player.findUnique({ where: { personId } });
        if (before?.visibility === visibility) return;
        await tx.player.upsert({
          where: { personId },
          create: { personId, visibility, joinedAt: at },
          update: { visibility },
        });
        if (before !== null) return void (await append(playerVisibilityChanged(personId)));
        await tx.$executeRawUnsafe(JOIN_OPEN_BOARDS, personId, at);
        await append(playerJoined(personId));
        await scores.rescore(open, [{ personId, instant: at }]);
      });
    },

    optOut(personId) {
      return transaction(async (open) => {
        await lockPeople(open, [personId]);
        const { count } = await open.tx.player.deleteMany({ where: { personId } });
        if (count === 0) return;
        await scores.displace(open, [personId], null);
        await open.append(playerLeft(personId));
      });
    },

    share(personId, change) {
      return transaction(async (open) => {
        await lockPeople(open, [personId]);
        const present = sharingOf(await open.tx.sharing.findUnique({ where: { personId } }));
        const { sharesProgress: progress, sharesAchievements: achievements } = change(present);
        const update = { progress, achievements };
        await open.tx.sharing.upsert({ where: { personId }, create: { personId, ...update }, update });
      });
    },
  };
}

/** Nobody sees what somebody has said nothing about. */
function sharingOf(sharing: Sharing | null): ProgressSharing {
  return { sharesProgress: sharing?.progress ?? false, sharesAchievements: sharing?.achievements ?? false };
}

/** The boards that everybody is on who takes part, and those of the person's gyms. */
const JOIN_OPEN_BOARDS = `
  INSERT INTO board_members (board_id, person_id, joined_at)
  SELECT b.id, $1::uuid, $2::timestamptz FROM boards b
  WHERE b.kind IN ('GLOBAL', 'FRIENDS')
     OR (b.kind = 'GYM' AND EXISTS (SELECT FROM gym_members g WHERE g.gym_id = b.gym_id AND g.person_id = $1::uuid))`;
