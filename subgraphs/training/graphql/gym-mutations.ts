import type { Resolvers, UpdateGymLocationInput } from '#gen/graphql/training.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { joinings, staffRoles, weekdays } from '../rpc/present/gyms.ts';

/** GraphQL's mutations of gyms to service calls. */
export function createGymMutations(): NonNullable<Resolvers['Mutation']> {
  return {
    async createGym(_parent, { input }, { gyms }) {
      const { gym } = await gyms.createGym({
        ...input,
        websiteUrl: input.websiteUrl?.href,
        joining: joinings.valueOf(input.joining),
      });
      return { gym: promised(gym) };
    },
    async updateGym(_parent, { input }, { gyms }) {
      const { gymId, expectedVersion, ...changes } = input;
      const { gym } = await gyms.updateGym({
        ...{ gymId, expectedVersion, ...changesOf(changes) },
        websiteUrl: changes.websiteUrl?.href,
        joining: joinings.valueOf(changes.joining),
      });
      return { gym: promised(gym) };
    },
    async addGymLocation(_parent, { input }, { gyms }) {
      const { gymLocation } = await gyms.addGymLocation({ ...input, ...hoursOf(input) });
      return { gymLocation: promised(gymLocation) };
    },
    async updateGymLocation(_parent, { input }, { gyms }) {
      const { gymLocationId, expectedVersion, ...changes } = input;
      const request = { ...changesOf(changes), ...hoursOf(changes) };
      const { gymLocation } = await gyms.updateGymLocation({ gymLocationId, expectedVersion, ...request });
      return { gymLocation: promised(gymLocation) };
    },
    async setGymStaffMember(_parent, { input }, { gyms }) {
      const { gymStaffMember } = await gyms.setGymStaffMember({
        ...input,
        role: staffRoles.valueOf(input.role),
      });
      return { gymStaffMember: promised(gymStaffMember) };
    },
    async removeGymStaffMember(_parent, { input }, { gyms }) {
      await gyms.removeGymStaffMember(input);
      const found = await gyms.batchGetGyms({ ids: [input.gymId] });
      return { gym: promised(found.gyms[0] ?? null) };
    },
    async joinGym(_parent, { input }, { gyms }) {
      const { gymMembership } = await gyms.joinGym(input);
      return { gymMembership: promised(gymMembership) };
    },
    async addGymMember(_parent, { input }, { gyms }) {
      const { gymMembership } = await gyms.addGymMember({
        ...input,
        lastDay: dayIn(input.lastDay),
      });
      return { gymMembership: promised(gymMembership) };
    },
    async endGymMembership(_parent, { input }, { gyms }) {
      const { gymMembership } = await gyms.endGymMembership(input);
      return { gymMembership: promised(gymMembership) };
    },
    async createGymClass(_parent, { input }, { gyms }) {
      const { gymClass } = await gyms.createGymClass({
        ...input,
        excludedDays: input.excludedDays?.map((day) => dayIn(day)),
      });
      return { gymClass: promised(gymClass) };
    },
    async updateGymClass(_parent, { input }, { gyms }) {
      const { gymClassId, expectedVersion, ...changes } = input;
      const request = { ...changesOf(changes), excludedDays: changes.excludedDays?.map((day) => dayIn(day)) };
      const { gymClass } = await gyms.updateGymClass({ gymClassId, expectedVersion, ...request });
      return { gymClass: promised(gymClass) };
    },
    async endGymClass(_parent, { input }, { gyms }) {
      const { gymClass } = await gyms.endGymClass(input);
      return { gymClass: promised(gymClass) };
    },
    async cancelClassSession(_parent, { input }, { gyms }) {
      const { classSession } = await gyms.cancelClassSession(input);
      return { classSession: promised(classSession) };
    },
    async bookClassSession(_parent, { input }, { gyms }) {
      const { classBooking } = await gyms.bookClassSession(input);
      return { classBooking: promised(classBooking) };
    },
    async cancelClassBooking(_parent, { input }, { gyms }) {
      const { classBooking } = await gyms.cancelClassBooking(input);
      return { classBooking: promised(classBooking) };
    },
    async checkInClassBooking(_parent, { input }, { gyms }) {
      const { classBooking } = await gyms.checkInClassBooking(input);
      return { classBooking: promised(classBooking) };
    },
  };
}

type HoursInput = Pick<UpdateGymLocationInput, 'openingHours' | 'specialDays'>;

function hoursOf({ openingHours, specialDays }: HoursInput) {
  return {
    openingHours: openingHours?.map(({ weekday, ...span }) => ({
      ...span,
      weekday: weekdays.valueOf(weekday),
    })),
    specialDays: specialDays?.map(({ day, ...span }) => ({ ...span, day: dayIn(day) })),
  };
}
