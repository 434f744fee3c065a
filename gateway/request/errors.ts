import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DomainError, type ErrorReason } from '#platform/errors.ts';
import { graphqlExtensions, graphqlMessage } from '#platform/graphql/errors.ts';

/** Every `extensions.code` that a client can meet. */
export type GatewayErrorCode = (typeof CODES)[number];

const CODES = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_IN_LIST',
  'QUERY_NOT_IN_SAFELIST',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'CONFLICT',
  'FAILED_PRECONDITION',
  'RESOURCE_EXHAUSTED',
  'OPERATION_TOO_COSTLY',
  'DEADLINE_EXCEEDED',
  'CANCELLED',
  'UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;

/** What a code says by itself; {@link gatewayError} takes a word that says more. */
const REASON_OF: Readonly<Record<GatewayErrorCode, ErrorReason>> = {
  GRAPHQL_PARSE_FAILED: 'DOCUMENT_UNREADABLE',
  GRAPHQL_VALIDATION_FAILED: 'DOCUMENT_INVALID',
  OPERATION_RESOLUTION_FAILURE: 'OPERATION_UNKNOWN',
  PERSISTED_QUERY_NOT_FOUND: 'PERSISTED_QUERY_NOT_FOUND',
  PERSISTED_QUERY_NOT_SUPPORTED: 'PERSISTED_QUERY_NOT_SUPPORTED',
  PERSISTED_QUERY_NOT_IN_LIST: 'DOCUMENT_NOT_TRUSTED',
  QUERY_NOT_IN_SAFELIST: 'DOCUMENT_NOT_TRUSTED',
  BAD_REQUEST: 'REQUEST_MALFORMED',
  BAD_USER_INPUT: 'INVALID_INPUT',
  UNAUTHENTICATED: 'NOT_SIGNED_IN',
  FORBIDDEN: 'NOT_ALLOWED',
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'ALREADY_THERE',
  CONFLICT: 'CONFLICTING_CHANGE',
  FAILED_PRECONDITION: 'NOT_POSSIBLE_NOW',
  RESOURCE_EXHAUSTED: 'LIMIT_REACHED',
  OPERATION_TOO_COSTLY: 'OPERATION_TOO_COSTLY',
  DEADLINE_EXCEEDED: 'DEADLINE_PASSED',
  CANCELLED: 'CALLER_GONE',
  UNAVAILABLE: 'NOT_AVAILABLE_NOW',
  SUBGRAPH_UNAVAILABLE: 'SUBGRAPH_UNREACHABLE',
  INTERNAL_SERVER_ERROR: 'INTERNAL_FAULT',
};

/** Codes that are about the document. From a subgraph they are about what the gateway sent, and nobody else's affair. */
const DOCUMENT_CODES: readonly string[] = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
];

/** What of `extensions` may leave the house beside the code. */
const PASSED_EXTENSIONS = ['parameters', 'fields', 'retryAfterMs', 'cursor', 'cost'];

const INTERNAL_MESSAGE = 'Something went wrong on our side. Try again.';

/** An error of the gateway's own, with a code of the closed set. */
export function gatewayError(
  code: GatewayErrorCode,
  message: string,
  options: {
    status?: number;
    /** Default: what the code says by itself. */
    reason?: ErrorReason;
    extensions?: Record<string, unknown>;
    path?: readonly (string | number)[];
  } = {},
): GraphQLError {
  const { status, reason = REASON_OF[code], extensions, path } = options;
  return new GraphQLError(message, {
    extensions: { ...extensions, code, reason, ...(status !== undefined && { http: { status } }) },
    ...(path !== undefined && { path }),
  });
}

/** A thrown error as GraphQL's clients know errors; what is not meant for them is masked. */
export function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof DomainError)
    return new GraphQLError(graphqlMessage(error), { extensions: graphqlExtensions(error) });
  return new GraphQLError(INTERNAL_MESSAGE, {
    extensions: { code: 'INTERNAL_SERVER_ERROR', reason: REASON_OF.INTERNAL_SERVER_ERROR },
    ...(error instanceof Error && { originalError: error }),
  });
}

/**
 * An error as a client gets it: a code of the closed set, and never a stack, an SQL text or the name or URL of a
 * subgraph. `onBug` hears what was masked.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  onBug: (error: unknown) => void,
): GraphQLFormattedError {
  const original = unwrapResolverError(error);
  const {
    message,
    locations,
    path,
    extensions = {},
  } = original instanceof DomainError
    ? { ...formatted, ...toGraphQLError(original).toJSON(), path: formatted.path }
    : formatted;
  const code = codeOf(extensions);
  const isBug = code === 'INTERNAL_SERVER_ERROR';
  if (isBug && extensions['serviceName'] === undefined) onBug(original ?? error);
  const passed = PASSED_EXTENSIONS.filter((name) => extensions[name] !== undefined);
  return {
    message: isBug ? INTERNAL_MESSAGE : message,
    ...(locations !== undefined && { locations }),
    ...(path !== undefined && { path }),
    extensions: {
      code,
      reason: reasonOf(code, extensions),
      ...Object.fromEntries(passed.map((name) => [name, extensions[name]])),
    },
  };
}

/** A subgraph's own word, unless what it says is not meant for the client. */
function reasonOf(code: GatewayErrorCode, { code: given, reason }: Record<string, unknown>): unknown {
  return given === code && typeof reason === 'string' ? reason : REASON_OF[code];
}

function codeOf(extensions: Record<string, unknown>): GatewayErrorCode {
  const code = CODES.find((known) => known === extensions['code']) ?? 'INTERNAL_SERVER_ERROR';
  const isFromSubgraph = extensions['serviceName'] !== undefined;
  return isFromSubgraph && DOCUMENT_CODES.includes(code) ? 'INTERNAL_SERVER_ERROR' : code;
}
