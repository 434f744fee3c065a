import type { ExecutionResult } from 'graphql';
import { withSpan } from '#observability/tracing.ts';
import { DomainError } from '#platform/errors.ts';
import { topicKind } from '#platform/events/channels.ts';
import type { OutgoingParent } from '#platform/grpc/client.ts';
import { cancellable } from './cancellable.ts';
import { decodeCursor } from './cursor.ts';
import { deliverEvents } from './deliver-events.ts';
import { deliverState } from './deliver-state.ts';
import type { SubscriptionRequest } from './delivery.ts';
import type { LiveHub, TopicLease } from './hub.ts';
import { topicName } from './topics.ts';

export interface SubscriptionOptions {
  hub: LiveHub;
  /** How far a subscriber may fall behind after it had caught up, events. */
  maxLag: number;
}

/** How long a source may take to authorise, milliseconds. */
const AUTHORIZE_TIMEOUT_MS = 5_000;

/**
 * Begins a subscription: listens, then authorises, then delivers (docs/LIVE-PROTOCOL.md). Whatever ends the iteration
 * releases all that it holds.
 *
 * @throws DomainError where it is refused
 * @throws LiveUnavailableError where Redis is away
 */
export async function beginSubscription(
  { hub, maxLag }: SubscriptionOptions,
  request: SubscriptionRequest,
): Promise<AsyncGenerator<ExecutionResult, void, void>> {
  const { field, args, viewer } = request;
  const names = [...new Set(field.topics.map((topic) => topicName(topic, args, viewer.id)))];
  const after = cursorOf(args['after'], names);
  const ending = new AbortController();
  const authorize = (lease: TopicLease) =>
    lease.source.authorize(lease.topic, callOf(request, ending.signal));
  const opening = await Promise.allSettled(names.map((name) => hub.open(name)));
  const leases = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const release = () => {
    ending.abort(new DOMException('The subscription ended.', 'AbortError'));
    for (const lease of leases) lease.release();
  };
  try {
    for (const result of opening) if (result.status === 'rejected') throw result.reason;
    const access = await Promise.all(leases.map(authorize));
    const reauthorize = (lease: TopicLease) => traced(lease, request, () => authorize(lease));
    const delivery = { ...request, leases, signal: ending.signal, authorize: reauthorize };
    const [lease] = leases;
    const [only] = access;
    const isLogged = leases.length === 1 && field.topics.length === 1 && only?.mode === 'logged';
    const results =
      isLogged && lease !== undefined
        ? deliverEvents(delivery, { lease, access: only, after, maxLag })
        : deliverState(delivery, access);
    return cancellable(results, release, (result) => result);
  } catch (error) {
    release();
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
