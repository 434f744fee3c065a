import type { CreateClassInput, Resolvers, UpdateLocationInput } from '#gen/graphql/training.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { dayIn } from '#platform/graphql/days.ts';
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
      const { gymId, expectedVersion, ...changes } = input;
      const joining = joinings.valueOf(changes.joining);
      const { gym } = await gyms.updateGym({ gymId, expectedVersion, ...changesOf(changes), joining });
      return { gym: promised(gym) };
    },
    async addLocation(_parent, { input }, { gyms }) {
      const { location } = await gyms.addLocation({ ...input, ...hoursOf(input) });
      return { location: promised(location) };
    },
    async updateLocation(_parent, { input }, { gyms }) {
      const { locationId, expectedVersion, ...changes } = input;
      const request = { ...changesOf(changes), ...hoursOf(changes) };
      const { location } = await gyms.updateLocation({ locationId, expectedVersion, ...request });
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
      const { membership } = await gyms.addMember({ ...input, lastDay: dayIn(input.lastDay) });
      return { membership: promised(membership) };
    },
    async endMembership(_parent, { input }, { gyms }) {
      const { membership } = await gyms.endMembership(input);
      return { membership: promised(membership) };
    },
    async createClass(_parent, { input }, { gyms }) {
      const { gymClass } = await gyms.createClass(classRequest(input));
      return { gymClass: promised(gymClass) };
    },
    async updateClass(_parent, { input }, { gyms }) {
      const { classId, expectedVersion, ...changes } = input;
      const request = { ...changesOf(changes), excludedDays: (changes.excludedDays ?? []).map(dayIn) };
      const { gymClass } = await gyms.updateClass({ classId, expectedVersion, ...request });
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

type HoursInput = Pick<UpdateLocationInput, 'openingHours' | 'specialDays'>;
type ClassInput = Pick<CreateClassInput, 'instructorId' | 'excludedDays'>;

function hoursOf({ openingHours, specialDays }: HoursInput) {
  return {
    openingHours: (openingHours ?? []).map(({ weekday, ...span }) => ({
      ...span,
      weekday: weekdays.valueOf(weekday),
    })),
    specialDays: (specialDays ?? []).map(({ day, opensAt, closesAt }) => ({
      ...{ day: dayIn(day), opensAt: opensAt ?? '', closesAt: closesAt ?? '' },
    })),
  };
}

function classRequest<Input extends ClassInput>({ instructorId, excludedDays = [], ...input }: Input) {
  return { ...input, instructorId: instructorId ?? '', excludedDays: excludedDays.map(dayIn) };
}
