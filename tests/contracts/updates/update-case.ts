import type { DomainNetwork } from '#tests/domain-network.ts';

/** An update mutation, and a thing to change by it. */
export interface UpdateCase {
  mutation: string;
  /** The subgraph that has the mutation. */
  domain: string;
  /** Fields of the payload that show all that the input can change, under the names of the input's fields; and the version. */
  selection: string;
  /** Brings what the selection shows into the shape of the input, where the payload nests otherwise. */
  read?(shown: Shown): Record<string, unknown>;
  /** What says which thing is meant; no field that changes. */
  key: Record<string, unknown>;
  /** A token of whoever may change it. */
  token: string;
  /** Its version once it is made; 1 where left out. */
  version?: number;
  /**
   * The thing as it was made, with a value other than none for every field that the input has; where no one thing can have
   * them all, there is another case with the others.
   */
  whole: Record<string, unknown>;
  /**
   * What a field shows once null was sent, for one within an input by its path, for example "muscles.secondaryMuscles"; a
   * field that is not here always has a value, and null is refused.
   */
  none: Record<string, unknown>;
  /** What else null takes away, by the field that it was sent for: fields that say nothing without it. */
  alsoTaken?: Record<string, Record<string, unknown>>;
  /** Fields of the input that are about the change, and not kept. */
  notKept?: string[];
}

/** What a payload shows. */
// biome-ignore lint/suspicious/noExplicitAny: each case knows what its selection asks for.
export type Shown = Record<string, any>;

/** Makes the things of one domain's update mutations. */
export type MakeUpdateCases = (network: DomainNetwork) => Promise<UpdateCase[]>;
