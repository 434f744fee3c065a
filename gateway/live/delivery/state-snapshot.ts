import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import { topicKind } from '#platform/events/channels.ts';
import { statePayload } from '../../engine/subscriptions/payload.ts';
import type { Access } from '../topics/source.ts';
import type { Delivery, SharedCompletion } from './delivery.ts';
import { type LiveMessage, liveMessage } from './message.ts';

export interface SnapshotOptions {
  /** Of each topic. */
  access: readonly Access[];
  /** Of each topic's reader. */
  versions: readonly number[];
  /** Traceparents of what it is told for. */
  causes: readonly string[];
}

/**
 * What a state field tells while its topics' readers are at these versions: the subscriber's own, or that of all who share
 * it, made once for all of them.
 */
export function snapshotOf(
  delivery: Delivery,
  { access, versions, causes }: SnapshotOptions,
): Promise<LiveMessage> {
  const { args, leases, messages, complete, signal } = delivery;
  const shared = sharedCompletion(delivery, access);
  if (shared === null) return make(delivery, causes, (payload) => complete(payload, signal));
  const readers = leases.map(({ reader }, index) => [reader.id, versions[index]]);
  const key = JSON.stringify([readers, args, shared.key]);
  return messages.once(key, () => make(delivery, causes, shared.complete));
}

/** Null where the sources do not say that all see the same, or where the event type is about the viewer. */
function sharedCompletion({ field, shared }: Delivery, access: readonly Access[]): SharedCompletion | null {
  const isAboutViewer = 'viewer' in field.eventType.getFields();
  const isToAll = access.every(({ isShared, toSeq }) => isShared && toSeq === null);
  return isToAll && !isAboutViewer ? shared : null;
}

function make(
  { field, args, leases, viewerId, requestId }: Delivery,
  causes: readonly string[],
  complete: SharedCompletion['complete'],
): Promise<LiveMessage> {
  const attributes = { 'fitme.topic.kind': topicKind(leases[0]?.topic ?? ''), 'fitme.request.id': requestId };
  const links = causes.map(linkFromTraceparent);
  return withSpan('live.deliver', { kind: 'consumer', root: true, links, attributes }, async () => {
    const payload = statePayload(field.eventType, args, viewerId, new Date().toISOString());
    return liveMessage(await complete(payload), null);
  });
}
