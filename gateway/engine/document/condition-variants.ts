import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { conditionVariables, withoutConditions } from './conditions.ts';

/** Values of the variables that `@skip` and `@include` ask. */
export type Switches = Readonly<Record<string, boolean>>;

/** What is made of an operation once for each set of switches, when that is first met. */
export interface Switched<Made> {
  for(variables: Readonly<Record<string, unknown>>): Promise<Made>;
  /** Those that it was made for. */
  used(): Switches[];
}

/** An operation with more switches than clients use in earnest is planned anew for what it asks for least. */
export const MAX_PLAN_VARIANTS = 16;

/** Makes it of the document without conditions. */
export function createSwitched<Made>(
  document: DocumentNode,
  make: (decided: DocumentNode) => Promise<Made>,
): Switched<Made> {
  const names = conditionVariables(document);
  const kept = new LRUCache<string, { made: Promise<Made>; switches: Switches }>({ max: MAX_PLAN_VARIANTS });
  return {
    for(variables) {
      let key = '';
      for (const name of names) key += variables[name] === true ? '1' : '0';
      const known = kept.get(key);
      if (known !== undefined) return known.made;
      const made = make(withoutConditions(document, (name) => variables[name] === true));
      const switches = Object.fromEntries(names.map((name) => [name, variables[name] === true]));
      kept.set(key, { made, switches });
      made.catch(() => kept.delete(key));
      return made;
    },
    used: () => [...kept.values()].map(({ switches }) => switches),
  };
}
