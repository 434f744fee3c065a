import type { Resolvers, UpdateAppointmentInput } from '#gen/graphql/training.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { rateUnits, specialities } from '../rpc/present/training.ts';

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
      const { clientRelationship } = await training.inviteClient(input);
      return { clientRelationship: promised(clientRelationship) };
    },
    async requestTrainer(_parent, { input }, { training }) {
      const request = { ...input, permissions: input.permissions.map(permissions.valueOf) };
      const { clientRelationship } = await training.requestTrainer(request);
      return { clientRelationship: promised(clientRelationship) };
    },
    async acceptClientRelationship(_parent, { input }, { training }) {
      const request = { ...input, permissions: (input.permissions ?? []).map(permissions.valueOf) };
      const { clientRelationship } = await training.acceptClientRelationship(request);
      return { clientRelationship: promised(clientRelationship) };
    },
    async pauseClientRelationship(_parent, { input }, { training }) {
      const { clientRelationship } = await training.pauseClientRelationship(input);
      return { clientRelationship: promised(clientRelationship) };
    },
    async resumeClientRelationship(_parent, { input }, { training }) {
      const { clientRelationship } = await training.resumeClientRelationship(input);
      return { clientRelationship: promised(clientRelationship) };
    },
    async endClientRelationship(_parent, { input }, { training }) {
      const { clientRelationship } = await training.endClientRelationship(input);
      return { clientRelationship: promised(clientRelationship) };
    },
    async setClientPermissions(_parent, { input }, { training }) {
      const request = { ...input, permissions: input.permissions.map(permissions.valueOf) };
      const { clientRelationship } = await training.setClientPermissions(request);
      return { clientRelationship: promised(clientRelationship) };
    },
    async scheduleAppointment(_parent, { input }, { training }) {
      const { appointment } = await training.scheduleAppointment({ ...input, ...timesOf(input) });
      return { appointment: promised(appointment) };
    },
    async updateAppointment(_parent, { input }, { training }) {
      const { appointmentId, expectedVersion, ...changes } = input;
      const { appointment } = await training.updateAppointment({
        ...{ appointmentId, expectedVersion, ...changesOf(changes) },
        ...timesOf(changes),
      });
      return { appointment: promised(appointment) };
    },
    async cancelAppointment(_parent, { input }, { training }) {
      const { appointment } = await training.cancelAppointment(input);
      return { appointment: promised(appointment) };
    },
  };
}

function timesOf({ startsAt, endsAt }: Pick<UpdateAppointmentInput, 'startsAt' | 'endsAt'>) {
  return { startsAt: timestampOf(startsAt ?? null), endsAt: timestampOf(endsAt ?? null) };
}
