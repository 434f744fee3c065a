import type { DocumentNode } from 'graphql';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';
import { createNamingRules, type DataNames, withDataNames } from './data-names.ts';
import { readInterfaceObjects } from './interface-objects.ts';
import { createOverrides, type Overrides } from './overrides.ts';

/** How an operation is put to a planner, so that what no planner gets right does not come up. */
export interface Preparation {
  names: DataNames;
  /** Whether subgraphs are asked for more than the client wants. */
  asksMore: boolean;
  /** The document as planners get it; it has no conditions, and holds one operation. */
  prepared(document: DocumentNode): DocumentNode;
}

/** The preparation of one supergraph's operations. */
export interface Preparations {
  /** For documents that go to the planner without conditions and as a whole. */
  of(document: DocumentNode): Preparation;
  /** For all documents: nothing in them is moved. */
  plain: Preparation;
  /** Whether a plain preparation may lead to a wrong plan. */
  isMisplanned(document: DocumentNode): boolean;
  /** Null where the supergraph has no progressive override. */
  overrides: Overrides | null;
}

/** Makes the preparations for one supergraph. */
export function createPreparations(
  loaded: LoadedSupergraph,
  activeLabels: readonly string[] = [],
): Preparations {
  const rules = createNamingRules(loaded);
  const interfaceObjects = readInterfaceObjects(loaded);
  const plain: Preparation = {
    names: rules.plain,
    asksMore: false,
    prepared: (document) => withDataNames(document, rules.plain),
  };
  return {
    plain,
    isMisplanned: (document) => interfaceObjects?.isMisplanned(document) === true,
    overrides: createOverrides(loaded.sdl, activeLabels),
    of(document) {
      if (!interfaceObjects?.isAskedIn(document)) return plain;
      const names = rules.createDistinct();
      const prepared = (each: DocumentNode) => interfaceObjects.lifted(withDataNames(each, names));
      return { names, asksMore: true, prepared };
    },
  };
}
