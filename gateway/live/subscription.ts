import { withSpan } from '#observability/tracing.ts';
import { DomainError } from '#platform/errors.ts';
import { topicKind } from '#platform/events/channels.ts';
import type { OutgoingParent } from '#platform/grpc/client.ts';
import type { Cohorts } from './cohort.ts';
import { decodeCursor } from './cursor.ts';
import { deliverEvents } from './deliver-events.ts';
import { deliverState } from './deliver-state.ts';
import type { Delivery, SubscriptionRequest } from './delivery.ts';
import type { LiveHub, TopicLease } from './hub.ts';
import type { Receiver } from './receiver.ts';
import type { SharedMessages } from './shared-messages.ts';
import { topicName } from './topics.ts';

export interface SubscriptionOptions {
  hub: LiveHub;
  cohorts: Cohorts;
  messages: SharedMessages;
  /** How far a subscriber may fall behind after it had caught up, events. */
  maxLag: number;
  /** Told once, whoever ends one that has begun. */
  ended(): void;
}

/** A subscription that listens. Results come once it is started, and none is missed. */
export interface Subscription {
  start(receiver: Receiver): void;
  /** Releases all that it holds; the receiver is told nothing more. */
  end(): void;
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
  { hub, cohorts, messages, maxLag, ended }: SubscriptionOptions,
  request: SubscriptionRequest,
): Promise<Subscription> {
  const { field, args, viewer } = request;
  const names = [...new Set(field.topics.map((topic) => topicName(topic, args, viewer.id)))];
  const after = cursorOf(args['after'], names);
  const ending = new AbortController();
  const { signal } = ending;
  const authorize = (lease: TopicLease) => lease.source.authorize(lease.topic, callOf(request, signal));
  const opening = await Promise.allSettled(names.map((name) => hub.open(name)));
  const leases = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const close = () => {
    ending.abort(new DOMException('The subscription ended.', 'AbortError'));
    for (const lease of leases) lease.release();
  };
  const release = () => {
    if (signal.aborted) return;
    close();
    ended();
  };
  try {
    for (const result of opening) if (result.status === 'rejected') throw result.reason;
    const access = await Promise.all(leases.map(authorize));
    const reauthorize = (lease: TopicLease) => traced(lease, request, () => authorize(lease));
    const [lease] = leases;
    const [only] = access;
    const isLogged = leases.length === 1 && field.topics.length === 1 && only?.mode === 'logged';
    return {
      start(receiver) {
        if (signal.aborted) return;
        const delivery: Delivery = {
          ...request,
          receiver,
          cohorts,
          messages,
          leases,
          signal,
          authorize: reauthorize,
          finish() {
            release();
            receiver.complete();
          },
          fail(error) {
            release();
            receiver.fail(error);
          },
        };
        if (isLogged && lease !== undefined) deliverEvents(delivery, { lease, access: only, after, maxLag });
        else deliverState(delivery, access);
      },
      end: release,
    };
  } catch (error) {
    close();
    throw error;
  }
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

function callOf({ viewer, requestId }: SubscriptionRequest, signal: AbortSignal): OutgoingParent {
  return { deadline: Date.now() + AUTHORIZE_TIMEOUT_MS, signal, requestId, viewer };
}
