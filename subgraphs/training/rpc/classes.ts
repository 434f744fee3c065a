import type { z } from 'zod';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, invalidField } from '#platform/errors.ts';
import { changed } from '#platform/service/changes.ts';
import type { Handlers } from '#platform/service/service.ts';
import { dateOf } from '#platform/service/timestamps.ts';
import { gymClass } from '../requests/gyms.ts';
import { faultOfSchedule } from '../rules/schedule.ts';
import type { ClassContent } from '../store/class-changes.ts';
import type { SessionsQuery } from '../store/class-reads.ts';
import type { Store } from '../store/store.ts';
import type { Gate } from './gate.ts';
import type { Planning } from './planning.ts';
import { classOf, classSessionOf } from './present/gyms.ts';
import { pageOf } from './present/pages.ts';
import { found } from './present/training.ts';

type Classes =
  | 'CreateGymClass'
  | 'UpdateGymClass'
  | 'EndGymClass'
  | 'BatchGetGymClasses'
  | 'BatchListGymClasses'
  | 'BatchListClassSessionsOfGyms'
  | 'BatchListClassSessionsOfClasses'
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
  async function contentOf(request: z.infer<typeof gymClass>, gymLocationId: string): Promise<ClassContent> {
    const [location] = await locations.get([gymLocationId]);
    const { gymId, timeZone } = found(location, 'location');
    const recurrenceRule = request.recurrenceRule?.trim() || null;
    const fault = faultOfSchedule({ ...request, recurrenceRule, timeZone });
    if (fault !== null) throw invalidField(fault.field, fault.message);
    const instructorId = request.instructorId ?? null;
    if (instructorId !== null && (await gyms.roleIn(gymId, instructorId)) === null) {
      throw invalidField('instructorId', 'This person is not in the staff of the gym: add them first.');
    }
    return {
      title: request.title.trim(),
      description: request.description?.trim() || null,
      instructorId,
      capacity: request.capacity,
      startsAtLocal: request.startsAtLocal,
      durationMinutes: request.durationMinutes,
      recurrenceRule,
      excludedDays: request.excludedDays,
      cancellationNoticeMinutes: request.cancellationNoticeMinutes,
    };
  }

  const spanOf = ({ from, to, page }: SpanRequest): SessionsQuery => ({
    from: dateOf(from) ?? new Date(now()),
    to: dateOf(to),
    page,
  });

  return {
    async CreateGymClass(request, call) {
      const [location] = await locations.get([request.gymLocationId], call.signal);
      const place = found(location, 'location');
      const actorId = await gate.assertMay(place.gymId, call, 'plan');
      const content = await contentOf(request, place.id);
      const once = { key: request.idempotencyKey, request };
      const id = await classes.create(actorId, place, content, once);
      await planning.plan(id);
      return present(id, call);
    },

    async UpdateGymClass(request, call) {
      const [before] = await classes.get([request.gymClassId], call.signal);
      const { gymId, gymLocationId, endedAt } = found(before, 'class');
      await gate.assertMay(gymId, call, 'plan');
      if (endedAt !== null) {
        throw new DomainError('FAILED_PRECONDITION', 'It is off the schedule: put a new class on it.', {
          reason: 'CLASS_ENDED',
        });
      }
      const content = await contentOf(
        changed(gymClass, classOf(found(before, 'class')), request),
        gymLocationId,
      );
      await classes.update(request.gymClassId, content, request.expectedVersion);
      await planning.plan(request.gymClassId);
      return present(request.gymClassId, call);
    },

    async EndGymClass({ gymClassId }, call) {
      const [before] = await classes.get([gymClassId], call.signal);
      await gate.assertMay(found(before, 'class').gymId, call, 'plan');
      await classes.end(gymClassId);
      await planning.plan(gymClassId);
      return present(gymClassId, call);
    },

    async BatchGetGymClasses({ ids }, { signal }) {
      return { gymClasses: (await classes.get(ids, signal)).map(classOf) };
    },

    async BatchListGymClasses({ gymIds, page }, { signal }) {
      const pages = await classes.listOf(gymIds, page, signal);
      return { pages: pages.map((each) => pageOf(each, 'gymId', 'gymClass', classOf)) };
    },

    async BatchListClassSessionsOfGyms({ gymIds, ...request }, { signal }) {
      const pages = await classes.listSessionsOfGyms(gymIds, spanOf(request), signal);
      return { pages: pages.map((each) => pageOf(each, 'gymId', 'classSession', classSessionOf)) };
    },

    async BatchListClassSessionsOfClasses({ gymClassIds, ...request }, { signal }) {
      const pages = await classes.listSessionsOfClasses(gymClassIds, spanOf(request), signal);
      return { pages: pages.map((each) => pageOf(each, 'gymClassId', 'classSession', classSessionOf)) };
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

type SpanRequest = Omit<
  Parameters<Handlers<GymsServiceDefinition>['BatchListClassSessionsOfGyms']>[0],
  'gymIds'
>;
