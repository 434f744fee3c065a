import { DomainError } from '#platform/errors.ts';
import { gatewayError, toGraphQLError } from '../../request/errors.ts';
import { RefusedError } from '../../request/refused-error.ts';

/** What a source answers when a viewer may no longer see a topic: for the subscriber they are one. */
const NO_ACCESS: readonly string[] = ['NOT_FOUND', 'PERMISSION_DENIED'];

/** The code of the error that a subscriber gets. */
export function codeOf(error: unknown): string {
  const { extensions } = error instanceof RefusedError ? (error.errors[0] ?? {}) : toGraphQLError(error);
  return String(extensions?.['code']);
}

/** The error that a subscriber gets of what ended their subscription, whatever a source said of it. */
export function asSubscriber(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  if (NO_ACCESS.includes(error.code)) {
    return new DomainError('PERMISSION_DENIED', 'You may see no more of this.', { cause: error });
  }
  if (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED') {
    const message = 'Your access could not be checked: subscribe again with this cursor as `after`.';
    return gatewayError('SUBGRAPH_UNAVAILABLE', message, { reason: 'SUBSCRIPTION_INTERRUPTED' });
  }
  return error;
}
