import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { notFound } from '#platform/errors.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { changeOf, grantOf, relationshipOf, sides, states } from '../present.ts';
import { changeCursor, relationshipCursor } from '../store/relationship-reads.ts';
import type { Store } from '../store.ts';

type Reads =
  | 'BatchGetClientRelationships'
  | 'ListClientRelationships'
  | 'ListRelationshipChanges'
  | 'ListGrants';

/** What people may see of relationships. Each read is one statement, however much it answers with. */
export function createRelationshipReadHandlers({
  relationships,
}: Pick<Store, 'relationships'>): Pick<Handlers<TrainingServiceDefinition>, Reads> {
  return {
    async BatchGetClientRelationships({ ids }, { viewer, signal }) {
      const views = await relationships.get(requirePerson(viewer).id, ids, signal);
      return { relationships: views.map(relationshipOf) };
    },

    async ListClientRelationships(request, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const side = sides.requiredNameOf(request.side);
      const query = {
        side,
        states: request.states.map(states.requiredNameOf),
        window: windowOf(request.page, relationshipCursor(side)),
      };
      const { edges, pageInfo } = await relationships.list(viewerId, query, signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ relationship: relationshipOf(row), cursor })),
        pageInfo,
      };
    },

    async ListRelationshipChanges({ relationshipId, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const window = windowOf(page, changeCursor(relationshipId));
      const changes = await relationships.listChanges(viewerId, relationshipId, window, signal);
      if (changes === null) throw notFound('relationship');
      return {
        edges: changes.edges.map(({ row, cursor }) => ({ change: changeOf(row), cursor })),
        pageInfo: changes.pageInfo,
      };
    },

    async ListGrants({ afterTrainerId, afterClientId, limit }) {
      const after = afterTrainerId === '' ? null : ([afterTrainerId, afterClientId] as const);
      const grants = await relationships.listGrants(after, limit);
      return { grants: grants.map(grantOf) };
    },
  };
}
