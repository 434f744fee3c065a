import type { OperationTypeNode } from 'graphql';
import type { CacheControl } from '../caching/cache-control.ts';
import type { RepresentationCache } from './representation-cache.ts';
import { type CompileSend, createSending, type SubgraphEndpoints } from './send.ts';
import type { TypeConditionTest } from './walk.ts';

/** The plans of one operation are compiled with these. */
export interface CompileOptions {
  compileSend: CompileSend;
  typeApplies: TypeConditionTest;
  representations: RepresentationCache;
}

/** These are the same for all operations of a supergraph. */
export interface SupergraphCompileOptions extends Omit<CompileOptions, 'compileSend'> {
  endpoints: SubgraphEndpoints;
  cacheControl: CacheControl;
}

/** Makes what a plan of an operation of this type is compiled with. */
export function compileOptions(
  type: OperationTypeNode,
  { endpoints, cacheControl, typeApplies, representations }: SupergraphCompileOptions,
): CompileOptions {
  return { compileSend: createSending(endpoints, cacheControl, type), typeApplies, representations };
}
