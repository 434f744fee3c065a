import { withSpan } from '#observability/tracing.ts';
import { topicKind } from '#platform/events/channels.ts';
import type { Delivery } from './delivery.ts';
import { endedResult } from './ended.ts';
import type { TopicLease } from './hub.ts';
import { liveMessage } from './message.ts';
import { statePayload } from './payload.ts';
import type { Access } from './source.ts';

/** How long an authorisation holds for further changes, milliseconds: half of what a loss of access may take. */
const AUTHORIZATION_MS = 1_000;

/**
 * Delivers state: what it is, and what it is again after one or more wake-ups of any topic. What a client does not take
 * in time conflates; what did not change is not sent.
 */
export function deliverState(delivery: Delivery, access: readonly Access[]): void {
  const { leases, signal } = delivery;
  for (const [index, { reader }] of leases.entries()) {
    const { mode, head } = access[index] ?? {};
    if (mode === 'logged' && head !== undefined) reader.observe(head);
  }
  follow(delivery).catch((error: unknown) => {
    if (!signal.aborted) delivery.fail(error);
  });
}

async function follow(delivery: Delivery): Promise<void> {
  const { leases, signal, receiver } = delivery;
  let authorizedAt = Date.now();
  let last: string | undefined;
  for (;;) {
    await receiver.free(signal);
    const seen = leases.map(({ reader }) => reader.version());
    const body = await snapshot(delivery);
    signal.throwIfAborted();
    if (body !== last) receiver.send(liveMessage(body, null));
    last = body;
    await anyChanged(leases, seen, signal);
    if (Date.now() - authorizedAt < AUTHORIZATION_MS) continue;
    try {
      await Promise.all(leases.map(delivery.authorize));
    } catch (error) {
      receiver.send(liveMessage(delivery.describe(endedResult(error, null)), null));
      delivery.finish();
      return;
    }
    authorizedAt = Date.now();
  }
}

function snapshot({ field, args, leases, viewer, complete, requestId, signal }: Delivery): Promise<string> {
  const attributes = { 'fitme.topic.kind': topicKind(leases[0]?.topic ?? ''), 'fitme.request.id': requestId };
  return withSpan('live.deliver', { kind: 'consumer', root: true, attributes }, () =>
    complete(statePayload(field.eventType, args, viewer.id, new Date().toISOString()), signal),
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
