import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { CallContext } from '#platform/call.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { refusalOfCheckIn, refusalOfGivingBack } from '../rules/bookings.ts';
import { bookingCursor, type ClassBookingView } from '../store/booking-reads.ts';
import type { Store } from '../store/store.ts';
import type { Gate } from './gate.ts';
import { bookingOf } from './present/gyms.ts';
import { edgesOf, pageOf } from './present/pages.ts';
import { found } from './present/training.ts';

type Bookings =
  | 'BookClassSession'
  | 'CancelClassBooking'
  | 'CheckInClassBooking'
  | 'ListOwnClassBookings'
  | 'BatchListClassBookings'
  | 'BatchGetClassBookings'
  | 'BatchGetOwnClassBookings';

/** Places in sessions: people book and give back their own, staff receives who comes. */
export function createBookingHandlers(
  { bookings, classes }: Store,
  { gate, now }: { gate: Gate; now(): number },
): Pick<Handlers<GymsServiceDefinition>, Bookings> {
  /** A booking of the caller, or of a gym in whose staff they are. */
  async function find(id: string, { viewer, signal }: CallContext): Promise<ClassBookingView> {
    const [booking] = await bookings.get(requirePerson(viewer).id, [id], signal);
    return found(booking, 'booking');
  }

  const present = async (id: string, call: CallContext) => ({
    classBooking: bookingOf(await find(id, call)),
  });

  async function noticeOf({ classSessionId }: ClassBookingView): Promise<number> {
    const [session] = await classes.getSessions([classSessionId]);
    const [gymClass] = await classes.get([found(session, 'class session').gymClassId]);
    return found(gymClass, 'class').cancellationNoticeMinutes;
  }

  return {
    async BookClassSession(request, call) {
      const { id: userId } = requirePerson(call.viewer);
      const once = { key: request.idempotencyKey, request };
      return present(await bookings.book(userId, request.classSessionId, once), call);
    },

    async CancelClassBooking({ classBookingId }, call) {
      const before = await find(classBookingId, call);
      const isStaff = before.userId !== requirePerson(call.viewer).id;
      const noticeMinutes = await noticeOf(before);
      await bookings.giveBack(classBookingId, (booking, session) =>
        refusalOfGivingBack(booking, session, { isStaff, noticeMinutes, now: now() }),
      );
      return present(classBookingId, call);
    },

    async CheckInClassBooking({ classBookingId }, call) {
      const { gymId } = await find(classBookingId, call);
      await gate.assertMay(gymId, call, 'receive');
      await bookings.checkIn(classBookingId, (booking, session) => refusalOfCheckIn(booking, session, now()));
      return present(classBookingId, call);
    },

    async ListOwnClassBookings({ includePast, page }, { viewer, signal }) {
      const query = { includePast, window: windowOf(page, bookingCursor) };
      const list = await bookings.listOwn(requirePerson(viewer).id, query, signal);
      return edgesOf(list, 'classBooking', bookingOf);
    },

    async BatchListClassBookings({ classSessionIds, page }, { viewer, signal }) {
      const pages = await bookings.listOf(requirePerson(viewer).id, classSessionIds, page, signal);
      return { pages: pages.map((each) => pageOf(each, 'classSessionId', 'classBooking', bookingOf)) };
    },

    async BatchGetClassBookings({ ids }, { viewer, signal }) {
      const views = await bookings.get(requirePerson(viewer).id, ids, signal);
      return { classBookings: views.map(bookingOf) };
    },

    async BatchGetOwnClassBookings({ classSessionIds }, { viewer, signal }) {
      const views = await bookings.own(requirePerson(viewer).id, classSessionIds, signal);
      return { classBookings: views.map(bookingOf) };
    },
  };
}
