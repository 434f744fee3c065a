import type { ConsumerMiddleware } from '../consumer-middleware.ts';

/** Reads what the events need of elsewhere, once a batch. */
export const loading: ConsumerMiddleware = async (batch, next, { load }) => {
  batch.loaded = await load(batch.relevant);
  return next();
};
