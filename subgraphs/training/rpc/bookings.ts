import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { CallContext } from '#platform/call.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { found } from '../present.ts';
import { bookingOf } from '../present-gyms.ts';
import { refusalOfCheckIn, refusalOfGivingBack } from '../rules/bookings.ts';
import { type BookingView, bookingCursor, sessionBookingCursor } from '../store/booking-reads.ts';
import type { Store } from '../store.ts';
import type { Gate } from './gate.ts';

type Bookings =
  | 'BookClassSession'
  | 'CancelBooking'
  | 'CheckIn'
  | 'ListBookings'
  | 'ListSessionBookings'
  | 'BatchGetBookings'
  | 'BatchGetOwnBookings';

/** Places in sessions: people book and give back their own, staff receives who comes. */
export function createBookingHandlers(
  { bookings, classes }: Store,
  { gate, now }: { gate: Gate; now(): number },
): Pick<Handlers<GymsServiceDefinition>, Bookings> {
  /** A booking of the caller, or of a gym in whose staff they are. */
  async function find(id: string, { viewer, signal }: CallContext): Promise<BookingView> {
    const [booking] = await bookings.get(requirePerson(viewer).id, [id], signal);
    return found(booking, 'booking');
  }

  const present = async (id: string, call: CallContext) => ({ booking: bookingOf(await find(id, call)) });

  async function noticeOf({ classSessionId }: BookingView): Promise<number> {
    const [session] = await classes.getSessions([classSessionId]);
    const [gymClass] = await classes.get([found(session, 'class session').classId]);
    return found(gymClass, 'class').cancellationNoticeMinutes;
  }

  return {
    async BookClassSession(request, call) {
      const { id: userId } = requirePerson(call.viewer);
      const once = { key: request.idempotencyKey, request };
      return present(await bookings.book(userId, request.classSessionId, once), call);
    },

    async CancelBooking({ bookingId }, call) {
      const before = await find(bookingId, call);
      const isStaff = before.userId !== requirePerson(call.viewer).id;
      const noticeMinutes = await noticeOf(before);
      await bookings.giveBack(bookingId, (booking, session) =>
        refusalOfGivingBack(booking, session, { isStaff, noticeMinutes, now: now() }),
      );
      return present(bookingId, call);
    },

    async CheckIn({ bookingId }, call) {
      const { gymId } = await find(bookingId, call);
      await gate.assertMay(gymId, call, 'receive');
      await bookings.checkIn(bookingId, (booking, session) => refusalOfCheckIn(booking, session, now()));
      return present(bookingId, call);
    },

    async ListBookings({ includePast, page }, { viewer, signal }) {
      const query = { includePast, window: windowOf(page, bookingCursor) };
      return pageOf(await bookings.listOwn(requirePerson(viewer).id, query, signal));
    },

    async ListSessionBookings({ classSessionId, page }, call) {
      const [session] = await classes.getSessions([classSessionId], call.signal);
      await gate.assertMay(found(session, 'class session').gymId, call, 'receive');
      const window = windowOf(page, sessionBookingCursor);
      return pageOf(await bookings.listOfSession(classSessionId, window, call.signal));
    },

    async BatchGetBookings({ ids }, { viewer, signal }) {
      const views = await bookings.get(requirePerson(viewer).id, ids, signal);
      return { bookings: views.map(bookingOf) };
    },

    async BatchGetOwnBookings({ classSessionIds }, { viewer, signal }) {
      const views = await bookings.own(requirePerson(viewer).id, classSessionIds, signal);
      return { bookings: views.map(bookingOf) };
    },
  };
}

type BookingsPage = Awaited<ReturnType<Store['bookings']['listOwn']>>;

function pageOf({ edges, pageInfo }: BookingsPage) {
  return { edges: edges.map(({ row, cursor }) => ({ booking: bookingOf(row), cursor })), pageInfo };
}
