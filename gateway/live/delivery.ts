import type { ExecutionResult } from 'graphql';
import type { Viewer } from '#platform/viewer.ts';
import type { Cohorts } from './cohort.ts';
import type { TopicLease } from './hub.ts';
import type { Payload } from './payload.ts';
import type { Receiver } from './receiver.ts';
import type { SharedMessages } from './shared-messages.ts';
import type { Access } from './source.ts';
import type { LiveField } from './topics.ts';

/** A subscription that was found valid, and wants to begin. */
export interface SubscriptionRequest {
  field: LiveField;
  /** The field's arguments, coerced. */
  args: Readonly<Record<string, unknown>>;
  viewer: Viewer;
  requestId: string;
  /** Makes the result of a payload through the graph, as this viewer sees it: JSON. */
  complete(payload: Payload, signal: AbortSignal): Promise<string>;
  /** Where all who ask for the same see the same; null where they may not. */
  shared: SharedCompletion | null;
  /** A result without data, as the client gets it: JSON. */
  describe(result: ExecutionResult): string;
}

/** A completion for all who ask for the same. */
export interface SharedCompletion {
  /** Of those who ask for the same. */
  key: string;
  /** Makes the result of a payload as everybody sees it: JSON. */
  complete(payload: Payload): Promise<string>;
}

/** What a delivery needs of its subscription. */
export interface Delivery extends SubscriptionRequest {
  receiver: Receiver;
  cohorts: Cohorts;
  messages: SharedMessages;
  leases: readonly TopicLease[];
  /** Aborts when the subscription ends, whoever ends it. */
  signal: AbortSignal;
  authorize(lease: TopicLease): Promise<Access>;
  /** Ends the subscription from this side: the receiver is told, and all is released. */
  finish(): void;
  /** Ends it by a fault of ours. */
  fail(error: unknown): void;
}
