import { findBreakingChanges, type GraphQLSchema } from 'graphql';

/** A schema lacks what clients of the one before it may use. */
export class BreakingChangesError extends Error {
  override readonly name = 'BreakingChangesError';
  /** In words, the first ones. */
  readonly changes: readonly string[];

  constructor(changes: readonly string[]) {
    super(`${changes.length} changes break clients of the schema in use`);
    this.changes = changes.slice(0, CHANGES_TOLD);
  }
}

/** Somebody may replace a schema by another one altogether: no log line has to hold all of it. */
const CHANGES_TOLD = 20;

/** Finds what breaks clients of `current` that `next` serves. */
export function breakingChanges(current: GraphQLSchema, next: GraphQLSchema): BreakingChangesError | null {
  const changes = findBreakingChanges(current, next).map(({ description }) => description);
  return changes.length === 0 ? null : new BreakingChangesError(changes);
}
