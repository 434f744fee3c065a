import { z } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { Database } from '#platform/db/database.ts';
import { type OwnedList, type OwnedPage, ownedPages, readPages } from '#platform/db/paged.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import { sql } from '#platform/sql/statement.ts';
import type { ClassContent } from './class-changes.ts';
import { THAT_ARE } from './gyms.ts';
import { ownedCursor } from './pages.ts';

export interface GymClassView extends ClassContent {
  id: string;
  gymId: string;
  gymLocationId: string;
  endedAt: Date | null;
  version: number;
}

export interface ClassSessionView {
  id: string;
  gymClassId: string;
  gymId: string;
  gymLocationId: string;
  instructorId: string | null;
  startsAt: Date;
  endsAt: Date;
  state: 'SCHEDULED' | 'CANCELLED';
  capacity: number;
  bookedCount: number;
  waitingCount: number;
}

/** When the sessions begin that are read. */
export interface SessionsQuery {
  from: Date;
  /** Null for all that are planned. */
  to: Date | null;
  page: PageRequest__Output | null;
}

/** Classes and their sessions; reads are one statement each. */
export function createClassReads(db: Pick<Database<unknown>, 'query'>) {
  function listSessions(
    owner: 'gymId' | 'gymClassId',
    ownerIds: readonly string[],
    { from, to, page }: SessionsQuery,
    signal?: AbortSignal,
  ): Promise<OwnedPage<ClassSessionView>[]> {
    const cursorOf = ownedCursor(`class-sessions.${owner}`, sessionKeys);
    return readPages(db, SESSIONS[owner], { ownerIds, page, values: [from, to] }, cursorOf, signal);
  }

  return {
    /** Those found, in any order. */
    get(ids: readonly string[], signal?: AbortSignal): Promise<GymClassView[]> {
      return db.query(GET_CLASSES, [ids], signal);
    },

    /** A page of those of each of these gyms that are on its schedule, by title. */
    listOf(
      ownerIds: readonly string[],
      page: PageRequest__Output | null,
      signal?: AbortSignal,
    ): Promise<OwnedPage<GymClassView>[]> {
      return readPages(db, CLASSES, { ownerIds, page, values: [] }, classCursor, signal);
    },

    /** Those found, in any order. */
    getSessions(ids: readonly string[], signal?: AbortSignal): Promise<ClassSessionView[]> {
      return db.query(GET_SESSIONS, [ids], signal);
    },

    /** A page of each of these gyms, in the order in which they begin. */
    listSessionsOfGyms: listSessions.bind(null, 'gymId'),

    /** A page of each of these classes, in the order in which they begin. */
    listSessionsOfClasses: listSessions.bind(null, 'gymClassId'),
  };
}

const CLASS = `
  id, gym_id AS "gymId", location_id AS "gymLocationId", title, description, instructor_id AS "instructorId", capacity,
  starts_at_local AS "startsAtLocal", duration_minutes AS "durationMinutes", recurrence_rule AS "recurrenceRule",
  COALESCE(excluded_days, '{}') AS "excludedDays", cancellation_notice_minutes AS "cancellationNoticeMinutes",
  ended_at AS "endedAt", version`;

const SESSION = `
  id, class_id AS "gymClassId", gym_id AS "gymId", location_id AS "gymLocationId", instructor_id AS "instructorId",
  starts_at AS "startsAt", ends_at AS "endsAt", state, capacity, booked_count AS "bookedCount",
  waiting_count AS "waitingCount"`;

export const GET_CLASSES = sql<[ids: readonly string[]], GymClassView>(
  `SELECT ${CLASS} FROM gym_classes WHERE id = ANY ($1::uuid[])`,
);

export const GET_SESSIONS = sql<[ids: readonly string[]], ClassSessionView>(
  `SELECT ${SESSION} FROM class_sessions WHERE id = ANY ($1::uuid[])`,
);

const classCursor = ownedCursor('classes', z.tuple([z.string(), z.uuid()]));

export const CLASSES = ownedPages<[], GymClassView, [string, string]>({
  rows: `SELECT ${CLASS} FROM gym_classes`,
  owner: '"gymId"',
  owners: THAT_ARE,
  where: 't."endedAt" IS NULL',
  by: [
    ['title COLLATE "C"', 'text'],
    ['id', 'uuid'],
  ],
  order: 'ASC',
  keysOf: ({ title, id }) => [title, id],
});

type SessionKeys = [startsAt: number, id: string];

const sessionKeys = z.tuple([cursorInstant, z.uuid()]);

const SESSION_LIST: Omit<OwnedList<ClassSessionView, SessionKeys>, 'owner'> = {
  rows: `SELECT ${SESSION} FROM class_sessions`,
  where: 't."startsAt" >= $2 AND ($3::timestamptz IS NULL OR t."startsAt" < $3)',
  by: [
    ['"startsAt"', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'ASC',
  keysOf: ({ startsAt, id }) => [startsAt.getTime(), id],
};

type Between = [from: Date, to: Date | null];

/** By whose they are. */
export const SESSIONS = {
  gymId: ownedPages<Between, ClassSessionView, SessionKeys>({
    ...SESSION_LIST,
    owner: '"gymId"',
    owners: THAT_ARE,
  }),
  gymClassId: ownedPages<Between, ClassSessionView, SessionKeys>({
    ...SESSION_LIST,
    owner: '"gymClassId"',
    owners: 'JOIN gym_classes ON gym_classes.id = owner.id',
  }),
};
