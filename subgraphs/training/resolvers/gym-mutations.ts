import type { Resolvers } from '#gen/graphql/training.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { joinings, staffRoles, weekdays } from '../present-gyms.ts';

/** GraphQL's mutations of gyms to service calls. */
export function createGymMutations(): NonNullable<Resolvers['Mutation']> {
  return {
    async createGym(_parent, { input }, { gyms }) {
      const { gym } = await gyms.createGym({ ...input, joining: joinings.valueOf(input.joining) });
      return { gym: promised(gym) };
    },
    async updateGym(_parent, { input }, { gyms }) {
      const { gym } = await gyms.updateGym({ ...input, joining: joinings.valueOf(input.joining) });
      return { gym: promised(gym) };
    },
    async addLocation(_parent, { input }, { gyms }) {
      const { location } = await gyms.addLocation({ ...input, openingHours: hoursOf(input) });
      return { location: promised(location) };
    },
    async updateLocation(_parent, { input }, { gyms }) {
      const { location } = await gyms.updateLocation({ ...input, openingHours: hoursOf(input) });
      return { location: promised(location) };
    },
    async setStaff(_parent, { input }, { gyms }) {
      const { staffMember } = await gyms.setStaff({ ...input, role: staffRoles.valueOf(input.role) });
      return { staffMember: promised(staffMember) };
    },
    async removeStaff(_parent, { input }, { gyms }) {
      await gyms.removeStaff(input);
      const found = await gyms.batchGetGyms({ ids: [input.gymId] });
      return { gym: promised(found.gyms[0] ?? null) };
    },
    async joinGym(_parent, { input }, { gyms }) {
      const { membership } = await gyms.joinGym(input);
      return { membership: promised(membership) };
    },
    async addMember(_parent, { input }, { gyms }) {
      const { membership } = await gyms.addMember(input);
      return { membership: promised(membership) };
    },
    async endMembership(_parent, { input }, { gyms }) {
      const { membership } = await gyms.endMembership(input);
      return { membership: promised(membership) };
    },
    async createClass(_parent, { input }, { gyms }) {
      const { gymClass } = await gyms.createClass({ ...input, instructorId: input.instructorId ?? '' });
      return { gymClass: promised(gymClass) };
    },
    async updateClass(_parent, { input }, { gyms }) {
      const { gymClass } = await gyms.updateClass({ ...input, instructorId: input.instructorId ?? '' });
      return { gymClass: promised(gymClass) };
    },
    async endClass(_parent, { input }, { gyms }) {
      const { gymClass } = await gyms.endClass(input);
      return { gymClass: promised(gymClass) };
    },
    async cancelClassSession(_parent, { input }, { gyms }) {
      const { classSession } = await gyms.cancelClassSession(input);
      return { classSession: promised(classSession) };
    },
    async bookClassSession(_parent, { input }, { gyms }) {
      const { booking } = await gyms.bookClassSession(input);
      return { booking: promised(booking) };
    },
    async cancelBooking(_parent, { input }, { gyms }) {
      const { booking } = await gyms.cancelBooking(input);
      return { booking: promised(booking) };
    },
    async checkIn(_parent, { input }, { gyms }) {
      const { booking } = await gyms.checkIn(input);
      return { booking: promised(booking) };
    },
  };
}

type HoursInput = { openingHours?: readonly { weekday: Weekday; opensAt: string; closesAt: string }[] };
type Weekday = NonNullable<Parameters<typeof weekdays.valueOf>[0]>;

function hoursOf({ openingHours = [] }: HoursInput) {
  return openingHours.map(({ weekday, ...span }) => ({ ...span, weekday: weekdays.valueOf(weekday) }));
}
