import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { CallContext } from '#platform/call.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { requirePerson } from '#platform/viewer.ts';
import { appointmentOf, found } from '../present.ts';
import { refuse } from '../refuse.ts';
import { refusalOfCancelling, refusalOfMove, refusalOfSpan } from '../rules/appointments.ts';
import { type AppointmentContent, appointmentCursor } from '../store/appointments.ts';
import type { Store } from '../store.ts';

type Appointments =
  | 'ScheduleAppointment'
  | 'RescheduleAppointment'
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

  function assertTime(content: AppointmentContent): void {
    const refusal = refusalOfSpan(content, now());
    if (refusal) refuse(refusal);
  }

  return {
    async ScheduleAppointment(request, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const content = contentOf(request);
      // A repeated call is answered also when the time has come.
      const key = { key: request.idempotencyKey, request, admit: async () => assertTime(content) };
      const id = await appointments.schedule(actorId, request.relationshipId, content, key);
      return present(id, call);
    },

    async RescheduleAppointment(request, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const { appointmentId, expectedVersion } = request;
      const content = contentOf(request);
      assertTime(content);
      await appointments.move(appointmentId, actorId, content, (before) =>
        refusalOfMove(before, expectedVersion, now()),
      );
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
      const { edges, pageInfo } = await appointments.list(requirePerson(viewer).id, query, signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ appointment: appointmentOf(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetNextAppointments({ relationshipIds }, { viewer, signal }) {
      const found = await appointments.next(requirePerson(viewer).id, relationshipIds, signal);
      return { appointments: found.map(appointmentOf) };
    },
  };
}

type ContentMessage = Parameters<
  Handlers<TrainingServiceDefinition>['ScheduleAppointment' | 'RescheduleAppointment']
>[0];

function contentOf({ title, place, startsAt, endsAt }: ContentMessage): AppointmentContent {
  return {
    title: title.trim(),
    place: place.trim(),
    startsAt: requiredDateOf(startsAt),
    endsAt: requiredDateOf(endsAt),
  };
}
