import type { GraphQLError } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import { gatewayError } from '../request/errors.ts';
import type { GraphqlRequest } from '../request/graphql-request.ts';
import type { GatewayPlugin } from './plugin.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

export interface TrustedDocumentsPluginOptions {
  documents: TrustedDocuments;
  /** What becomes of others: they run and are told of, or they are refused. */
  mode: 'log' | 'enforce';
  log: Logger;
  metrics: Metrics;
}

/** Names of operations that are logged; further ones are only counted. */
const NAMES_LOGGED = 200;

/**
 * Finds documents by their ids in a list that was made when the clients were built. Where the list is enforced, nothing
 * else is run: neither another document, nor one that was registered as a persisted query.
 */
export function useTrustedDocuments(options: TrustedDocumentsPluginOptions): GatewayPlugin {
  const { documents, mode, log, metrics } = options;
  const logged = new Set<string>();

  return {
    received(request) {
      const id = idOf(request);
      const trusted = id === undefined ? undefined : documents.byId(id);
      if (trusted !== undefined) return asText(request, trusted);
      if (mode === 'enforce') {
        if (request.query === '') throw notInList();
        if (!documents.hasText(request.query)) throw notTrusted();
      } else if (request.query === '' && request.documentId !== undefined) throw notInList();
      return request;
    },
    resolved({ compiled: { name = 'anonymous' }, request }) {
      if (mode === 'enforce' || documents.hasText(request.query)) return;
      metrics.untrustedOperation(name);
      if (logged.size >= NAMES_LOGGED || logged.has(name)) return;
      logged.add(name);
      log.warn({ operation: name }, 'a document ran that is not among the trusted ones');
    },
  };
}

const PREFIX = 'sha256:';

/** By the persisted documents proposal of GraphQL over HTTP, or as Apollo's clients send it. */
function idOf({ documentId, extensions }: GraphqlRequest): string | undefined {
  if (documentId !== undefined)
    return documentId.startsWith(PREFIX) ? documentId.slice(PREFIX.length) : documentId;
  const persisted = extensions['persistedQuery'] as { sha256Hash?: unknown } | null | undefined;
  return typeof persisted?.sha256Hash === 'string' ? persisted.sha256Hash : undefined;
}

/** As if the client had sent the document itself. */
function asText({ operationName, variables, extensions }: GraphqlRequest, query: string): GraphqlRequest {
  const { persistedQuery: _, ...others } = extensions;
  return { query, operationName, variables, extensions: others };
}

function notInList(): GraphQLError {
  const message =
    'No trusted document has this id: send the id of an operation that was in the manifest when it was made.';
  return gatewayError('PERSISTED_QUERY_NOT_IN_LIST', message, { status: 404 });
}

function notTrusted(): GraphQLError {
  const message =
    'Only trusted documents are run here: add this operation to the manifest, and send its id, or its text as it stands there.';
  return gatewayError('QUERY_NOT_IN_SAFELIST', message, { status: 403 });
}
