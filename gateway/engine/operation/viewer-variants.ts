import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Authorization, PolicyViewer } from '../authorization/authorization.ts';
import type { ConditionValues } from '../document/condition-variants.ts';
import type { CompiledOperation } from './compiled-operation.ts';

/** One operation, as different viewers may run it. */
export interface OperationVariants {
  for(viewer: PolicyViewer | null): CompiledOperation | Promise<CompiledOperation>;
  /** The variants that were compiled and did not fail. */
  used(): Promise<UsedVariant[]>;
}

/** Holds what it takes to compile a variant again, for another supergraph. */
export interface UsedVariant {
  /** Somebody who runs it. */
  viewer: PolicyViewer | null;
  /** The values that it was planned for. */
  conditionValues: readonly ConditionValues[];
}

interface Variant {
  compiled: Promise<CompiledOperation>;
  viewer: PolicyViewer | null;
}

/** Most operations have one variant, or two; a role more is another one. */
const VARIANTS_KEPT = 16;

/**
 * Compiles an operation once for all viewers with the same rights to what it asks for, when the first of them runs it. An
 * operation that asks for nothing protected is compiled now.
 */
export async function createVariants(
  document: DocumentNode,
  authorization: Authorization,
  compile: (allowed: DocumentNode) => Promise<CompiledOperation>,
): Promise<OperationVariants> {
  const parts = authorization.protectedPartsOf(document);
  if (parts === null) {
    const compiled = await compile(document);
    return {
      for: () => compiled,
      used: async () => [{ viewer: null, conditionValues: compiled.plans.used() }],
    };
  }
  const variants = new LRUCache<string, Variant>({ max: VARIANTS_KEPT });
  return {
    async for(viewer) {
      const decision = await parts.decide(viewer);
      const kept = variants.get(decision.key);
      if (kept !== undefined) return kept.compiled;
      const compiled = compile(parts.marked(decision));
      variants.set(decision.key, { compiled, viewer: viewer && withoutToken(viewer) });
      compiled.catch(() => variants.delete(decision.key));
      return compiled;
    },
    async used() {
      const settled = await Promise.allSettled([...variants.values()].map(usedVariant));
      return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    },
  };
}

async function usedVariant({ compiled, viewer }: Variant): Promise<UsedVariant> {
  return { viewer, conditionValues: (await compiled).plans.used() };
}

/** Kept for longer than the token may be. */
function withoutToken({ id, kind, scopes }: PolicyViewer): PolicyViewer {
  return { id, kind, scopes };
}
