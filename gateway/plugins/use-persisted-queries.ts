import { hash } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Metrics } from '#observability/metrics.ts';
import { gatewayError } from '../request/errors.ts';
import type { GraphqlRequest } from '../request/graphql-request.ts';
import type { GatewayPlugin } from './plugin.ts';

export interface PersistedQueriesOptions {
  /** Null where documents are known to this process alone. */
  redis: Redis | null;
  /** How long Redis keeps a document that nobody asks for, seconds. */
  ttlSeconds: number;
  metrics: Metrics;
}

/** Characters of all documents in memory. */
const CHARACTERS_KEPT = 4_000_000;
/** Characters of a document: hashes are to spare clients the sending of long ones, but there is an end to that. */
const LONGEST = 64_000;

/**
 * Automatic persisted queries, by Apollo's protocol: a client sends the hash of its document, and the document itself only
 * where it is told that nobody knows the hash. What is kept was valid; while Redis is away, clients send more.
 */
export function usePersistedQueries({ redis, ttlSeconds, metrics }: PersistedQueriesOptions): GatewayPlugin {
  const known = new LRUCache<string, string>({
    maxSize: CHARACTERS_KEPT,
    maxEntrySize: LONGEST,
    sizeCalculation: (query) => query.length,
  });

  async function find(sha256: string): Promise<string> {
    const kept = known.get(sha256);
    if (kept !== undefined) return kept;
    const stored = await redis?.getex(keyOf(sha256), 'EX', ttlSeconds).catch(away);
    // Whoever else can write to Redis shall not choose what is run.
    if (typeof stored !== 'string' || sha256Of(stored) !== sha256) {
      metrics.persistedQuery('unknown');
      throw notFound();
    }
    metrics.persistedQuery('found');
    known.set(sha256, stored);
    return stored;
  }

  async function withDocument(request: GraphqlRequest, sha256: string): Promise<GraphqlRequest> {
    if (request.query === '')
      return { ...request, query: await find(sha256), extensions: withoutHash(request) };
    if (known.get(sha256) !== request.query && sha256Of(request.query) !== sha256) throw mismatch();
    return request;
  }

  function away(): null {
    metrics.persistedQuery('redis_away');
    return null;
  }

  return {
    received(request) {
      const sha256 = hashOf(request);
      return sha256 === undefined ? request : withDocument(request, sha256);
    },
    resolved({ request }) {
      const sha256 = hashOf(request);
      if (sha256 === undefined || request.query.length > LONGEST) return;
      known.set(sha256, request.query);
      metrics.persistedQuery('registered');
      // Nobody waits for it: where it fails, somebody sends the document again.
      redis?.set(keyOf(sha256), request.query, 'EX', ttlSeconds).catch(away);
    },
  };
}

function keyOf(sha256: string): string {
  return `fitme:document:${sha256}`;
}

function sha256Of(text: string): string {
  return hash('sha256', text);
}

const SHA256 = /^[\da-f]{64}$/;

function hashOf({ extensions }: GraphqlRequest): string | undefined {
  const persisted = extensions['persistedQuery'];
  if (persisted === undefined || persisted === null) return undefined;
  const { version, sha256Hash } = persisted as { version?: unknown; sha256Hash?: unknown };
  if (version === 1 && typeof sha256Hash === 'string' && SHA256.test(sha256Hash)) return sha256Hash;
  const message = 'extensions.persistedQuery takes {"version": 1, "sha256Hash": "<64 hexadecimal digits>"}.';
  throw gatewayError('BAD_REQUEST', message, { status: 400 });
}

/** What was found by its hash need not be registered. */
function withoutHash({ extensions }: GraphqlRequest): GraphqlRequest['extensions'] {
  const { persistedQuery: _, ...others } = extensions;
  return others;
}

/** Clients know these by their messages. The status is Apollo's: this is a step of the protocol, not a failure. */
function notFound(): GraphQLError {
  return gatewayError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', { status: 200 });
}

function mismatch(): GraphQLError {
  const message = 'extensions.persistedQuery.sha256Hash is not the SHA-256 of query.';
  return gatewayError('BAD_REQUEST', message, { status: 400 });
}
