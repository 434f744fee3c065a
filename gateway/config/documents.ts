import { z } from 'zod';
import { flag, integer } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** Which documents are known before they are sent. */
export interface DocumentsConfig {
  /** Null where automatic persisted queries are off. */
  persistedQueries: { ttlSeconds: number } | null;
  /** Null where every document is run. */
  trusted: { mode: 'log' | 'enforce'; file: string } | null;
}

export const DOCUMENT_VARIABLES = {
  PERSISTED_QUERIES: flag().default(true),
  PERSISTED_QUERIES_TTL_SECONDS: integer(1, 31_536_000).default(86_400),
  TRUSTED_DOCUMENTS: z.enum(['off', 'log', 'enforce'], { error: 'takes off, log or enforce' }).default('off'),
  TRUSTED_DOCUMENTS_FILE: z.string().optional(),
};

type Variables = VariablesOf<typeof DOCUMENT_VARIABLES>;

/** Some variables stand in the environment together, or not at all. */
export const DOCUMENT_RULES = [
  {
    holds: ({ TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_FILE }: Partial<Variables>) =>
      TRUSTED_DOCUMENTS === 'off' || TRUSTED_DOCUMENTS_FILE !== undefined,
    path: ['TRUSTED_DOCUMENTS_FILE'],
    message: 'takes the manifest that TRUSTED_DOCUMENTS is about; "npm run operations" makes one',
  },
  {
    holds: ({ TRUSTED_DOCUMENTS, GRAPHIQL }: Partial<Variables> & { GRAPHIQL?: boolean }) =>
      TRUSTED_DOCUMENTS !== 'enforce' || GRAPHIQL !== true,
    path: ['TRUSTED_DOCUMENTS'],
    message: 'takes off or log with GRAPHIQL=true: what is written on that page is in no manifest',
  },
];

export function documentsOf(variables: Variables): DocumentsConfig {
  const {
    PERSISTED_QUERIES,
    PERSISTED_QUERIES_TTL_SECONDS: ttlSeconds,
    TRUSTED_DOCUMENTS: mode,
    TRUSTED_DOCUMENTS_FILE: file,
  } = variables;
  return {
    persistedQueries: PERSISTED_QUERIES ? { ttlSeconds } : null,
    trusted: mode === 'off' || file === undefined ? null : { mode, file },
  };
}
