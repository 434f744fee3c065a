import type { OperationTypeNode } from 'graphql';
import type { CacheControl } from '../caching/cache-control.ts';
import type { Fulfils } from '../document/type-conditions.ts';
import type { Representations } from './representation-cache.ts';
import { type CompileSend, createSending, type SubgraphEndpoints } from './send.ts';

/** What the plans of one operation are compiled with. */
export interface PlanCompiling {
  compileSend: CompileSend;
  fulfils: Fulfils;
  representations: Representations;
}

/** Of a supergraph, whatever the operation. */
export interface PlanCompilingOptions extends Omit<PlanCompiling, 'compileSend'> {
  endpoints: SubgraphEndpoints;
  cacheControl: CacheControl;
}

/** What a plan of an operation of this type is compiled with. */
export function planCompiling(
  type: OperationTypeNode,
  { endpoints, cacheControl, fulfils, representations }: PlanCompilingOptions,
): PlanCompiling {
  return { compileSend: createSending(endpoints, cacheControl, type), fulfils, representations };
}
