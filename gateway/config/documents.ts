import { flag, integer } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** Which documents are known before they are sent. */
export interface DocumentsConfig {
  /** Null where automatic persisted queries are off. */
  persistedQueries: { ttlSeconds: number } | null;
}

export const DOCUMENT_VARIABLES = {
  PERSISTED_QUERIES: flag().default(true),
  PERSISTED_QUERIES_TTL_SECONDS: integer(1, 31_536_000).default(86_400),
};

export function documentsOf(variables: VariablesOf<typeof DOCUMENT_VARIABLES>): DocumentsConfig {
  const { PERSISTED_QUERIES, PERSISTED_QUERIES_TTL_SECONDS: ttlSeconds } = variables;
  return { persistedQueries: PERSISTED_QUERIES ? { ttlSeconds } : null };
}
