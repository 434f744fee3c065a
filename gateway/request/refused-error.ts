import type { GraphQLError } from 'graphql';

/** A request that is not run, with everything that is wrong with it. */
export class RefusedError extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join('\n'));
    this.name = 'RefusedError';
    this.errors = errors;
  }
}
