import type { z } from 'zod';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, invalidField } from '#platform/errors.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { dateOf } from '#platform/service/timestamps.ts';
import { found } from '../present.ts';
import { classOf, classSessionOf } from '../present-gyms.ts';
import { gymClass } from '../requests-gyms.ts';
import { faultOfSchedule } from '../rules/schedule.ts';
import { type ClassContent, classCursor, sessionCursor } from '../store/classes.ts';
import type { Store } from '../store.ts';
import type { Gate } from './gate.ts';
import type { Planning } from './planning.ts';

type Classes =
  | 'CreateClass'
  | 'UpdateClass'
  | 'EndClass'
  | 'BatchGetClasses'
  | 'ListClasses'
  | 'ListClassSessions'
  | 'BatchGetClassSessions'
  | 'CancelClassSession';

export interface ClassParts {
  gate: Gate;
  planning: Planning;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** Classes and their sessions, which all members may read. */
export function createClassHandlers(
  { classes, locations, gyms, bookings }: Store,
  { gate, planning, now }: ClassParts,
): Pick<Handlers<GymsServiceDefinition>, Classes> {
  async function present(id: string, { signal }: CallContext) {
    const [view] = await classes.get([id], signal);
    return { gymClass: classOf(found(view, 'class')) };
  }

  /** What was sent of a class, once it is sure that it can be held. */
  async function contentOf(request: z.infer<typeof gymClass>, locationId: string): Promise<ClassContent> {
    const [location] = await locations.get([locationId]);
    const { gymId, timeZone } = found(location, 'location');
    const fault = faultOfSchedule({ ...request, timeZone });
    if (fault !== null) throw invalidField(fault.field, fault.message);
    const instructorId = request.instructorId || null;
    if (instructorId !== null && (await gyms.roleIn(gymId, instructorId)) === null) {
      throw invalidField('instructorId', 'This person is not in the staff of the gym: add them first.');
    }
    return {
      title: request.title.trim(),
      description: request.description.trim(),
      instructorId,
      capacity: request.capacity,
      startsAtLocal: request.startsAtLocal,
      durationMinutes: request.durationMinutes,
      recurrenceRule: request.recurrenceRule,
      excludedDays: request.excludedDays,
      cancellationNoticeMinutes: request.cancellationNoticeMinutes,
    };
  }

  return {
    async CreateClass(request, call) {
      const [location] = await locations.get([request.locationId], call.signal);
      const place = found(location, 'location');
      const actorId = await gate.assertMay(place.gymId, call, 'plan');
      const content = await contentOf(request, place.id);
      const once = { key: request.idempotencyKey, request };
      const id = await classes.create(actorId, place, content, once);
      await planning.plan(id);
      return present(id, call);
    },

    async UpdateClass(request, call) {
      const [before] = await classes.get([request.classId], call.signal);
      const { gymId, locationId, endedAt } = found(before, 'class');
      await gate.assertMay(gymId, call, 'plan');
      if (endedAt !== null) {
        throw new DomainError('FAILED_PRECONDITION', 'It is off the schedule: put a new class on it.', {
          reason: 'CLASS_ENDED',
        });
      }
      const content = await contentOf(
        changed(gymClass, classOf(found(before, 'class')), request),
        locationId,
      );
      await classes.update(request.classId, content, request.expectedVersion);
      await planning.plan(request.classId);
      return present(request.classId, call);
    },

    async EndClass({ classId }, call) {
      const [before] = await classes.get([classId], call.signal);
      await gate.assertMay(found(before, 'class').gymId, call, 'plan');
      await classes.end(classId);
      await planning.plan(classId);
      return present(classId, call);
    },

    async BatchGetClasses({ ids }, { signal }) {
      return { classes: (await classes.get(ids, signal)).map(classOf) };
    },

    async ListClasses({ gymId, page }, { signal }) {
      const { edges, pageInfo } = await classes.list(gymId, windowOf(page, classCursor), signal);
      return { edges: edges.map(({ row, cursor }) => ({ gymClass: classOf(row), cursor })), pageInfo };
    },

    async ListClassSessions({ gymId, classId, from, to, page }, { signal }) {
      const of = classId === '' ? { gymId } : { classId };
      const query = {
        from: dateOf(from) ?? new Date(now()),
        to: dateOf(to),
        window: windowOf(page, sessionCursor),
      };
      const { edges, pageInfo } = await classes.listSessions(of, query, signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ classSession: classSessionOf(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetClassSessions({ ids }, { signal }) {
      return { classSessions: (await classes.getSessions(ids, signal)).map(classSessionOf) };
    },

    async CancelClassSession({ classSessionId }, call) {
      const [session] = await classes.getSessions([classSessionId], call.signal);
      const { gymId, startsAt, state } = found(session, 'class session');
      await gate.assertMay(gymId, call, 'plan');
      if (state === 'SCHEDULED' && startsAt.getTime() <= now()) {
        throw new DomainError('FAILED_PRECONDITION', 'It has begun: it can no longer be cancelled.', {
          reason: 'CLASS_SESSION_BEGUN',
        });
      }
      await bookings.cancelSession(classSessionId);
      const [after] = await classes.getSessions([classSessionId], call.signal);
      return { classSession: classSessionOf(found(after, 'class session')) };
    },
  };
}
