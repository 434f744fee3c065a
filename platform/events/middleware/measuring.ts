import type { ConsumerMiddleware } from '../consumer-middleware.ts';
import { ageSeconds } from '../event.ts';

/** Counts the events that were applied, with how long they took, and the batches that were not applied whole. */
export const measuring: ConsumerMiddleware = async ({ domain, consumer, applied }, next, { metrics }) => {
  try {
    return await next();
  } catch (error) {
    metrics.failed(domain, consumer);
    throw error;
  } finally {
    for (const event of applied) metrics.applied(domain, consumer, ageSeconds(event));
  }
};
