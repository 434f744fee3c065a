import { z } from 'zod';
import { integer } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** Which supergraph is served, and what becomes of its successors. */
export interface SupergraphConfig {
  source: SupergraphLocation;
  /** How often a URL or a key is looked at, milliseconds; 20 % less or more, so that replicas do not ask together. */
  pollMs: number;
  /** Bounds one look. */
  timeoutMs: number;
  maxBytes: number;
  /** Where the last supergraph that was served is kept, for starts while its source is away; null for nowhere. */
  copyFile: string | null;
  /** Says what becomes of a supergraph that lacks something that clients of the one before it may use. */
  breaking: 'refuse' | 'allow';
  /** Most operations that are compiled for a new one before it is served, and for how long, milliseconds. */
  warmUp: { operations: number; timeoutMs: number };
}

export type SupergraphLocation =
  | { kind: 'file'; path: string }
  | { kind: 'url'; url: string; token: string | null }
  | { kind: 'redis'; url: string; key: string };

const MIB = 1024 * 1024;
const LOCATION =
  'takes a file, a URL without credentials (https://...), or a key in Redis (redis://host:6379/0#key)';

export const SUPERGRAPH_VARIABLES = {
  SUPERGRAPH: z
    .string()
    .default('schema/supergraph.graphql')
    .transform((text, context): SupergraphLocation => {
      const location = locationOf(text);
      if (location !== undefined) return location;
      context.addIssue({ code: 'custom', message: LOCATION });
      return z.NEVER;
    }),
  SUPERGRAPH_TOKEN: z.string().optional(),
  SUPERGRAPH_POLL_MS: integer(100, 86_400_000).default(10_000),
  SUPERGRAPH_TIMEOUT_MS: integer(1, 600_000).default(5_000),
  SUPERGRAPH_MAX_BYTES: integer(1, 1024 * MIB).default(32 * MIB),
  SUPERGRAPH_COPY: z.string().optional(),
  SUPERGRAPH_WARM_OPERATIONS: integer(0, 100_000).default(500),
  SUPERGRAPH_WARM_MS: integer(0, 600_000).default(10_000),
  SUPERGRAPH_BREAKING: z.enum(['refuse', 'allow'], { error: 'takes refuse or allow' }).default('refuse'),
};

type Variables = VariablesOf<typeof SUPERGRAPH_VARIABLES>;

/** A token that no request would carry is a mistake that nobody would see. */
export const TOKEN_NEEDS_URL = {
  holds: ({ SUPERGRAPH, SUPERGRAPH_TOKEN }: Partial<Variables>) =>
    SUPERGRAPH_TOKEN === undefined || SUPERGRAPH?.kind === 'url',
  path: ['SUPERGRAPH_TOKEN'],
  message: 'takes the bearer token of the URL in SUPERGRAPH; leave it out for a file or a key in Redis',
};

export function supergraphOf(variables: Variables): SupergraphConfig {
  const { SUPERGRAPH: location, SUPERGRAPH_TOKEN: token = null } = variables;
  return {
    source: location.kind === 'url' ? { ...location, token } : location,
    pollMs: variables.SUPERGRAPH_POLL_MS,
    timeoutMs: variables.SUPERGRAPH_TIMEOUT_MS,
    maxBytes: variables.SUPERGRAPH_MAX_BYTES,
    copyFile: variables.SUPERGRAPH_COPY ?? null,
    breaking: variables.SUPERGRAPH_BREAKING,
    warmUp: {
      operations: variables.SUPERGRAPH_WARM_OPERATIONS,
      timeoutMs: variables.SUPERGRAPH_WARM_MS,
    },
  };
}

function locationOf(text: string): SupergraphLocation | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return { kind: 'file', path: text };
  const url = URL.parse(text);
  if (url === null) return undefined;
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    // fetch() refuses a URL with credentials, and they would stand in logs.
    return url.username === '' && url.password === '' ? { kind: 'url', url: text, token: null } : undefined;
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') return undefined;
  const key = decodeURIComponent(url.hash.slice(1));
  url.hash = '';
  return key === '' ? undefined : { kind: 'redis', url: url.href, key };
}
