import { setTimeout as pause } from 'node:timers/promises';
import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import { topicKind } from '#platform/events/channels.ts';
import { statePayload } from '../../engine/subscriptions/payload.ts';
import type { TopicLease } from '../topics/hub.ts';
import type { Access } from '../topics/source.ts';
import type { Delivery, Progress, ReadProgress, SharedCompletion } from './delivery.ts';
import { type LiveMessage, liveMessage } from './message.ts';

/** How long an authorisation holds for further changes, milliseconds: half of what a loss of access may take. */
const AUTHORIZATION_MS = 1_000;

/**
 * Delivers state: what it is, and what it is again after one or more wake-ups of any topic. What a client does not take
 * in time conflates, and so does what comes within the field's interval; what did not change is not sent.
 */
export function deliverState(delivery: Delivery, from: Progress): ReadProgress {
  const { leases, signal } = delivery;
  const progress = { ...from };
  for (const [index, { reader }] of leases.entries()) {
    const { mode, head } = from.access[index] ?? {};
    if (mode === 'logged' && head !== undefined) reader.observe(head);
  }
  follow(delivery, progress).catch((error: unknown) => {
    if (!signal.aborted) delivery.fail(error);
  });
  return () => progress;
}

async function follow(delivery: Delivery, progress: Progress): Promise<void> {
  const { field, leases, signal, receiver, metrics } = delivery;
  let sent: readonly number[] | undefined;
  for (;;) {
    await receiver.free(signal);
    if (!(await mayListen(delivery, progress))) return;
    const seen = leases.map(({ reader }) => reader.version());
    const causes = leases.flatMap(({ reader }, index) =>
      reader.causesSince(sent?.[index] ?? seen[index] ?? 0),
    );
    sent = seen;
    const message = await snapshotOf(delivery, { access: progress.access, versions: seen, causes });
    signal.throwIfAborted();
    // Once more: a subgraph may have been waited for, and what is shared was read under nobody's rights.
    if (!(await mayListen(delivery, progress))) return;
    if (message.body !== progress.last) {
      receiver.send(message);
      metrics.live.delivered('state', 1);
    }
    progress.last = message.body;
    if (field.minIntervalMs > 0) await pause(field.minIntervalMs, undefined, { signal });
    await anyChanged(leases, seen, signal);
  }
}

/** Whether the viewer may listen, which is asked anew where the last answer is old; if not, the subscription has ended. */
async function mayListen({ leases, authorize, end }: Delivery, progress: Progress): Promise<boolean> {
  if (Date.now() - (progress.authorizedAt ?? 0) < AUTHORIZATION_MS) return true;
  const askedAt = Date.now();
  try {
    progress.access = await Promise.all(leases.map(authorize));
  } catch (error) {
    end(error, null);
    return false;
  }
  progress.authorizedAt = askedAt;
  return true;
}

async function anyChanged(
  leases: readonly TopicLease[],
  seen: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const round = new AbortController();
  const stop = () => round.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race(leases.map(({ reader }, index) => reader.changed(seen[index] ?? 0, round.signal)));
  } finally {
    signal.removeEventListener('abort', stop);
    round.abort();
  }
}

interface SnapshotOptions {
  /** The viewer's access to each topic. */
  access: readonly Access[];
  /** The version of each topic's reader. */
  versions: readonly number[];
  /** Traceparents of what woke the delivery. */
  causes: readonly string[];
}

/**
 * The message of a state field while its topics' readers are at these versions: the subscriber's own, or that of all who share
 * it, made once for all of them.
 */
function snapshotOf(delivery: Delivery, { access, versions, causes }: SnapshotOptions): Promise<LiveMessage> {
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
