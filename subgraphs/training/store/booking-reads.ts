import { z } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { Database } from '#platform/db/database.ts';
import { type OwnedPage, ownedPages, paged, readPages, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { ClassBookingState } from '../rules/bookings.ts';
import { rolesFor } from '../rules/staff.ts';
import { ownedCursor } from './pages.ts';

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
      return db.query(GET_BOOKINGS, [viewerId, ids], signal);
    },

    /** Of the session that begins last, first. */
    async listOwn(
      userId: string,
      { includePast, window }: { includePast: boolean; window: PageWindow<Keys> },
      signal?: AbortSignal,
    ): Promise<Page<ClassBookingView>> {
      const rows = await readWindow(db, BOOKINGS, [userId, includePast, new Date(now())], window, signal);
      return pageOf(rows, window, bookingCursor, ({ startsAt, id }) => [startsAt.getTime(), id]);
    },

    /** A page of each of those sessions in whose gym's staff the viewer is, in the order in which they were made. */
    listOf(
      viewerId: string,
      ownerIds: readonly string[],
      page: PageRequest__Output | null,
      signal?: AbortSignal,
    ): Promise<OwnedPage<ClassBookingView>[]> {
      const values: [string, readonly string[]] = [viewerId, rolesFor('receive')];
      return readPages(db, BOOKINGS_OF_SESSIONS, { ownerIds, page, values }, sessionBookingCursor, signal);
    },

    /** Somebody's of each of these sessions; not those given back. */
    own(
      userId: string,
      classSessionIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<ClassBookingView[]> {
      return db.query(OWN_BOOKINGS, [userId, classSessionIds], signal);
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

export const GET_BOOKINGS = sql<[viewerId: string, ids: readonly string[]], ClassBookingView>(`
  SELECT ${COLUMNS} FROM bookings AS b
  WHERE b.id = ANY ($2::uuid[]) AND (b.user_id = $1 OR EXISTS (
    SELECT FROM staff_members WHERE gym_id = b.gym_id AND user_id = $1
  ))`);

export const OWN_BOOKINGS = sql<[userId: string, classSessionIds: readonly string[]], ClassBookingView>(`
  SELECT ${COLUMNS} FROM bookings AS b
  WHERE b.user_id = $1 AND b.class_session_id = ANY ($2::uuid[]) AND b.state <> 'CANCELLED'`);

export const BOOKINGS = paged<[userId: string, includePast: boolean, now: Date], ClassBookingView, Keys>(
  {
    by: [
      ['b.starts_at', 'timestamptz'],
      ['b.id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    SELECT ${COLUMNS} FROM bookings AS b JOIN class_sessions AS s ON s.id = b.class_session_id
    WHERE b.user_id = $1 AND ($2 OR (b.state <> 'CANCELLED' AND s.ends_at > $3)) AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);

const sessionBookingCursor = ownedCursor('session-bookings', z.tuple([cursorInstant, z.uuid()]));

export const BOOKINGS_OF_SESSIONS = ownedPages<
  [viewerId: string, roles: readonly string[]],
  ClassBookingView,
  Keys
>({
  rows: `SELECT ${COLUMNS} FROM bookings AS b`,
  owner: '"classSessionId"',
  owners: `JOIN class_sessions ON class_sessions.id = owner.id JOIN staff_members AS viewer
    ON viewer.gym_id = class_sessions.gym_id AND viewer.user_id = $2 AND viewer.role::text = ANY ($3)`,
  where: `t.state <> 'CANCELLED'`,
  by: [
    ['"bookedAt"', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'ASC',
  keysOf: ({ bookedAt, id }) => [bookedAt.getTime(), id],
});
