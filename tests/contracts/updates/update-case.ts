import type { DomainNetwork } from '#tests/domain-network.ts';

/** An update mutation, and a thing to change by it. */
export interface UpdateCase {
  mutation: string;
  /** The subgraph that has the mutation. */
  domain: string;
  /** Fields of the payload that show all that the input can change, under the names of the input's fields; and the version. */
  selection: string;
  /** What says which thing is meant; no field that changes. */
  key: Record<string, unknown>;
  /** A token of whoever may change it. */
  token: string;
  /** The thing as it was made: a value other than none for every field that the input has. */
  whole: Record<string, unknown>;
  /**
   * What a field shows once null was sent, one of a nested input by its path, for example "hours.opensAt"; a field that is
   * not here always has a value, and null is refused.
   */
  none: Record<string, unknown>;
  /** What else null takes away, by the field that it was sent for: fields that say nothing without it. */
  alsoTaken?: Record<string, Record<string, unknown>>;
  /** Fields of the input that are about the change, and not kept. */
  notKept?: string[];
}

/** Makes the things of one domain's update mutations. */
export type MakeUpdateCases = (network: DomainNetwork) => Promise<UpdateCase[]>;
