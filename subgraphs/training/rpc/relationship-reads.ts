import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { relationshipCursor } from '../store/relationship-reads.ts';
import type { Store } from '../store/store.ts';
import { edgesOf, pageOf } from './present/pages.ts';
import { changeOf, grantOf, relationshipOf, sides, states } from './present/training.ts';

type Reads =
  | 'BatchGetClientRelationships'
  | 'ListClientRelationships'
  | 'BatchListClientRelationshipChanges'
  | 'ListGrants';

/** What people may see of relationships. Each read is one statement, however much it answers with. */
export function createRelationshipReadHandlers({
  relationships,
}: Pick<Store, 'relationships'>): Pick<Handlers<TrainingServiceDefinition>, Reads> {
  return {
    async BatchGetClientRelationships({ ids }, { viewer, signal }) {
      const views = await relationships.get(requirePerson(viewer).id, ids, signal);
      return { clientRelationships: views.map(relationshipOf) };
    },

    async ListClientRelationships(request, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const side = sides.requiredNameOf(request.side);
      const query = {
        side,
        states: request.states.map(states.requiredNameOf),
        window: windowOf(request.page, relationshipCursor(side)),
      };
      return edgesOf(await relationships.list(viewerId, query, signal), 'clientRelationship', relationshipOf);
    },

    async BatchListClientRelationshipChanges({ clientRelationshipIds, page }, { viewer, signal }) {
      const viewerId = requirePerson(viewer).id;
      const pages = await relationships.listChanges(viewerId, clientRelationshipIds, page, signal);
      return {
        pages: pages.map((each) =>
          pageOf(each, 'clientRelationshipId', 'clientRelationshipChange', changeOf),
        ),
      };
    },

    async ListGrants({ afterTrainerId, afterClientId, limit }) {
      const after = afterTrainerId && afterClientId ? ([afterTrainerId, afterClientId] as const) : null;
      const grants = await relationships.listGrants(after, limit);
      return { grants: grants.map(grantOf) };
    },
  };
}
