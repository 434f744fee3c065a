import type { GymClass, PrismaClient } from '#gen/prisma/training/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { CreationKey } from '#platform/db/idempotency.ts';
import { notFound } from '#platform/errors.ts';
import { executeIn, queryIn, sql } from '#platform/sql/statement.ts';
import { classSessionChanged } from '../events/events.ts';
import { startsBetween } from '../rules/schedule.ts';
import { staleVersion } from './gyms.ts';

/** What of a class is told by hand. */
export interface ClassContent {
  title: string;
  description: string | null;
  instructorId: string | null;
  capacity: number;
  startsAtLocal: string;
  durationMinutes: number;
  recurrenceRule: string | null;
  excludedDays: string[];
  cancellationNoticeMinutes: number;
}

/** Sessions to come that no longer are as their class says. */
export interface Deviations {
  /** They are on the schedule no longer. */
  surplus: string[];
  /** People wait for places that they have. */
  fillable: string[];
}

/** How far ahead sessions stand in the table, days. */
export const plannedDays = 56;
const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

type Tx = Transaction<PrismaClient>['tx'];

/** What changes classes, and plans their sessions. */
export function createClassChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /**
     * Puts a class on the schedule, once for a key; its sessions come with `plan`.
     * @returns its id
     */
    create(
      actorId: string,
      location: { id: string; gymId: string },
      content: ClassContent,
      once: CreationKey,
    ): Promise<string> {
      return db.idempotent({ viewerId: actorId, method: 'CreateGymClass', ...once }, async ({ tx }) => {
        const id = newId();
        const place = { gymId: location.gymId, gymLocationId: location.id };
        await tx.gymClass.create({ data: { id, ...place, ...content, plannedUntil: new Date(0) } });
        return id;
      });
    },

    /** Changes the version that was read; its sessions follow with `plan`. */
    async update(id: string, content: ClassContent, expectedVersion: number): Promise<void> {
      const { count } = await db.prisma.gymClass.updateMany({
        where: { id, version: expectedVersion, endedAt: null },
        data: { ...content, version: { increment: 1 } },
      });
      if (count === 0) throw staleVersion('class');
    },

    /** Takes a class off the schedule; its sessions follow with `plan`. */
    async end(id: string): Promise<void> {
      await db.prisma.gymClass.updateMany({
        where: { id, endedAt: null },
        data: { endedAt: new Date(now()), version: { increment: 1 } },
      });
    },

    /**
     * Brings the sessions to come in line with their class: those that are missing come, those that are there get its
     * capacity, length and instructor. What is left to be done, a session at a time since it concerns those who have
     * booked, is answered. Done again, it changes nothing.
     */
    plan(id: string): Promise<Deviations> {
      return db.transaction(async ({ tx, append }) => {
        await executeIn(tx, LOCK_CLASS, [id]);
        const gymClass = await tx.gymClass.findUnique({ where: { id }, include: { location: true } });
        if (gymClass === null) throw notFound('class');
        const from = new Date(now());
        const until = new Date(now() + plannedDays * DAY_MS);
        const schedule = { ...gymClass, timeZone: gymClass.location.timeZone };
        const starts = gymClass.endedAt === null ? startsBetween(schedule, from, until) : [];
        const added = await tx.classSession.createManyAndReturn({
          data: starts.map((startsAt) => ({
            id: newId(),
            gymClassId: id,
            gymId: gymClass.gymId,
            gymLocationId: gymClass.gymLocationId,
            instructorId: gymClass.instructorId,
            capacity: gymClass.capacity,
            startsAt,
            endsAt: endOf(startsAt, gymClass.durationMinutes),
          })),
          skipDuplicates: true,
        });
        const changed = await alignSessions(tx, gymClass, starts);
        await tx.gymClass.update({ where: { id }, data: { plannedUntil: until } });
        await append(...[...added, ...changed].map(classSessionChanged));
        return deviationsOf(tx, id, starts, from);
      });
    },

    /** Classes whose sessions do not reach far enough ahead, or that have ended with sessions to come. */
    async listUnplanned(signal: AbortSignal): Promise<string[]> {
      const enough = new Date(now() + (plannedDays - 1) * DAY_MS);
      const rows = await db.query(UNPLANNED, [enough, new Date(now())], signal);
      return rows.map(({ id }) => id);
    },
  };
}

/** Gives the sessions that begin then what their class says, and answers with those that had something else. */
function alignSessions(
  tx: Tx,
  { id, instructorId, capacity, durationMinutes }: Pick<GymClass, keyof ClassContent | 'id'>,
  starts: readonly Date[],
): Promise<{ id: string; gymId: string }[]> {
  return queryIn(tx, ALIGN_SESSIONS, [id, starts, instructorId, capacity, durationMinutes]);
}

export const ALIGN_SESSIONS = sql<
  [
    classId: string,
    starts: readonly Date[],
    instructorId: string | null,
    capacity: number,
    durationMinutes: number,
  ],
  { id: string; gymId: string }
>(`
  UPDATE class_sessions
  SET instructor_id = $3::uuid, capacity = $4::int, ends_at = starts_at + $5::int * interval '1 minute'
  WHERE class_id = $1::uuid AND state = 'SCHEDULED' AND starts_at = ANY ($2::timestamptz[])
    AND (instructor_id, capacity, ends_at) IS DISTINCT FROM
        ($3::uuid, $4::int, starts_at + $5::int * interval '1 minute')
  RETURNING id::text, gym_id::text AS "gymId"`);

export const LOCK_CLASS = sql<[id: string]>('SELECT FROM gym_classes WHERE id = $1::uuid FOR UPDATE');

async function deviationsOf(tx: Tx, gymClassId: string, starts: Date[], from: Date): Promise<Deviations> {
  const toCome = await tx.classSession.findMany({
    where: { gymClassId, state: 'SCHEDULED', startsAt: { gt: from } },
    orderBy: { startsAt: 'asc' },
  });
  const wanted = new Set(starts.map((start) => start.getTime()));
  const [present, surplus] = [true, false].map((isWanted) =>
    toCome.filter(({ startsAt }) => wanted.has(startsAt.getTime()) === isWanted),
  ) as [typeof toCome, typeof toCome];
  const fillable = present.filter(
    ({ waitingCount, bookedCount, capacity }) => waitingCount > 0 && bookedCount < capacity,
  );
  return { surplus: surplus.map(({ id }) => id), fillable: fillable.map(({ id }) => id) };
}

function endOf(startsAt: Date, durationMinutes: number): Date {
  return new Date(startsAt.getTime() + durationMinutes * MINUTE_MS);
}

export const UNPLANNED = sql<[enough: Date, now: Date], { id: string }>(`
SELECT id FROM gym_classes
WHERE (ended_at IS NULL AND planned_until < $1)
   OR (ended_at IS NOT NULL AND EXISTS (
     SELECT FROM class_sessions WHERE class_id = gym_classes.id AND state = 'SCHEDULED' AND starts_at > $2
   ))`);
