import type { Resolvers } from '#gen/graphql/training.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { sides, states } from '../rpc/present/training.ts';

type ViewerResolvers = NonNullable<Resolvers['Viewer']>;
type ListResolver = Extract<ViewerResolvers['clientRelationships'], (...parts: never) => unknown>;

/** What of the domain is the viewer's own. */
export const viewerResolvers: ViewerResolvers = {
  __resolveReference: viewerOf,
  clientRelationships: relationshipsAs('TRAINER'),
  trainerRelationships: relationshipsAs('CLIENT'),
  async appointments(_viewer, { from, to, includeCancelled, ...window }, { training }) {
    const page = await training.listAppointments({
      from: timestampOf(from ?? null),
      to: timestampOf(to ?? null),
      includeCancelled,
      page: pageRequestOf(window),
    });
    return connectionOf(page, ({ appointment }) => ({ node: promised(appointment) }));
  },
  async gymMemberships(_viewer, window, { gyms }) {
    const page = await gyms.listOwnGymMemberships({ page: pageRequestOf(window) });
    return connectionOf(page, ({ gymMembership }) => ({ node: promised(gymMembership) }));
  },
  async classBookings(_viewer, { includePast, ...window }, { gyms }) {
    const page = await gyms.listOwnClassBookings({ includePast, page: pageRequestOf(window) });
    return connectionOf(page, ({ classBooking }) => ({ node: promised(classBooking) }));
  },
};

/** The viewer's relationships in which they stand on this side. */
function relationshipsAs(side: 'TRAINER' | 'CLIENT'): ListResolver {
  return async (_viewer, { states: wanted, ...window }, { training }) => {
    const page = await training.listClientRelationships({
      side: sides.valueOf(side),
      states: wanted?.map(states.valueOf) ?? [],
      page: pageRequestOf(window),
    });
    return connectionOf(page, ({ clientRelationship }) => ({ node: promised(clientRelationship) }));
  };
}
