import type { ClassBooking, ClassSession, PrismaClient } from '#gen/prisma/training/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { CreationKey } from '#platform/db/idempotency.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import type { EventDraft } from '#platform/event-log/event.ts';
import { accepted, refuse } from '#platform/service/refusals.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { bookingChanged, classSessionChanged } from '../events/events.ts';
import { book } from '../rules/bookings.ts';
import type { Refusal } from '../rules/refusal.ts';

/** Whether the rules let something be done with a booking of a session; null where they do. */
export type BookingRule = (booking: ClassBooking, session: ClassSession) => Refusal | null;

type Tx = Transaction<PrismaClient>['tx'];

/**
 * What changes bookings. Every change holds the lock of its session's row: of two who want the last place, the second sees
 * what the first has done.
 */
export function createBookingChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /**
     * Books a place or one on the waiting list, once for a key; where somebody has one, nothing changes.
     * @returns the booking's id
     * @throws PERMISSION_DENIED where they are no member of the gym on that day
     */
    book(userId: string, classSessionId: string, once: CreationKey): Promise<string> {
      const call = { viewerId: userId, method: 'BookClassSession', ...once };
      return db.idempotent(call, async ({ tx, append }) => {
        const session = await lockSession(tx, classSessionId);
        const present = await tx.classBooking.findFirst({
          where: { classSessionId, userId, state: { not: 'CANCELLED' } },
        });
        if (present !== null) return present.id;
        await assertMember(tx, userId, session);
        const { state } = accepted(book(session, now()));
        const at = new Date(now());
        const booking = { id: newId(), classSessionId, gymId: session.gymId, userId };
        await tx.classBooking.create({
          data: {
            ...booking,
            state,
            startsAt: session.startsAt,
            bookedAt: at,
            placedAt: state === 'BOOKED' ? at : null,
          },
        });
        await tx.classSession.update({
          where: { id: session.id },
          data: state === 'BOOKED' ? { bookedCount: { increment: 1 } } : { waitingCount: { increment: 1 } },
        });
        await append(bookingChanged(booking), classSessionChanged(session));
        return booking.id;
      });
    },

    /** Gives a place back, if a rule lets it; whoever has waited longest gets it. */
    giveBack(id: string, refusalOf: BookingRule): Promise<void> {
      return db.transaction(async ({ tx, append }) => {
        const { booking, session } = await lockBooking(tx, id);
        refuse(refusalOf(booking, session));
        if (booking.state === 'CANCELLED') return;
        await append(...(await release(tx, booking, session, new Date(now()))));
      });
    },

    /** Notes that somebody has come, if a rule lets it. */
    checkIn(id: string, refusalOf: BookingRule): Promise<void> {
      return db.transaction(async ({ tx, append }) => {
        const { booking, session } = await lockBooking(tx, id);
        refuse(refusalOf(booking, session));
        if (booking.state === 'CHECKED_IN') return;
        await tx.classBooking.update({
          where: { id },
          data: { state: 'CHECKED_IN', checkedInAt: new Date(now()) },
        });
        await append(bookingChanged(booking));
      });
    },

    /** Cancels a session and what is booked of it; nothing changes where it was cancelled, or has begun. */
    cancelSession(classSessionId: string): Promise<void> {
      return db.transaction(async ({ tx, append }) => {
        const session = await lockSession(tx, classSessionId);
        if (session.state === 'CANCELLED' || session.startsAt.getTime() <= now()) return;
        const lost = await tx.classBooking.updateManyAndReturn({
          where: { classSessionId, state: { in: ['BOOKED', 'WAITING'] } },
          data: { state: 'CANCELLED', cancelledAt: new Date(now()) },
        });
        await tx.classSession.update({
          where: { id: session.id },
          data: { state: 'CANCELLED', bookedCount: 0, waitingCount: 0 },
        });
        await append(...lost.map(bookingChanged), classSessionChanged(session));
      });
    },

    /** Gives the places that a session has more of to those who wait. */
    fill(classSessionId: string): Promise<void> {
      return db.transaction(async ({ tx, append }) => {
        const session = await lockSession(tx, classSessionId);
        const placed = await placeWaiting(tx, session, new Date(now()));
        if (placed.length > 0) await append(...placed, classSessionChanged(session));
      });
    },
  };
}

/**
 * Gives back all that a person has booked in a gym and that is still to come, in the caller's transaction.
 * @returns the events to append
 */
export async function giveBackAll(
  tx: Tx,
  { gymId, userId }: { gymId?: string; userId: string },
  at: Date,
): Promise<EventDraft[]> {
  const booked = await tx.classBooking.findMany({
    where: { ...(gymId && { gymId }), userId, state: { in: ['BOOKED', 'WAITING'] }, startsAt: { gt: at } },
    // Sessions are locked in the order of their ids, so that two of these do not wait for each other in a circle.
    orderBy: { classSessionId: 'asc' },
  });
  const drafts: EventDraft[] = [];
  for (const { id } of booked) {
    const { booking, session } = await lockBooking(tx, id);
    if (booking.state === 'CANCELLED') continue;
    drafts.push(...(await release(tx, booking, session, at)));
  }
  return drafts;
}

async function release(
  tx: Tx,
  booking: ClassBooking,
  session: ClassSession,
  at: Date,
): Promise<EventDraft[]> {
  await tx.classBooking.update({ where: { id: booking.id }, data: { state: 'CANCELLED', cancelledAt: at } });
  const freed = booking.state === 'WAITING' ? { waitingCount: -1 } : { bookedCount: -1 };
  const after = { ...session, ...add(session, freed) };
  await tx.classSession.update({
    where: { id: session.id },
    data: { bookedCount: after.bookedCount, waitingCount: after.waitingCount },
  });
  const placed = await placeWaiting(tx, after, at);
  return [bookingChanged(booking), ...placed, classSessionChanged(session)];
}

function add(session: ClassSession, { bookedCount = 0, waitingCount = 0 }): Partial<ClassSession> {
  return {
    bookedCount: session.bookedCount + bookedCount,
    waitingCount: session.waitingCount + waitingCount,
  };
}

/** Those who have waited longest get the places that are left, unless the session has begun. */
async function placeWaiting(tx: Tx, session: ClassSession, at: Date): Promise<EventDraft[]> {
  const free = session.capacity - session.bookedCount;
  if (free <= 0 || session.state === 'CANCELLED' || session.startsAt <= at) return [];
  const next = await tx.classBooking.findMany({
    where: { classSessionId: session.id, state: 'WAITING' },
    orderBy: [{ bookedAt: 'asc' }, { id: 'asc' }],
    take: free,
  });
  if (next.length === 0) return [];
  await tx.classBooking.updateMany({
    where: { id: { in: next.map(({ id }) => id) } },
    data: { state: 'BOOKED', placedAt: at },
  });
  await tx.classSession.update({
    where: { id: session.id },
    data: { bookedCount: { increment: next.length }, waitingCount: { decrement: next.length } },
  });
  return next.map(bookingChanged);
}

async function lockSession(tx: Tx, id: string): Promise<ClassSession> {
  await executeIn(tx, LOCK_SESSION, [id]);
  const session = await tx.classSession.findUnique({ where: { id } });
  if (session === null) throw notFound('class session');
  return session;
}

async function lockBooking(tx: Tx, id: string): Promise<{ booking: ClassBooking; session: ClassSession }> {
  const found = await tx.classBooking.findUnique({ where: { id }, select: { classSessionId: true } });
  if (found === null) throw notFound('booking');
  const session = await lockSession(tx, found.classSessionId);
  // Read again: it may have changed while the lock was waited for.
  const booking = await tx.classBooking.findUnique({ where: { id } });
  if (booking === null) throw notFound('booking');
  return { booking, session };
}

async function assertMember(tx: Tx, userId: string, { gymId, startsAt }: ClassSession): Promise<void> {
  const membership = await tx.gymMembership.findFirst({ where: { gymId, userId, endedAt: null } });
  const message =
    membership === null
      ? 'Members of the gym book its classes: join it first.'
      : 'Your membership ends before this session: have it prolonged first.';
  const isMember =
    membership !== null &&
    (membership.lastDay === null || startsAt.toISOString().slice(0, 10) <= membership.lastDay);
  if (!isMember) {
    const reason = membership === null ? 'MEMBERSHIP_MISSING' : 'MEMBERSHIP_TOO_SHORT';
    throw new DomainError('PERMISSION_DENIED', message, {
      reason,
      fields: [{ path: 'classSessionId', message }],
    });
  }
}

export const LOCK_SESSION = sql<[id: string]>('SELECT FROM class_sessions WHERE id = $1::uuid FOR UPDATE');
