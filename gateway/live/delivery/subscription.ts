import type { GraphQLError } from 'graphql';
import type { Metrics } from '#observability/metrics.ts';
import { withSpan } from '#observability/tracing.ts';
import { DomainError } from '#platform/errors.ts';
import { topicKind } from '#platform/events/channels.ts';
import { topicName } from '../../engine/subscriptions/live-fields.ts';
import { gatewayError } from '../../request/errors.ts';
import type { LiveHub, TopicLease } from '../topics/hub.ts';
import type { Access } from '../topics/source.ts';
import type { Cohorts } from './cohort.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { deliverEvents } from './deliver-events.ts';
import { deliverState } from './deliver-state.ts';
import type { Delivery, Progress, ReadProgress, SubscriptionRequest } from './delivery.ts';
import { liveMessage, type Receiver } from './message.ts';
import { asSubscriber, codeOf } from './refused-operation.ts';
import type { SharedMessages } from './shared-messages.ts';

export interface SubscriptionOptions {
  hub: LiveHub;
  cohorts: Cohorts;
  messages: SharedMessages;
  /** How far a subscriber may fall behind after it had caught up, events. */
  maxLag: number;
  metrics: Metrics;
  /** Told once, whoever ends one that has begun. */
  ended(): void;
}

/** A subscription that listens. Results come once it is started, and none is missed. */
export interface Subscription {
  start(receiver: Receiver): void;
  /**
   * Goes on from its place under another plan or other rights. `judge` makes the request anew, null for what listens
   * elsewhere now; what it rejects with ends the subscription. Nothing is delivered meanwhile.
   */
  move(judge: () => Promise<SubscriptionRequest | null>, options: MoveOptions): void;
  /** Releases all that it holds; the receiver is told nothing more. */
  end(): void;
}

export interface MoveOptions {
  /** Whether the sources are asked again what the viewer may see. */
  authorize: boolean;
}

/** How long a source may take to authorise, milliseconds. */
const AUTHORIZE_TIMEOUT_MS = 5_000;

/**
 * Begins a subscription: listens, then authorises (docs/LIVE-PROTOCOL.md). Whatever ends it releases all that it holds.
 *
 * @throws DomainError where it is refused
 * @throws LiveUnavailableError where Redis is away
 */
export async function beginSubscription(
  options: SubscriptionOptions,
  first: SubscriptionRequest,
): Promise<Subscription> {
  const { hub, cohorts, messages, maxLag, metrics } = options;
  const names = topicsOf(first);
  const after = cursorOf(first.args['after'], names);
  const opening = await Promise.allSettled(names.map((name) => hub.open(name)));
  const leases = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  let round = new AbortController();
  let isOver = false;
  let receiver: Receiver | undefined;
  let progress: ReadProgress;
  const close = () => {
    isOver = true;
    round.abort(new DOMException('The subscription ended.', 'AbortError'));
    for (const lease of leases) lease.release();
  };
  const release = () => {
    if (isOver) return;
    close();
    options.ended();
  };
  const fail = (error: unknown) => {
    release();
    receiver?.fail(error);
  };

  /** The receiver gets it as it gets data, and the operation completes behind it. */
  function end(request: SubscriptionRequest, error: unknown, cursor: string | null): void {
    const told = asSubscriber(error);
    metrics.live.ended(codeOf(told));
    receiver?.send(liveMessage(request.describe(told, cursor), null));
    release();
    receiver?.complete();
  }

  function deliver(request: SubscriptionRequest, from: Progress): void {
    if (receiver === undefined || isOver) return;
    const { signal } = round;
    const delivery: Delivery = {
      ...request,
      receiver,
      cohorts,
      messages,
      maxLag,
      metrics,
      leases,
      signal,
      authorize: (lease) => traced(lease, request, () => authorize(lease, request, signal)),
      end: (error, cursor) => {
        // Of a call that was cut off because the subscription goes on elsewhere.
        if (!signal.aborted) end(request, error, cursor);
      },
      fail,
    };
    const [lease] = leases;
    const isLogged = request.field.topics.length === 1 && from.access[0]?.mode === 'logged';
    progress =
      isLogged && lease !== undefined ? deliverEvents(delivery, lease, from) : deliverState(delivery, from);
  }

  async function authorizeAll(request: SubscriptionRequest, signal: AbortSignal) {
    const authorizedAt = Date.now();
    const access = await Promise.all(leases.map((lease) => authorize(lease, request, signal)));
    return { access, authorizedAt };
  }

  async function move(
    judge: () => Promise<SubscriptionRequest | null>,
    { signal, from, isAsked }: { signal: AbortSignal; from: Progress; isAsked: boolean },
  ): Promise<void> {
    const cursor = from.after === undefined ? null : encodeCursor(from.after);
    try {
      const request = await judge();
      signal.throwIfAborted();
      if (request === null || topicsOf(request).join() !== names.join())
        return end(first, listenElsewhere(), null);
      const judged = isAsked ? await authorizeAll(request, signal) : null;
      signal.throwIfAborted();
      deliver(request, { ...from, ...judged });
    } catch (error) {
      if (!signal.aborted) end(first, error, cursor);
    }
  }

  try {
    for (const result of opening) if (result.status === 'rejected') throw result.reason;
    const start: Progress = { ...(await authorizeAll(first, round.signal)), after };
    progress = () => start;
  } catch (error) {
    close();
    throw error;
  }
  return {
    start(to) {
      receiver = to;
      deliver(first, progress());
    },
    move(judge, { authorize: isAsked }) {
      if (isOver) return;
      round.abort(new DOMException('The subscription goes on elsewhere.', 'AbortError'));
      round = new AbortController();
      void move(judge, { signal: round.signal, from: progress(), isAsked });
    },
    end: release,
  };
}

function topicsOf({ field, args, viewerId }: SubscriptionRequest): string[] {
  return [...new Set(field.topics.map((topic) => topicName(topic, args, viewerId)))];
}

function authorize(
  { source, topic }: TopicLease,
  { viewer, requestId }: SubscriptionRequest,
  signal: AbortSignal,
): Promise<Access> {
  const deadline = Date.now() + AUTHORIZE_TIMEOUT_MS;
  return source.authorize(topic, { deadline, signal, requestId, viewer: viewer() });
}

/** A new supergraph has the field elsewhere, or its events on another topic, which knows no cursor of this one. */
function listenElsewhere(): GraphQLError {
  const message = 'This subscription moved: subscribe again, without cursor.';
  return gatewayError('SUBGRAPH_UNAVAILABLE', message, { reason: 'SUBSCRIPTION_INTERRUPTED' });
}

/** Of an authorisation that a delivery needs: a trace of its own, since the subscription's is as old as the subscription. */
function traced<T>(
  { topic }: TopicLease,
  { requestId }: SubscriptionRequest,
  run: () => Promise<T>,
): Promise<T> {
  const attributes = { 'fitme.topic.kind': topicKind(topic), 'fitme.request.id': requestId };
  const isFault = (error: unknown) => !(error instanceof DomainError);
  return withSpan('live.authorize', { root: true, attributes, isFault }, run);
}

function cursorOf(after: unknown, [topic = '']: readonly string[]) {
  return typeof after === 'string' ? decodeCursor(after, topic) : undefined;
}
