import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import type { BookingState } from '../rules/bookings.ts';
import { keysetOf } from './keyset.ts';

export interface BookingView {
  id: string;
  classSessionId: string;
  gymId: string;
  userId: string;
  state: BookingState;
  startsAt: Date;
  bookedAt: Date;
  placedAt: Date | null;
  checkedInAt: Date | null;
  cancelledAt: Date | null;
  /** From 1; 0 where they do not wait. */
  waitingPosition: number;
}

/** Cursors of somebody's bookings: when the session begins in milliseconds, the id. */
export const bookingCursor = defineCursor('training.bookings', z.tuple([cursorInstant, z.uuid()]));
/** Cursors of a session's bookings: when they were made in milliseconds, the id. */
export const sessionBookingCursor = defineCursor(
  'training.session-bookings',
  z.tuple([cursorInstant, z.uuid()]),
);

type Keys = [number, string];

/** Bookings, one statement a read. */
export function createBookingReads(db: Pick<Database<unknown>, 'query'>, now: () => number) {
  return {
    /** Those of the viewer, and those of gyms whose staff they are in. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<BookingView[]> {
      return db.query(
        `SELECT ${COLUMNS} FROM bookings AS b
         WHERE b.id = ANY ($2::uuid[]) AND (b.user_id = $1 OR EXISTS (
           SELECT FROM staff_members WHERE gym_id = b.gym_id AND user_id = $1
         ))`,
        [viewerId, ids],
        signal,
      );
    },

    /** Of the session that begins last, first. */
    async listOwn(
      userId: string,
      { includePast, window }: { includePast: boolean; window: PageWindow<Keys> },
      signal?: AbortSignal,
    ): Promise<Page<BookingView>> {
      const columns = { sort: 'b.starts_at', type: 'timestamptz', id: 'b.id' } as const;
      const { condition, order, values } = keysetOf(window, columns, 'DESC', 4);
      const rows = await db.query<BookingView>(
        `SELECT ${COLUMNS} FROM bookings AS b JOIN class_sessions AS s ON s.id = b.class_session_id
         WHERE b.user_id = $1 AND ($2 OR (b.state <> 'CANCELLED' AND s.ends_at > $3)) AND ${condition}
         ORDER BY b.starts_at ${order}, b.id ${order} LIMIT $4`,
        [userId, includePast, new Date(now()), ...values],
        signal,
      );
      return pageOf(rows, window, bookingCursor, ({ startsAt, id }) => [startsAt.getTime(), id]);
    },

    /** In the order in which they were made; not those given back. */
    async listOfSession(
      classSessionId: string,
      window: PageWindow<Keys>,
      signal?: AbortSignal,
    ): Promise<Page<BookingView>> {
      const columns = { sort: 'b.booked_at', type: 'timestamptz', id: 'b.id' } as const;
      const { condition, order, values } = keysetOf(window, columns, 'ASC', 2);
      const rows = await db.query<BookingView>(
        `SELECT ${COLUMNS} FROM bookings AS b
         WHERE b.class_session_id = $1 AND b.state <> 'CANCELLED' AND ${condition}
         ORDER BY b.booked_at ${order}, b.id ${order} LIMIT $2`,
        [classSessionId, ...values],
        signal,
      );
      return pageOf(rows, window, sessionBookingCursor, ({ bookedAt, id }) => [bookedAt.getTime(), id]);
    },

    /** Somebody's of each of these sessions; not those given back. */
    own(userId: string, classSessionIds: readonly string[], signal?: AbortSignal): Promise<BookingView[]> {
      return db.query(
        `SELECT ${COLUMNS} FROM bookings AS b
         WHERE b.user_id = $1 AND b.class_session_id = ANY ($2::uuid[]) AND b.state <> 'CANCELLED'`,
        [userId, classSessionIds],
        signal,
      );
    },
  };
}

const COLUMNS = `
  b.id, b.class_session_id AS "classSessionId", b.gym_id AS "gymId", b.user_id AS "userId", b.state,
  b.starts_at AS "startsAt", b.booked_at AS "bookedAt", b.placed_at AS "placedAt",
  b.checked_in_at AS "checkedInAt", b.cancelled_at AS "cancelledAt",
  (
    SELECT count(*)::integer FROM bookings AS w
    WHERE b.state = 'WAITING' AND w.class_session_id = b.class_session_id AND w.state = 'WAITING'
      AND (w.booked_at, w.id) <= (b.booked_at, b.id)
  ) AS "waitingPosition"`;
