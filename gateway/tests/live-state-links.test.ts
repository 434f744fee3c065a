import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { readTelemetryConfig } from '#observability/config.ts';
import type { Telemetry } from '#observability/running-telemetry.ts';
import { startTelemetry } from '#observability/telemetry.ts';
import { withTraceparent } from '#observability/tracing.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, type SocketClient } from '#tests/fixtures/socket-client.ts';
import { type OtlpReceiver, startOtlpReceiver } from '#tests/otlp-receiver.ts';

let receiver: OtlpReceiver;
let telemetry: Telemetry;
let library: Library;
const sockets: SocketClient[] = [];

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  for (const [name, value] of Object.entries(receiver.environment('links'))) vi.stubEnv(name, value);
  telemetry = startTelemetry(readTelemetryConfig() as NonNullable<ReturnType<typeof readTelemetryConfig>>);
  library = await startLibrary();
});
afterAll(async () => {
  await Promise.all(sockets.map((socket) => socket.close()));
  await library.close();
  await telemetry.shutdown(1_000);
  await receiver.close();
  vi.unstubAllEnvs();
});

async function listen(query: string, person = randomUUID()) {
  const socket = await connectSocket(library.gateway.url, await library.issuer.token(person));
  sockets.push(socket);
  return socket.operate(query);
}

/** Wakes a topic from a span of another trace; answers that trace. */
async function wakeFrom(topic: string, flags = '01'): Promise<string> {
  const traceId = randomUUID().replaceAll('-', '');
  await withTraceparent(`00-${traceId}-00f067aa0ba902b7-${flags}`, () => library.live.wake(topic));
  return traceId;
}

/** What each delivery so far of a topic's kind links to, once there are so many. */
async function causes(kind: string, count: number): Promise<string[][]> {
  const deliveries = () =>
    receiver
      .spans()
      .filter(({ name, attributes }) => name === 'live.deliver' && attributes['fitme.topic.kind'] === kind);
  await receiver.waitFor(() => deliveries().length >= count);
  return deliveries().map(({ links }) => links.map(({ traceId }) => traceId));
}

it('a delivery of state links to all that woke it, as far as that is recorded', async () => {
  const reader = randomUUID();
  const topic = `library.reader.${reader}`;
  library.live.makeState(topic);
  const operation = await listen('subscription { pacedCounts { viewer { reviewCount } } }', reader);
  await operation.next();
  const change = async (...flags: string[]) => {
    library.shelves.reviewCounts.set(reader, flags.length);
    const woken = await Promise.all(flags.map((each) => wakeFrom(topic, each)));
    await operation.next();
    return woken;
  };
  // Within the field's interval they come as one.
  const [first, , third] = await change('01', '00', '01');
  const [last] = await change('01');
  expect(await causes('library.reader', 3)).toEqual([[], [first, third], [last]]);
});

it.skipIf(inject('engine') === 'apollo')(
  'a delivery that is shared is one span, with its links',
  async () => {
    const bookId = randomUUID();
    const topic = `library.book.${bookId}`;
    library.live.makeState(topic, true);
    const query = `subscription { bookChanged(bookId: "${bookId}") { book { title } } }`;
    const listeners = [await listen(query), await listen(query)];
    await Promise.all(listeners.map((operation) => operation.next()));
    library.shelves.titles.set(bookId, 'Emma');
    const cause = await wakeFrom(topic);
    await Promise.all(listeners.map((operation) => operation.next()));
    expect(await causes('library.book', 2)).toEqual([[], [cause]]);
  },
);
