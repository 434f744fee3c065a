import { randomBytes } from 'node:crypto';
import type { Board, PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database, Transaction } from '#platform/db/database.ts';
import type { CreationKey } from '#platform/db/idempotency.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { boardChanged, boardCreated, boardDeleted, scoresChanged } from '../events/events.ts';
import {
  type BoardAccess,
  type BoardMetric,
  type BoardPeriod,
  type GoalKind,
  keptTargetOf,
  maximumJoinedBoards,
  maximumMembers,
  maximumOwnedBoards,
} from '../rules/rules.ts';
import { lockPeople } from './lock.ts';
import type { ScoreStore } from './scores.ts';

/** A community that somebody begins. */
export interface BoardDraft {
  title: string;
  description: string | null;
  metric: BoardMetric;
  period: BoardPeriod;
  timeZone: string;
  goalKind: GoalKind;
  /** As it is kept; null for none. */
  target: number | null;
  access: BoardAccess;
}

/** What of a community its owner changes. */
export type BoardChange = Pick<BoardDraft, 'title' | 'description' | 'access'>;

/** Names a community: by its id, or by the code that lets others join. */
export interface BoardName {
  id: string | null;
  invitationCode: string | null;
}

/** Communities and who is on them. Each answers or takes the board's id; what is not the caller's to change is NOT_FOUND. */
export interface BoardChanges {
  create(ownerId: string, draft: BoardDraft, key: CreationKey): Promise<string>;
  /** @throws DomainError CONFLICT where `expectedVersion` is not the present one. */
  update(ownerId: string, leaderboardId: string, change: BoardChange, expectedVersion: number): Promise<void>;
  delete(ownerId: string, leaderboardId: string): Promise<void>;
  /** @param ownTarget - In the metric's unit, to be turned into what is kept; null for none. */
  join(userId: string, name: BoardName, ownTarget: number | null): Promise<string>;
  leave(userId: string, leaderboardId: string): Promise<void>;
  setTarget(userId: string, leaderboardId: string, ownTarget: number): Promise<void>;
}

export interface BoardChangesOptions {
  db: Database<PrismaClient>;
  scores: ScoreStore;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

type Tx = Transaction<PrismaClient>;

/** SQLSTATE of a time zone that PostgreSQL does not know. */
const INVALID_PARAMETER_VALUE = '22023';

export function createBoardChanges({ db, scores, now, newId }: BoardChangesOptions): BoardChanges {
  /** Puts a player on a board, and counts what they did already. */
  async function enter(
    open: Tx,
    userId: string,
    leaderboardId: string,
    ownTarget: number | null,
  ): Promise<void> {
    const at = new Date(now());
    await open.tx.boardMember.create({ data: { leaderboardId, userId, joinedAt: at, ownTarget } });
    await scores.rescore(open, [{ userId, instant: at }]);
  }

  /** PostgreSQL computes with time zones, and may know fewer of them than the runtime. */
  async function assertTimeZone(timeZone: string): Promise<void> {
    try {
      await db.query(TRY_TIME_ZONE, [timeZone]);
    } catch (error) {
      if ((error as { code?: unknown }).code !== INVALID_PARAMETER_VALUE) throw error;
      throw invalidField('timeZone', 'There is no such time zone here: name another, for example "UTC".');
    }
  }

  return {
    create(ownerId, draft, { key, request }) {
      const prepare = () => assertTimeZone(draft.timeZone);
      const call = { viewerId: ownerId, method: 'CreateLeaderboard', key, request, prepare };
      return db.idempotent(call, async (open) => {
        const { tx, append } = open;
        await lockPlayer(open, ownerId);
        if ((await tx.board.count({ where: { ownerId } })) >= maximumOwnedBoards) throw tooManyOwned();
        const id = newId();
        const invitationCode = randomBytes(9).toString('base64url');
        const createdAt = new Date(now());
        await tx.board.create({
          data: { ...draft, id, kind: 'COMMUNITY', ownerId, invitationCode, createdAt },
        });
        await append(boardCreated(id));
        await enter(open, ownerId, id, null);
        return id;
      });
    },

    update(ownerId, leaderboardId, change, expectedVersion) {
      return db.transaction(async ({ tx, append }) => {
        const where = { id: leaderboardId, ownerId };
        const { count } = await tx.board.updateMany({
          where: { ...where, version: expectedVersion },
          data: { ...change, version: { increment: 1 } },
        });
        if (count === 1) return void (await append(boardChanged(leaderboardId)));
        if ((await tx.board.count({ where })) === 0) throw notFound('leaderboard');
        throw new DomainError(
          'CONFLICT',
          'The board was changed since you read it: read it again, and send its version as expectedVersion.',
          { reason: 'VERSION_STALE' },
        );
      });
    },

    delete(ownerId, leaderboardId) {
      return db.transaction(async ({ tx, append }) => {
        await executeIn(tx, NOTE_END, [leaderboardId, ownerId]);
        const { count } = await tx.board.deleteMany({ where: { id: leaderboardId, ownerId } });
        if (count === 0) throw notFound('leaderboard');
        await append(boardDeleted(leaderboardId));
      });
    },

    join(userId, name, ownTarget) {
      return db.transaction(async (open) => {
        const { tx } = open;
        await lockPlayer(open, userId);
        const board = await lockBoard(open, name);
        if (board === null || !isOpenTo(board, userId, name)) throw notFound('leaderboard');
        const target = ownTargetOf(board, ownTarget);
        const where = { leaderboardId: board.id, userId };
        if ((await tx.boardMember.count({ where })) === 1) return board.id;
        if ((await tx.boardMember.count({ where: { leaderboardId: board.id } })) >= maximumMembers)
          throw full();
        if (
          (await tx.boardMember.count({ where: { userId, board: { kind: 'COMMUNITY' } } })) >=
          maximumJoinedBoards
        )
          throw tooManyJoined();
        await enter(open, userId, board.id, target);
        return board.id;
      });
    },

    leave(userId, leaderboardId) {
      return db.transaction(async (open) => {
        await lockPeople(open, [userId]);
        const where = { leaderboardId, userId, board: { kind: 'COMMUNITY' as const } };
        if ((await open.tx.boardMember.count({ where })) === 0) throw notFound('leaderboard');
        await scores.displace(open, [userId], [leaderboardId]);
        await open.append(scoresChanged(userId));
      });
    },

    setTarget(userId, leaderboardId, ownTarget) {
      return db.transaction(async (open) => {
        await lockPeople(open, [userId]);
        const membership = await open.tx.boardMember.findUnique({
          where: { leaderboardId_userId: { leaderboardId, userId } },
          include: { board: true },
        });
        if (membership === null) throw notFound('leaderboard');
        await open.tx.boardMember.update({
          where: { leaderboardId_userId: { leaderboardId, userId } },
          data: { ownTarget: ownTargetOf(membership.board, ownTarget) },
        });
        await scores.rescore(open, [{ userId, instant: new Date(now()) }]);
      });
    },
  };

  function ownTargetOf({ metric, goalKind }: Board, ownTarget: number | null): number | null {
    if (ownTarget === null || goalKind === 'CUSTOM') return ownTarget && keptTargetOf(metric, ownTarget);
    throw invalidField('ownTarget', "This board's goal is not CUSTOM: leave the target out.");
  }
}

/** Holds a player's scores; whoever takes no part is told how to. */
async function lockPlayer(open: Tx, userId: string): Promise<void> {
  await lockPeople(open, [userId]);
  if ((await open.tx.player.count({ where: { userId } })) === 1) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    'You take no part in the boards: call optInToLeaderboards first, and say who may see your name.',
    { reason: 'NOT_OPTED_IN' },
  );
}

/** Locked until the transaction ends, so that two cannot take a community's last place. */
async function lockBoard({ tx }: Tx, { id, invitationCode }: BoardName): Promise<Board | null> {
  const where = id === null ? { invitationCode } : { id };
  const board = await tx.board.findFirst({ where: { ...where, kind: 'COMMUNITY' } });
  if (board === null) return null;
  await executeIn(tx, LOCK_BOARD, [board.id]);
  return board;
}

function isOpenTo(board: Board, userId: string, { invitationCode }: BoardName): boolean {
  return board.access === 'OPEN' || board.ownerId === userId || board.invitationCode === invitationCode;
}

export const TRY_TIME_ZONE = sql<[timeZone: string]>('SELECT now() AT TIME ZONE $1');

export const LOCK_BOARD = sql<[id: string]>('SELECT FROM boards WHERE id = $1::uuid FOR UPDATE');

/** A note for each period of a board that Redis may have. */
export const NOTE_END = sql<[leaderboardId: string, ownerId: string]>(`
  INSERT INTO rank_changes (board_id, starts_on, user_id)
  SELECT DISTINCT ON (s.starts_on) s.board_id, s.starts_on, s.user_id
  FROM board_scores s JOIN boards b ON b.id = s.board_id
  WHERE b.id = $1::uuid AND b.owner_id = $2::uuid`);

function full(): DomainError {
  const message = `There are ${maximumMembers.toLocaleString('en')} people on this board, and it takes no more.`;
  return new DomainError('FAILED_PRECONDITION', message, {
    reason: 'BOARD_FULL',
    parameters: { maximum: maximumMembers },
  });
}

function tooManyOwned(): DomainError {
  const message = `You own ${maximumOwnedBoards} boards: delete one before you begin another.`;
  return new DomainError('FAILED_PRECONDITION', message, {
    reason: 'OWNED_BOARD_LIMIT',
    parameters: { maximum: maximumOwnedBoards },
  });
}

function tooManyJoined(): DomainError {
  const message = `You are on ${maximumJoinedBoards} communities: leave one before you join another.`;
  return new DomainError('FAILED_PRECONDITION', message, {
    reason: 'JOINED_BOARD_LIMIT',
    parameters: { maximum: maximumJoinedBoards },
  });
}
