import { z } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { Database } from '#platform/db/database.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import type { ClassBookingState } from '../rules/bookings.ts';
import { rolesFor } from '../rules/staff.ts';
import { keysetOf } from './keyset.ts';
import { type OwnedList, type OwnedPage, readPages } from './pages.ts';

export interface ClassBookingView {
  id: string;
  classSessionId: string;
  gymId: string;
  userId: string;
  state: ClassBookingState;
  startsAt: Date;
  bookedAt: Date;
  placedAt: Date | null;
  checkedInAt: Date | null;
  cancelledAt: Date | null;
  /** From 1; null where they do not wait. */
  waitingPosition: number | null;
}

/** Cursors of somebody's bookings: when the session begins in milliseconds, the id. */
export const bookingCursor = defineCursor('training.bookings', z.tuple([cursorInstant, z.uuid()]));

type Keys = [number, string];

/** Bookings, one statement a read. */
export function createBookingReads(db: Pick<Database<unknown>, 'query'>, now: () => number) {
  return {
    /** Those of the viewer, and those of gyms whose staff they are in. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<ClassBookingView[]> {
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
    ): Promise<Page<ClassBookingView>> {
      const columns = { sort: 'b.starts_at', type: 'timestamptz', id: 'b.id' } as const;
      const { condition, order, values } = keysetOf(window, columns, 'DESC', 4);
      const rows = await db.query<ClassBookingView>(
        `SELECT ${COLUMNS} FROM bookings AS b JOIN class_sessions AS s ON s.id = b.class_session_id
         WHERE b.user_id = $1 AND ($2 OR (b.state <> 'CANCELLED' AND s.ends_at > $3)) AND ${condition}
         ORDER BY b.starts_at ${order}, b.id ${order} LIMIT $4`,
        [userId, includePast, new Date(now()), ...values],
        signal,
      );
      return pageOf(rows, window, bookingCursor, ({ startsAt, id }) => [startsAt.getTime(), id]);
    },

    /** A page of each of those sessions in whose gym's staff the viewer is, in the order in which they were made. */
    listOf(
      viewerId: string,
      ownerIds: readonly string[],
      page: PageRequest__Output | null,
      signal?: AbortSignal,
    ): Promise<OwnedPage<ClassBookingView>[]> {
      const query = {
        ownerIds,
        page,
        owners: `JOIN class_sessions ON class_sessions.id = owner.id JOIN staff_members AS viewer
          ON viewer.gym_id = class_sessions.gym_id AND viewer.user_id = $5 AND viewer.role::text = ANY ($6)`,
        where: `t.state <> 'CANCELLED'`,
        values: [viewerId, rolesFor('receive')],
      };
      return readPages(db, OF_SESSION, query, signal);
    },

    /** Somebody's of each of these sessions; not those given back. */
    own(
      userId: string,
      classSessionIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<ClassBookingView[]> {
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
  CASE WHEN b.state = 'WAITING' THEN (
    SELECT count(*)::integer FROM bookings AS w
    WHERE w.class_session_id = b.class_session_id AND w.state = 'WAITING'
      AND (w.booked_at, w.id) <= (b.booked_at, b.id)
  ) END AS "waitingPosition"`;

const OF_SESSION: OwnedList<ClassBookingView, Keys> = {
  name: 'session-bookings',
  rows: `SELECT ${COLUMNS} FROM bookings AS b`,
  owner: '"classSessionId"',
  sort: { column: '"bookedAt"', type: 'timestamptz', id: 'id' },
  order: 'ASC',
  keys: z.tuple([cursorInstant, z.uuid()]),
  keysOf: ({ bookedAt, id }) => [bookedAt.getTime(), id],
};
