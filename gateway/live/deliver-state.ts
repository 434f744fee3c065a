import { isDeepStrictEqual } from 'node:util';
import type { ExecutionResult } from 'graphql';
import { withSpan } from '#observability/tracing.ts';
import { topicKind } from '#platform/events/channels.ts';
import type { Delivery } from './delivery.ts';
import { endedResult } from './ended.ts';
import type { TopicLease } from './hub.ts';
import { completePatiently } from './patience.ts';
import { statePayload } from './payload.ts';
import type { Access } from './source.ts';

/** How long an authorisation holds for further changes, milliseconds: half of what a loss of access may take. */
const AUTHORIZATION_MS = 1_000;

/**
 * Delivers state: what it is, and what it is again after one or more wake-ups of any topic. What a client does not take
 * in time conflates; what did not change is not sent.
 */
export async function* deliverState(
  delivery: Delivery,
  access: readonly Access[],
): AsyncGenerator<ExecutionResult, void, void> {
  const { leases, signal } = delivery;
  let authorizedAt = Date.now();
  let last: ExecutionResult | undefined;
  for (const [index, { reader }] of leases.entries()) {
    const { mode, head } = access[index] ?? {};
    if (mode === 'logged' && head !== undefined) reader.observe(head);
  }
  for (;;) {
    const seen = leases.map(({ reader }) => reader.version());
    const result = await snapshot(delivery);
    if (!isDeepStrictEqual(result, last)) yield result;
    last = result;
    await anyChanged(leases, seen, signal);
    if (Date.now() - authorizedAt < AUTHORIZATION_MS) continue;
    try {
      await Promise.all(leases.map(delivery.authorize));
    } catch (error) {
      yield endedResult(error, null);
      return;
    }
    authorizedAt = Date.now();
  }
}

function snapshot({
  field,
  leases,
  viewer,
  complete,
  requestId,
  signal,
}: Delivery): Promise<ExecutionResult> {
  const attributes = { 'fitme.topic.kind': topicKind(leases[0]?.topic ?? ''), 'fitme.request.id': requestId };
  const now = () => statePayload(field.eventType, viewer.id, new Date().toISOString());
  return withSpan('live.deliver', { kind: 'consumer', root: true, attributes }, () =>
    completePatiently(() => complete(now()), signal),
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
