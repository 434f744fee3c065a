import type { ScheduleAppointmentRequest__Output } from '#gen/proto/fitme/training/v1/ScheduleAppointmentRequest.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { CallContext } from '#platform/call.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import { refuse } from '#platform/service/refusals.ts';
import type { Handlers } from '#platform/service/service.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { requirePerson } from '#platform/viewer.ts';
import { appointment } from '../requests/training.ts';
import {
  type AppointmentState,
  refusalOfCancelling,
  refusalOfChange,
  refusalOfSpan,
} from '../rules/appointments.ts';
import { type AppointmentContent, appointmentCursor } from '../store/appointments.ts';
import type { Store } from '../store/store.ts';
import { edgesOf } from './present/pages.ts';
import { appointmentOf, found } from './present/training.ts';

type Appointments =
  | 'ScheduleAppointment'
  | 'UpdateAppointment'
  | 'CancelAppointment'
  | 'BatchGetAppointments'
  | 'ListAppointments'
  | 'BatchGetNextAppointments';

/** Appointments: whoever has a part in a relationship schedules, moves, cancels and sees those of it. */
export function createAppointmentHandlers(
  { appointments }: Store,
  now: () => number,
): Pick<Handlers<TrainingServiceDefinition>, Appointments> {
  async function present(id: string, { viewer, signal }: CallContext) {
    const [appointment] = await appointments.get(requirePerson(viewer).id, [id], signal);
    return { appointment: appointmentOf(found(appointment, 'appointment')) };
  }

  return {
    async ScheduleAppointment(request, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const content = contentOf(request);
      // A repeated call is answered also when the time has come.
      const key = {
        key: request.idempotencyKey,
        request,
        admit: async () => refuse(refusalOfSpan(content, now())),
      };
      const id = await appointments.schedule(actorId, request.clientRelationshipId, content, key);
      return present(id, call);
    },

    async UpdateAppointment(request, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const { appointmentId, expectedVersion } = request;
      const refusal = (before: AppointmentState) => refusalOfChange(before, expectedVersion, now());
      const [stored] = await appointments.get(actorId, [appointmentId], call.signal);
      const before = found(stored, 'appointment');
      refuse(refusal(before));
      const content = contentOf(changed(appointment, appointmentOf(before), request));
      refuse(refusalOfSpan(content, now()));
      await appointments.update(appointmentId, actorId, content, refusal);
      return present(appointmentId, call);
    },

    async CancelAppointment({ appointmentId }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      await appointments.cancel(appointmentId, actorId, (before) => refusalOfCancelling(before, now()));
      return present(appointmentId, call);
    },

    async BatchGetAppointments({ ids }, { viewer, signal }) {
      const found = await appointments.get(requirePerson(viewer).id, ids, signal);
      return { appointments: found.map(appointmentOf) };
    },

    async ListAppointments({ from, to, includeCancelled, page }, { viewer, signal }) {
      const query = {
        from: dateOf(from) ?? new Date(now()),
        to: dateOf(to),
        includeCancelled,
        window: windowOf(page, appointmentCursor),
      };
      const list = await appointments.list(requirePerson(viewer).id, query, signal);
      return edgesOf(list, 'appointment', appointmentOf);
    },

    async BatchGetNextAppointments({ clientRelationshipIds }, { viewer, signal }) {
      const found = await appointments.next(requirePerson(viewer).id, clientRelationshipIds, signal);
      return { appointments: found.map(appointmentOf) };
    },
  };
}

type ContentMessage = Pick<ScheduleAppointmentRequest__Output, keyof AppointmentContent>;

function contentOf({ title, place, startsAt, endsAt }: ContentMessage): AppointmentContent {
  return {
    title: title.trim(),
    place: place?.trim() || null,
    startsAt: requiredDateOf(startsAt),
    endsAt: requiredDateOf(endsAt),
  };
}
