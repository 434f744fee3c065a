import type { GraphQLFormattedError } from 'graphql';

/** An operation that was refused before it began, with what the client is told. */
export class RefusedOperation extends Error {
  override readonly name = 'RefusedOperation';
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message ?? 'The operation was refused.');
    this.errors = errors;
  }
}
