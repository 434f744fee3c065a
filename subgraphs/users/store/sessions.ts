import type { PrismaClient, RefreshToken, Session } from '#gen/prisma/users/client.ts';
import type { Database, Transaction } from '#platform/db/database.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { sessionRevoked } from '../events/events.ts';
import { type PresentedToken, type RefreshVerdict, refreshVerdict, type UserRole } from '../rules/rules.ts';

export type { Session };

/** A refresh token as it is stored: by its hash alone. */
export interface StoredToken {
  hash: Uint8Array<ArrayBuffer>;
  expiresAt: Date;
}

/** A session that begins. */
export interface NewSession {
  id: string;
  userId: string;
  /** The User-Agent that signed in, if it named itself. */
  device: string | null;
  createdAt: Date;
  token: StoredToken;
}

/** A refresh token that is traded for another one. */
export interface Rotation {
  hash: Uint8Array<ArrayBuffer>;
  /** The client's own name for its request, by which a repeated one is known, if it has one. */
  idempotencyKey: string | null;
  now: Date;
  next: StoredToken;
}

/** Which sessions end. */
export type EndedSessions = { userId: string; id?: string };

/** Signed-in devices and their refresh tokens. */
export interface SessionStore {
  /** Answers what roles the person has at that moment: a role that is taken later ends the session. */
  open(session: NewSession): Promise<UserRole[]>;
  /** What became of a refresh token. A session whose token was used twice has ended when this answers. */
  rotate(rotation: Rotation): Promise<{ verdict: RefreshVerdict; session: Session | null }>;
  /** Open ones, newest first, at most 100. */
  list(userId: string, now: Date): Promise<Session[]>;
  /** Ends sessions; answers how many were open. */
  end(which: EndedSessions, now: Date): Promise<number>;
  /** The same, in a transaction that changes more. */
  endWithin(transaction: Transaction<PrismaClient>, which: EndedSessions, now: Date): Promise<number>;
  /** Forgets sessions and tokens that nothing can be done with any longer. */
  purge(now: Date): Promise<void>;
}

/** A person who signs in on more devices than this is signed out on the one that was not used for longest. */
const MOST_SESSIONS = 100;

export function createSessionStore({ prisma, transaction }: Database<PrismaClient>): SessionStore {
  async function endWithin(
    { tx, append }: Transaction<PrismaClient>,
    which: EndedSessions,
    now: Date,
  ): Promise<number> {
    const ended = await tx.session.updateManyAndReturn({
      where: { ...which, endedAt: null, expiresAt: { gt: now } },
      data: { endedAt: now },
      select: { id: true, userId: true },
    });
    await append(...ended.map(({ id, userId }) => sessionRevoked(id, userId)));
    return ended.length;
  }

  return {
    open({ id, userId, device, createdAt, token }) {
      return transaction(async (within) => {
        const surplus = await within.tx.session.findMany({
          where: { userId, endedAt: null, expiresAt: { gt: createdAt } },
          orderBy: { lastUsedAt: 'desc' },
          skip: MOST_SESSIONS - 1,
          select: { id: true },
        });
        for (const session of surplus) await endWithin(within, { userId, id: session.id }, createdAt);
        const times = { createdAt, lastUsedAt: createdAt, expiresAt: token.expiresAt };
        await within.tx.session.create({
          data: { id, userId, device, ...times, refreshTokens: { create: { ...token } } },
        });
        // Read behind the insertion, which waits for whoever changes the roles: the foreign key locks the person's row.
        const owner = { where: { id: userId }, select: { roles: true } };
        return (await within.tx.person.findUniqueOrThrow(owner)).roles;
      });
    },

    rotate({ hash, idempotencyKey, now, next }) {
      return transaction(async (within) => {
        const { tx } = within;
        // The session's row is locked first: of two refreshes at once, the second sees what the first has done.
        await executeIn(tx, LOCK_SESSION_OF, [hash]);
        const found = await tx.refreshToken.findUnique({ where: { hash }, include: { session: true } });
        if (found === null) return { verdict: 'unknown', session: null };
        const { session, ...token } = found;
        const newest = await tx.refreshToken.findFirst({ where: { sessionId: session.id, spentAt: null } });
        const verdict = refreshVerdict(presented(token, session, newest), idempotencyKey, now);
        if (verdict === 'reused') await endWithin(within, { userId: session.userId, id: session.id }, now);
        if (verdict !== 'good' && verdict !== 'retry') return { verdict, session };
        // On a retry this spends the pair whose answer was lost: two good refresh tokens never stand side by side.
        await tx.refreshToken.updateMany({
          where: { sessionId: session.id, spentAt: null },
          data: { spentAt: now, spentBy: verdict === 'good' ? idempotencyKey : null },
        });
        await tx.refreshToken.create({ data: { ...next, sessionId: session.id, parentHash: hash } });
        await tx.session.update({
          where: { id: session.id },
          data: { lastUsedAt: now, expiresAt: next.expiresAt },
        });
        return { verdict, session };
      });
    },

    list(userId, now) {
      return prisma.session.findMany({
        where: { userId, endedAt: null, expiresAt: { gt: now } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: MOST_SESSIONS,
      });
    },

    end: (which, now) => transaction((within) => endWithin(within, which, now)),
    endWithin,

    async purge(now) {
      await prisma.session.deleteMany({
        where: { OR: [{ endedAt: { lt: dayBefore(now) } }, { expiresAt: { lt: now } }] },
      });
      await prisma.refreshToken.deleteMany({ where: { expiresAt: { lt: now } } });
    },
  };
}

export const LOCK_SESSION_OF = sql<[tokenHash: Uint8Array]>(
  'SELECT FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = $1) FOR UPDATE',
);

function presented(token: RefreshToken, session: Session, newest: RefreshToken | null): PresentedToken {
  return {
    expiresAt: token.expiresAt,
    spentAt: token.spentAt,
    spentBy: token.spentBy,
    successorUnused: newest?.parentHash != null && Buffer.compare(newest.parentHash, token.hash) === 0,
    sessionEnded: session.endedAt !== null,
  };
}

function dayBefore(now: Date): Date {
  return new Date(now.getTime() - 24 * 60 * 60_000);
}
