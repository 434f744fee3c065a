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
import { asSubscriber, codeOf } from './ended.ts';
import { liveMessage, type Receiver } from './message.ts';
import type { SharedMessages } from './shared-messages.ts';

export interface SubscriptionOptions {
  hub: LiveHub;
  cohorts: Cohorts;
  messages: SharedMessages;
  /** How far a subscriber may fall behind after it had caught up, events. */
  maxLag: number;
  metrics: Metrics;
  /** Called once, whoever ends one that has begun. */
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
  /** Releases all that it holds; the receiver is called no more. */
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
  request: SubscriptionRequest,
): Promise<Subscription> {
  const topics = topicsOf(request);
  const after = cursorOf(request.args['after'], topics);
  const opening = await Promise.allSettled(topics.map((topic) => options.hub.open(topic)));
  const leases = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const round = new AbortController();
  try {
    for (const result of opening) if (result.status === 'rejected') throw result.reason;
    const start: Progress = { ...(await authorizeAll(leases, request, round.signal)), after };
    return new ListeningSubscription(options, request, { leases, round, start });
  } catch (error) {
    round.abort(new DOMException('The subscription ended.', 'AbortError'));
    for (const lease of leases) lease.release();
    throw error;
  }
}

/** One that listens to its topics and is authorised. */
class ListeningSubscription implements Subscription {
  readonly #options: SubscriptionOptions;
  readonly #first: SubscriptionRequest;
  readonly #leases: readonly TopicLease[];
  /** Ends the delivery under way: the subscription ends, or goes on in another delivery. */
  #round: AbortController;
  #progress: ReadProgress;
  #receiver: Receiver | undefined;
  #isOver = false;

  constructor(
    options: SubscriptionOptions,
    first: SubscriptionRequest,
    { leases, round, start }: { leases: readonly TopicLease[]; round: AbortController; start: Progress },
  ) {
    this.#options = options;
    this.#first = first;
    this.#leases = leases;
    this.#round = round;
    this.#progress = () => start;
  }

  start(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#deliver(this.#first, this.#progress());
  }

  move(judge: () => Promise<SubscriptionRequest | null>, { authorize: isAsked }: MoveOptions): void {
    if (this.#isOver) return;
    this.#round.abort(new DOMException('The subscription goes on elsewhere.', 'AbortError'));
    this.#round = new AbortController();
    void this.#move(judge, { signal: this.#round.signal, from: this.#progress(), isAsked });
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#round.abort(new DOMException('The subscription ended.', 'AbortError'));
    for (const lease of this.#leases) lease.release();
    this.#options.ended();
  }

  async #move(
    judge: () => Promise<SubscriptionRequest | null>,
    { signal, from, isAsked }: { signal: AbortSignal; from: Progress; isAsked: boolean },
  ): Promise<void> {
    const cursor = from.after === undefined ? null : encodeCursor(from.after);
    try {
      const request = await judge();
      signal.throwIfAborted();
      if (request === null || topicsOf(request).join() !== topicsOf(this.#first).join())
        return this.#endWith(this.#first, listenElsewhere(), null);
      const judged = isAsked ? await authorizeAll(this.#leases, request, signal) : null;
      signal.throwIfAborted();
      this.#deliver(request, { ...from, ...judged });
    } catch (error) {
      if (!signal.aborted) this.#endWith(this.#first, error, cursor);
    }
  }

  #deliver(request: SubscriptionRequest, from: Progress): void {
    const receiver = this.#receiver;
    if (receiver === undefined || this.#isOver) return;
    const { cohorts, messages, maxLag, metrics } = this.#options;
    const { signal } = this.#round;
    const delivery: Delivery = {
      ...request,
      receiver,
      cohorts,
      messages,
      maxLag,
      metrics,
      leases: this.#leases,
      signal,
      authorize: (lease) => traced(lease, request, () => authorize(lease, request, signal)),
      end: (error, cursor) => {
        // Of a call that was cut off because the subscription goes on elsewhere.
        if (!signal.aborted) this.#endWith(request, error, cursor);
      },
      fail: (error) => {
        this.end();
        receiver.fail(error);
      },
    };
    const [lease] = this.#leases;
    const isLogged = request.field.topics.length === 1 && from.access[0]?.mode === 'logged';
    this.#progress =
      isLogged && lease !== undefined ? deliverEvents(delivery, lease, from) : deliverState(delivery, from);
  }

  /** The receiver gets the error as it gets data, and the operation completes behind it. */
  #endWith(request: SubscriptionRequest, error: unknown, cursor: string | null): void {
    const reported = asSubscriber(error);
    this.#options.metrics.live.ended(codeOf(reported));
    this.#receiver?.send(liveMessage(request.describe(reported, cursor), null));
    this.end();
    this.#receiver?.complete();
  }
}

async function authorizeAll(
  leases: readonly TopicLease[],
  request: SubscriptionRequest,
  signal: AbortSignal,
): Promise<Pick<Progress, 'access' | 'authorizedAt'>> {
  const authorizedAt = Date.now();
  const access = await Promise.all(leases.map((lease) => authorize(lease, request, signal)));
  return { access, authorizedAt };
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
