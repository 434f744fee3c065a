import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { DomainError, type ErrorCode, type FieldFault } from '../errors.ts';

/** `extensions.code` of every domain error; the first three are the names that Apollo's clients know. */
const GRAPHQL_CODE: Record<ErrorCode, string> = {
  INVALID_ARGUMENT: 'BAD_USER_INPUT',
  PERMISSION_DENIED: 'FORBIDDEN',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'ALREADY_EXISTS',
  CONFLICT: 'CONFLICT',
  FAILED_PRECONDITION: 'FAILED_PRECONDITION',
  RESOURCE_EXHAUSTED: 'RESOURCE_EXHAUSTED',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
  CANCELLED: 'CANCELLED',
  UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
};

/** What a DomainError looks like to a GraphQL client. */
export function graphqlExtensions(error: DomainError): Record<string, unknown> {
  return {
    code: GRAPHQL_CODE[error.code],
    reason: error.reason,
    ...(Object.keys(error.parameters).length > 0 && { parameters: error.parameters }),
    ...(error.fields.length > 0 && { fields: error.fields.map(byArgument) }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  };
}

/** What a DomainError says to a GraphQL client. */
export function graphqlMessage(error: DomainError): string {
  return error.fields.reduce(
    (message, { path }) => message.replace(`${path}:`, `${argumentOf(path)}:`),
    error.message,
  );
}

function byArgument({ path, message }: FieldFault): FieldFault {
  return { path: argumentOf(path), message };
}

/** Requests hold the window of a list in a message of its own; arguments do not. */
function argumentOf(path: string): string {
  return path.replace(/^page\./, '');
}

/**
 * An error as a subgraph answers it: domain errors in full, GraphQL's own (parsing, validation) as they are, and
 * nothing of what anything else says.
 */
export function formatSubgraphError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations: _locations, ...rest } = formatted;
  const original = unwrapResolverError(error);
  if (original instanceof DomainError) {
    return { ...rest, message: graphqlMessage(original), extensions: graphqlExtensions(original) };
  }
  const { code } = formatted.extensions ?? {};
  if (code !== undefined && code !== 'INTERNAL_SERVER_ERROR') return { ...rest, extensions: { code } };
  return {
    ...rest,
    message: 'Something went wrong on our side. Try again.',
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}
