import type { DocumentNode } from 'graphql';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';
import { createNamingRules, type DataNames, withDataNames } from './data-names.ts';
import { readInterfaceObjects } from './interface-objects.ts';
import { createOverrides, type Overrides } from './overrides.ts';

/** How an operation is given to a planner, so that what no planner gets right does not come up. */
export interface PlannerInput {
  names: DataNames;
  /** Whether subgraphs are asked for more than the client wants. */
  selectsMore: boolean;
  /** The document as planners get it; it has no conditions, and holds one operation. */
  documentFor(document: DocumentNode): DocumentNode;
}

/** Chooses how the operations of one supergraph are given to its planner. */
export interface PlannerInputs {
  /** For documents that go to the planner without conditions and as a whole. */
  of(document: DocumentNode): PlannerInput;
  /** For all documents: nothing in them is moved. */
  plain: PlannerInput;
  /** Whether the plain input may lead to a wrong plan. */
  isMisplanned(document: DocumentNode): boolean;
  /** Null where the supergraph has no progressive override. */
  overrides: Overrides | null;
}

/** Makes the planner inputs of one supergraph. */
export function createPlannerInputs(
  loaded: LoadedSupergraph,
  activeLabels: readonly string[] = [],
): PlannerInputs {
  const rules = createNamingRules(loaded);
  const interfaceObjects = readInterfaceObjects(loaded);
  const plain: PlannerInput = {
    names: rules.plain,
    selectsMore: false,
    documentFor: (document) => withDataNames(document, rules.plain),
  };
  return {
    plain,
    isMisplanned: (document) => interfaceObjects?.isMisplanned(document) === true,
    overrides: createOverrides(loaded.sdl, activeLabels),
    of(document) {
      if (!interfaceObjects?.isAskedIn(document)) return plain;
      const names = rules.createDistinct();
      const documentFor = (each: DocumentNode) => interfaceObjects.lifted(withDataNames(each, names));
      return { names, selectsMore: true, documentFor };
    },
  };
}
