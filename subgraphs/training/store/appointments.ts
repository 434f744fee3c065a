import { z } from 'zod';
import type { Appointment, PrismaClient } from '#gen/prisma/training/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { lockName } from '#platform/db/locks.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import type { EventDraft } from '#platform/event-log/event.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { refuse } from '#platform/service/refusals.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { appointmentChanged } from '../events/events.ts';
import type { Refusal } from '../rules/refusal.ts';

export type { Appointment };

/** What of an appointment is told by hand. */
export interface AppointmentContent {
  title: string;
  place: string | null;
  startsAt: Date;
  endsAt: Date;
}

/** Sort keys: when it begins (milliseconds since 1970), then the id. */
export const appointmentCursor = defineCursor('training.appointments', z.tuple([cursorInstant, z.uuid()]));

export interface AppointmentQuery {
  from: Date;
  to: Date | null;
  includeCancelled: boolean;
  window: PageWindow<[number, string]>;
}

/** Appointments between trainers and clients; reads are one statement each. */
export function createAppointmentStore({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /**
     * Schedules an appointment, once for a key.
     * @returns its id
     */
    schedule(
      actorId: string,
      clientRelationshipId: string,
      content: AppointmentContent,
      once: Creation,
    ): Promise<string> {
      const call = { viewerId: actorId, method: 'ScheduleAppointment', ...once };
      return db.idempotent(call, async ({ tx, append }) => {
        await executeIn(tx, SHARE_RELATIONSHIP, [clientRelationshipId]);
        const relationship = await tx.clientRelationship.findUnique({ where: { id: clientRelationshipId } });
        if (relationship === null || ![relationship.trainerId, relationship.clientId].includes(actorId))
          throw notFound('relationship');
        if (relationship.state !== 'ACTIVE') {
          const message = 'The relationship is not active: have it accepted, or resume it.';
          refuse({
            code: 'FAILED_PRECONDITION',
            reason: 'RELATIONSHIP_NOT_ACTIVE',
            message,
            field: 'clientRelationshipId',
          });
        }
        const { trainerId, clientId } = relationship;
        const id = newId();
        await assertFree(tx, { id, trainerId, clientId, ...content });
        const appointment = {
          id,
          clientRelationshipId,
          trainerId,
          clientId,
          ...content,
          createdById: actorId,
        };
        await tx.appointment.create({ data: appointment });
        await append(...appointmentChanged(appointment, actorId));
        return id;
      });
    },

    /** Changes an appointment, if a rule lets it. */
    update(
      id: string,
      actorId: string,
      content: AppointmentContent,
      refusalOf: (present: Appointment) => Refusal | null,
    ): Promise<void> {
      return db.transaction(async ({ tx, append }) => {
        const present = await lock(tx, id, actorId);
        refuse(refusalOf(present));
        await assertFree(tx, { ...present, ...content });
        await tx.appointment.update({ where: { id }, data: { ...content, version: { increment: 1 } } });
        await append(...appointmentChanged(present, actorId));
      });
    },

    /** Cancels an appointment, if a rule lets it; nothing changes where it is cancelled. */
    cancel(id: string, actorId: string, refusalOf: (present: Appointment) => Refusal | null): Promise<void> {
      return db.transaction(async ({ tx, append }) => {
        const present = await lock(tx, id, actorId);
        refuse(refusalOf(present));
        if (present.cancelledAt !== null) return;
        const cancelled = { cancelledAt: new Date(now()), cancelledById: actorId };
        await tx.appointment.update({ where: { id }, data: { ...cancelled, version: { increment: 1 } } });
        await append(...appointmentChanged(present, actorId));
      });
    },

    /** Those among these ids of which the viewer is a part. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<Appointment[]> {
      return db.query(GET_APPOINTMENTS, [viewerId, ids], signal);
    },

    /** Of the viewer, as a trainer and as a client, in the order in which they begin. */
    async list(
      viewerId: string,
      { from, to, includeCancelled, window }: AppointmentQuery,
      signal?: AbortSignal,
    ): Promise<Page<Appointment>> {
      const rows = await readWindow(db, APPOINTMENTS, [viewerId, from, to, includeCancelled], window, signal);
      return pageOf(rows, window, appointmentCursor, ({ startsAt, id }) => [startsAt.getTime(), id]);
    },

    /** The next one of each of these relationships. */
    next(
      viewerId: string,
      clientRelationshipIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<Appointment[]> {
      return db.query(NEXT_APPOINTMENTS, [viewerId, clientRelationshipIds, new Date(now())], signal);
    },
  };
}

/** Cancels what is still to come of a relationship that ends, and answers with the events to append. */
export async function cancelUpcoming(
  tx: Tx,
  clientRelationshipId: string,
  actorId: string,
  at: Date,
): Promise<EventDraft[]> {
  const cancelled = await tx.appointment.updateManyAndReturn({
    where: { clientRelationshipId, cancelledAt: null, startsAt: { gt: at } },
    data: { cancelledAt: at, cancelledById: actorId, version: { increment: 1 } },
  });
  return cancelled.flatMap((appointment) => appointmentChanged(appointment, actorId));
}

type Tx = Transaction<PrismaClient>['tx'];

async function lock(tx: Tx, id: string, actorId: string): Promise<Appointment> {
  await executeIn(tx, LOCK_APPOINTMENT, [id]);
  const present = await tx.appointment.findUnique({ where: { id } });
  if (present === null || ![present.trainerId, present.clientId].includes(actorId))
    throw notFound('appointment');
  return present;
}

/** Nobody is in two places at once: the calendars of both are locked, in the order of their ids. */
async function assertFree(
  tx: Tx,
  {
    id,
    trainerId,
    clientId,
    startsAt,
    endsAt,
  }: AppointmentContent & { id: string; trainerId: string; clientId: string },
): Promise<void> {
  for (const userId of [trainerId, clientId].sort()) {
    await lockName(tx, `calendar ${userId}`);
  }
  const both = [trainerId, clientId];
  const other = await tx.appointment.findFirst({
    where: {
      id: { not: id },
      cancelledAt: null,
      startsAt: { lt: endsAt },
      endsAt: { gt: startsAt },
      OR: [{ trainerId: { in: both } }, { clientId: { in: both } }],
    },
  });
  if (other === null) return;
  const message = 'One of you has another appointment then: choose another time.';
  throw new DomainError('CONFLICT', message, {
    reason: 'APPOINTMENT_OVERLAPS',
    fields: [{ path: 'startsAt', message }],
  });
}

const COLUMNS = `
  id, relationship_id AS "clientRelationshipId", trainer_id AS "trainerId", client_id AS "clientId", title, place,
  starts_at AS "startsAt", ends_at AS "endsAt", created_by_id AS "createdById", cancelled_at AS "cancelledAt",
  cancelled_by_id AS "cancelledById", version`;

export const GET_APPOINTMENTS = sql<[viewerId: string, ids: readonly string[]], Appointment>(`
  SELECT ${COLUMNS} FROM appointments WHERE id = ANY ($2::uuid[]) AND $1 IN (trainer_id, client_id)`);

export const APPOINTMENTS = paged<
  [viewerId: string, from: Date, to: Date | null, includeCancelled: boolean],
  Appointment,
  [number, string]
>(
  {
    by: [
      ['starts_at', 'timestamptz'],
      ['id', 'uuid'],
    ],
    order: 'ASC',
  },
  ({ behind, order, limit }) => `
    SELECT ${COLUMNS} FROM appointments
    WHERE $1 IN (trainer_id, client_id) AND starts_at >= $2
      AND ($3::timestamptz IS NULL OR starts_at < $3) AND ($4 OR cancelled_at IS NULL) AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);

export const NEXT_APPOINTMENTS = sql<
  [viewerId: string, clientRelationshipIds: readonly string[], now: Date],
  Appointment
>(`
  SELECT DISTINCT ON (relationship_id) ${COLUMNS} FROM appointments
  WHERE relationship_id = ANY ($2::uuid[]) AND $1 IN (trainer_id, client_id)
    AND cancelled_at IS NULL AND ends_at > $3
  ORDER BY relationship_id, starts_at, id`);

export const LOCK_APPOINTMENT = sql<[id: string]>('SELECT FROM appointments WHERE id = $1::uuid FOR UPDATE');

export const SHARE_RELATIONSHIP = sql<[id: string]>(
  'SELECT FROM relationships WHERE id = $1::uuid FOR SHARE',
);
