import { type ExecutionResult, GraphQLError } from 'graphql';
import { DomainError } from '#platform/errors.ts';
import { toGraphQLError } from '../errors.ts';

/** What a source answers when a viewer may no longer see a topic: for the subscriber they are one. */
const NO_ACCESS: readonly string[] = ['NOT_FOUND', 'PERMISSION_DENIED'];

/**
 * The last result of a subscription that the server ends. It goes to the client as data does, and the operation
 * completes behind it; the cursor is where a new subscription may resume.
 */
export function endedResult(error: unknown, cursor: string | null): ExecutionResult {
  const told = toGraphQLError(asSubscriber(error));
  const extensions = { ...told.extensions, ...(cursor !== null && { cursor }) };
  return {
    errors: [new GraphQLError(told.message, { originalError: told.originalError ?? null, extensions })],
  };
}

function asSubscriber(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  if (NO_ACCESS.includes(error.code)) {
    return new DomainError('PERMISSION_DENIED', 'You may see no more of this.', { cause: error });
  }
  if (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED') {
    const message = 'Your access could not be checked: subscribe again with this cursor as `after`.';
    return new GraphQLError(message, { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
  }
  return error;
}
