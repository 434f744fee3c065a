import { setTimeout as pause } from 'node:timers/promises';
import { withSpan } from '#observability/tracing.ts';
import { topicKind } from '#platform/events/channels.ts';
import type { Delivery, Progress, ReadProgress } from './delivery.ts';
import type { TopicLease } from './hub.ts';
import { liveMessage } from './message.ts';
import { statePayload } from './payload.ts';

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
  let authorizedAt = Date.now();
  for (;;) {
    await receiver.free(signal);
    const seen = leases.map(({ reader }) => reader.version());
    const body = await snapshot(delivery);
    signal.throwIfAborted();
    if (body !== progress.last) {
      receiver.send(liveMessage(body, null));
      metrics.live.delivered('state', 1);
    }
    progress.last = body;
    if (field.minIntervalMs > 0) await pause(field.minIntervalMs, undefined, { signal });
    await anyChanged(leases, seen, signal);
    if (Date.now() - authorizedAt < AUTHORIZATION_MS) continue;
    try {
      progress.access = await Promise.all(leases.map(delivery.authorize));
    } catch (error) {
      delivery.end(error, null);
      return;
    }
    authorizedAt = Date.now();
  }
}

function snapshot({ field, args, leases, viewerId, complete, requestId, signal }: Delivery): Promise<string> {
  const attributes = { 'fitme.topic.kind': topicKind(leases[0]?.topic ?? ''), 'fitme.request.id': requestId };
  return withSpan('live.deliver', { kind: 'consumer', root: true, attributes }, () =>
    complete(statePayload(field.eventType, args, viewerId, new Date().toISOString()), signal),
  );
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
