import type { Metrics } from '#observability/metrics.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { LiveField } from '../../engine/subscriptions/live-fields.ts';
import type { Payload } from '../../engine/subscriptions/payload.ts';
import type { TopicLease } from '../topics/hub.ts';
import type { Access } from '../topics/source.ts';
import type { Cohorts } from './cohort.ts';
import type { Cursor } from './cursor.ts';
import type { Receiver, SharedMessages } from './message.ts';

/** A subscription that was found valid, and wants to begin. */
export interface SubscriptionRequest {
  field: LiveField;
  /** The field's arguments, coerced. */
  args: Readonly<Record<string, unknown>>;
  /** As their newest token says. */
  viewer(): Viewer;
  viewerId: string;
  requestId: string;
  /** Makes the result of a payload through the graph, as this viewer sees it: JSON. */
  complete(payload: Payload, signal: AbortSignal): Promise<string>;
  /** Where all who ask for the same see the same; null where they may not. */
  shared: SharedCompletion | null;
  /** A result without data, as the client gets it, with the cursor where to resume: JSON. */
  describe(error: unknown, cursor: string | null): string;
}

/** A completion for all who ask for the same. */
export interface SharedCompletion {
  /** The same for all who ask for the same. */
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
  /** How far a subscriber may fall behind after they had caught up, events. */
  maxLag: number;
  metrics: Metrics;
  /** Aborts when the delivery is over: the subscription ends, or goes on in another delivery. */
  signal: AbortSignal;
  authorize(lease: TopicLease): Promise<Access>;
  /** Ends the subscription: the receiver gets the reason and where it may resume, and all is released. */
  end(error: unknown, cursor: string | null): void;
  /** Ends it by a fault of ours. */
  fail(error: unknown): void;
}

/** Where a delivery stands, for the one that takes its place. */
export interface Progress {
  /** Of each topic. */
  access: readonly Access[];
  /** When access was judged, milliseconds since 1970; left out where that counts as long ago. */
  authorizedAt?: number | undefined;
  /** Of a logged topic: behind what was delivered last. */
  after?: Cursor | undefined;
  /** Of state: what was sent last. */
  last?: string | undefined;
}

/** A delivery under way. */
export type ReadProgress = () => Progress;
