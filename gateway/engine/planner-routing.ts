import { Kind, type OperationDefinitionNode } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { Planner } from './planner.ts';
import { createApolloPlanner } from './planner-apollo.ts';
import { createHivePlanner } from './planner-hive.ts';
import type { LoadedSupergraph } from './supergraph.ts';

/** Plans with the native planner what it can plan, and everything else with the other. */
export async function createPlanner(
  loaded: LoadedSupergraph,
  log: Logger,
  createNative = createHivePlanner,
): Promise<Planner> {
  // It takes longest to build, and may never be needed.
  let apollo: Planner | undefined;
  const other = () => {
    apollo ??= createApolloPlanner(loaded);
    return apollo;
  };
  const native = await createNative(loaded).catch((err: unknown) => {
    log.warn({ err }, 'the native planner does not load; the other one plans everything');
    return null;
  });
  if (native === null || takesContext(loaded.sdl)) return other();
  return {
    name: native.name,
    async plan(request) {
      if (isSerial(request.operation)) return other().plan(request);
      try {
        return await native.plan(request);
      } catch (err) {
        log.warn({ err }, 'the native planner does not plan an operation; the other one does');
        return other().plan(request);
      }
    },
  };
}

/** Whether a subgraph takes values with `@fromContext`, which the native planner does not know. */
function takesContext(sdl: string): boolean {
  return /contextArguments:\s*\[\s*\{/.test(sdl);
}

/**
 * Whether several mutations run one after the other: the native planner lets the second one begin beside the entity
 * fetches of the first.
 */
function isSerial({ operation, selectionSet: { selections } }: OperationDefinitionNode): boolean {
  return operation === 'mutation' && (selections.length > 1 || selections[0]?.kind !== Kind.FIELD);
}
