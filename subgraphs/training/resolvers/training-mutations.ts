import type { Resolvers } from '#gen/graphql/training.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { rateUnits, specialities } from '../present.ts';

/** GraphQL's mutations of what trainers and clients have with each other to service calls. */
export function createTrainingMutations(): NonNullable<Resolvers['Mutation']> {
  return {
    async updateTrainerProfile(_parent, { input }, { training }) {
      const { expectedVersion, ...changes } = input;
      const { trainerProfile } = await training.updateTrainerProfile({
        ...changesOf(changes),
        expectedVersion,
        specialities: (changes.specialities ?? []).map(specialities.valueOf),
        rates: (changes.rates ?? []).map(({ unit, ...rate }) => ({ ...rate, unit: rateUnits.valueOf(unit) })),
      });
      return { trainerProfile: promised(trainerProfile) };
    },
    async inviteClient(_parent, { input }, { training }) {
      const { relationship } = await training.inviteClient(input);
      return { relationship: promised(relationship) };
    },
    async requestTrainer(_parent, { input }, { training }) {
      const request = { ...input, permissions: input.permissions.map(permissions.valueOf) };
      const { relationship } = await training.requestTrainer(request);
      return { relationship: promised(relationship) };
    },
    async acceptRelationship(_parent, { input }, { training }) {
      const request = { ...input, permissions: (input.permissions ?? []).map(permissions.valueOf) };
      const { relationship } = await training.acceptRelationship(request);
      return { relationship: promised(relationship) };
    },
    async pauseRelationship(_parent, { input }, { training }) {
      const { relationship } = await training.pauseRelationship(input);
      return { relationship: promised(relationship) };
    },
    async resumeRelationship(_parent, { input }, { training }) {
      const { relationship } = await training.resumeRelationship(input);
      return { relationship: promised(relationship) };
    },
    async endRelationship(_parent, { input }, { training }) {
      const { relationship } = await training.endRelationship(input);
      return { relationship: promised(relationship) };
    },
    async setPermissions(_parent, { input }, { training }) {
      const request = { ...input, permissions: input.permissions.map(permissions.valueOf) };
      const { relationship } = await training.setPermissions(request);
      return { relationship: promised(relationship) };
    },
    async scheduleAppointment(_parent, { input }, { training }) {
      const { appointment } = await training.scheduleAppointment({ ...input, ...timesOf(input) });
      return { appointment: promised(appointment) };
    },
    async rescheduleAppointment(_parent, { input }, { training }) {
      const { appointment } = await training.rescheduleAppointment({ ...input, ...timesOf(input) });
      return { appointment: promised(appointment) };
    },
    async cancelAppointment(_parent, { input }, { training }) {
      const { appointment } = await training.cancelAppointment(input);
      return { appointment: promised(appointment) };
    },
  };
}

function timesOf({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }) {
  return { startsAt: timestampOf(startsAt), endsAt: timestampOf(endsAt) };
}
