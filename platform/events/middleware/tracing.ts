import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import type { ConsumerMiddleware } from '../consumer-middleware.ts';

/** Links a span may carry. */
const MAX_LINKS = 32;

/** A trace of its own for the batch, which links to what appended its events. */
export const tracing: ConsumerMiddleware = ({ domain, consumer, relevant }, next) => {
  const links = relevant.slice(0, MAX_LINKS).map(({ traceparent }) => linkFromTraceparent(traceparent));
  const attributes = {
    'fitme.domain': domain,
    'fitme.consumer.name': consumer,
    'fitme.event.count': relevant.length,
    'fitme.event.kinds': [...new Set(relevant.map(({ kind }) => kind))],
  };
  return withSpan('apply events', { kind: 'consumer', root: true, links, attributes }, next);
};
