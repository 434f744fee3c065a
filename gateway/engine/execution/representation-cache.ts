import { LRUCache } from 'lru-cache';
import type { Requirement, Rewrite } from '../planning/query-plan.ts';
import { compileRepresentation, distinguishingFields, type Represent } from './representation.ts';
import type { TypeConditionTest } from './walk.ts';

/** The representation by which a batch of entities is asked for, compiled. */
export interface CompiledRepresentation {
  represent: Represent;
  /** Names of the fields that tell entities apart; null where only the text does. */
  distinguishing: readonly string[] | null;
}

/**
 * The representations of one supergraph. Most fetches require the key of an entity and nothing else: operations share what
 * was compiled for it.
 */
export interface RepresentationCache {
  of(requires: readonly Requirement[], rewrites: readonly Rewrite[]): CompiledRepresentation;
}

/** There are about as many as the supergraph has keys; `@requires` of aliased fields may make more. */
const KEPT = 1_000;

/** Makes the representations of one supergraph. */
export function createRepresentationCache(typeApplies: TypeConditionTest): RepresentationCache {
  const compiled = new LRUCache<string, CompiledRepresentation>({ max: KEPT });
  return {
    of(requires, rewrites) {
      const key = JSON.stringify([requires, rewrites]);
      let found = compiled.get(key);
      if (found === undefined) {
        const represent = compileRepresentation(requires, rewrites, typeApplies);
        found = { represent, distinguishing: distinguishingFields(requires) };
        compiled.set(key, found);
      }
      return found;
    },
  };
}
