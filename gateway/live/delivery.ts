import type { ExecutionResult } from 'graphql';
import type { Viewer } from '#platform/viewer.ts';
import type { TopicLease } from './hub.ts';
import type { Payload } from './payload.ts';
import type { Access, LiveEvent } from './source.ts';
import type { LiveField } from './topics.ts';

/** A subscription that was found valid, and wants to begin. */
export interface SubscriptionRequest {
  field: LiveField;
  /** The field's arguments, coerced. */
  args: Readonly<Record<string, unknown>>;
  viewer: Viewer;
  requestId: string;
  /** Makes the answer of a payload through the graph. */
  complete(payload: Payload, event?: LiveEvent): Promise<ExecutionResult>;
}

/** What a delivery needs of its subscription. */
export interface Delivery extends SubscriptionRequest {
  leases: readonly TopicLease[];
  /** Aborts when the subscription ends, whoever ends it. */
  signal: AbortSignal;
  authorize(lease: TopicLease): Promise<Access>;
}
