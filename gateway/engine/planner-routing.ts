import {
  type DocumentNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
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
  if (native === null || isBeyondNative(loaded.sdl)) return other();
  const names = fieldNames(loaded.supergraphSchema);
  return {
    name: native.name,
    async plan(request) {
      if (isSerial(request.operation) || isMisplanned(request.document, names)) return other().plan(request);
      try {
        return await native.plan(request);
      } catch (err) {
        log.warn({ err }, 'the native planner does not plan an operation; the other one does');
        return other().plan(request);
      }
    },
  };
}

/**
 * Whether a supergraph has what the native planner does not know (values taken with `@fromContext`), or plans wrongly:
 * with `@interfaceObject`, it asks for too little of some types.
 */
function isBeyondNative(sdl: string): boolean {
  return /contextArguments:\s*\[\s*\{/.test(sdl) || sdl.includes('isInterfaceObject: true');
}

/**
 * Whether an operation is of a kind that the native planner plans wrongly. Where a variable decides about one field, it
 * makes what that field requires a condition of other fields; and what bears another field's name takes its place in keys.
 */
function isMisplanned(document: DocumentNode, names: ReadonlySet<string>): boolean {
  let found = false;
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      const isCondition = name.value === 'skip' || name.value === 'include';
      if (isCondition && given[0]?.value.kind === Kind.VARIABLE) found = true;
    },
    Field({ name, alias }) {
      if (alias !== undefined && (name.value === '__typename' || names.has(alias.value))) found = true;
    },
  });
  return found;
}

function fieldNames(schema: GraphQLSchema): ReadonlySet<string> {
  return new Set(
    Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [],
    ),
  );
}

/**
 * Whether several mutations run one after the other: the native planner lets the second one begin beside the entity
 * fetches of the first.
 */
function isSerial({ operation, selectionSet: { selections } }: OperationDefinitionNode): boolean {
  return operation === 'mutation' && (selections.length > 1 || selections[0]?.kind !== Kind.FIELD);
}
