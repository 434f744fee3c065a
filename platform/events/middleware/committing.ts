import type { ConsumerMiddleware } from '../consumer-middleware.ts';

/** Position and effects are one transaction. */
export const committing: ConsumerMiddleware = ({ applied }, next, { commit }) =>
  commit(next, (events) => applied.push(...events));
