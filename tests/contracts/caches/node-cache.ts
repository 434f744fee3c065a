/** What a test asks a gateway for: a document with one operation. */
export interface Operation {
  query: string;
  variables?: Record<string, unknown>;
}

/** A client with a normalised cache, as an application has it. */
export interface NodeCache {
  /** Asks the gateway, and keeps the answer. Throws where there are errors. */
  ask(operation: Operation): Promise<unknown>;
  /** What a query shows that was asked before, by the cache alone; null where a part of it is not there. */
  shown(operation: Operation): Promise<unknown>;
  /** Types of the records that the cache keeps under an id, however it writes it. */
  typesOf(id: string): Promise<string[]>;
}

/** Opens an empty cache in front of a gateway, for one person. */
export type OpenCache = (url: string, token: string) => NodeCache;
