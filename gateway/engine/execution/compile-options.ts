import type { OperationTypeNode } from 'graphql';
import type { CacheControl } from '../caching/cache-control.ts';
import type { RepresentationCache } from './representation-cache.ts';
import { type CompileSend, createSending, type SubgraphEndpoints } from './send.ts';
import type { TypeConditionTest } from './walk.ts';

/** What the plans of one operation are compiled with. */
export interface CompileOptions {
  compileSend: CompileSend;
  typeApplies: TypeConditionTest;
  representations: RepresentationCache;
}

/** Of a supergraph, whatever the operation. */
export interface SupergraphCompileOptions extends Omit<CompileOptions, 'compileSend'> {
  endpoints: SubgraphEndpoints;
  cacheControl: CacheControl;
}

/** What a plan of an operation of this type is compiled with. */
export function compileOptions(
  type: OperationTypeNode,
  { endpoints, cacheControl, typeApplies, representations }: SupergraphCompileOptions,
): CompileOptions {
  return { compileSend: createSending(endpoints, cacheControl, type), typeApplies, representations };
}
