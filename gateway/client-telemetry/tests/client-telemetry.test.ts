import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encode, type Receiver, startHttpReceiver } from '#observability/tests/receivers.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { PATIENCE } from '#tests/patience.ts';

const LIMIT = 20;
const MAX_BYTES = 20_000;

let collector: Receiver;
let library: Library;
beforeAll(async () => {
  collector = await startHttpReceiver();
  library = await startLibrary({
    CLIENT_TELEMETRY_URL: `${collector.url}/`,
    CLIENT_TELEMETRY_PER_MINUTE: String(LIMIT),
    CLIENT_TELEMETRY_MAX_BYTES: String(MAX_BYTES),
    TRUSTED_PROXIES: '127.0.0.1',
  });
});
afterAll(async () => {
  await library.close();
  await collector.close();
});

interface Sending {
  body: string | Buffer<ArrayBuffer>;
  signal?: string;
  type?: string;
  headers?: Record<string, string>;
  token?: string | null;
}

/** From an address of its own, so that tests do not count together. */
async function send({ body, signal = 'traces', type = 'application/json', headers = {}, token }: Sending) {
  const bearer = token === undefined ? await library.issuer.token(randomUUID()) : token;
  const response = await fetch(`${library.gateway.url}/otlp/v1/${signal}`, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-forwarded-for': Array.from(randomBytes(4), String).join('.'),
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const TOUCH = {
  resourceSpans: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'ios-app' } },
          { key: 'service.namespace', value: { stringValue: 'fitme' } },
        ],
      },
      scopeSpans: [
        {
          scope: { name: 'taps' },
          spans: [
            {
              traceId: '0af7651916cd43dd8448eb211c80319c',
              spanId: 'b7ad6b7169203331',
              name: 'tap on today',
              kind: 1,
              startTimeUnixNano: '1',
              endTimeUnixNano: '2',
              attributes: [{ key: 'screen', value: { stringValue: 'today' } }],
            },
          ],
        },
      ],
    },
  ],
};

/** Ids as protobuf has them. */
const TOUCH_AS_BYTES = JSON.parse(JSON.stringify(TOUCH), (key, value) =>
  /^(traceId|spanId)$/.test(key) ? Buffer.from(value, 'hex').toString('base64') : value,
);

async function lastReceived(count: number) {
  await vi.waitFor(() => expect(collector.received.length).toBeGreaterThanOrEqual(count), PATIENCE);
  return collector.received.at(-1);
}

describe('what clients send', () => {
  test.each([
    ['JSON', { body: JSON.stringify(TOUCH) }],
    ['protobuf', { body: encode('trace', TOUCH_AS_BYTES), type: 'application/x-protobuf' }],
    ['gzipped JSON', { body: gzipSync(JSON.stringify(TOUCH)), headers: { 'content-encoding': 'gzip' } }],
    [
      'gzipped protobuf',
      {
        body: gzipSync(encode('trace', TOUCH_AS_BYTES)),
        type: 'application/x-protobuf',
        headers: { 'content-encoding': 'gzip' },
      },
    ],
  ] satisfies [string, Sending][])('reaches the collector whole, and stamped: %s', async (_form, sending) => {
    const before = collector.received.length;
    const { status, text } = await send(sending);
    expect({ status, text }).toEqual({ status: 200, text: 'type' in sending ? '' : '{}' });
    const arrived = await lastReceived(before + 1);
    expect(arrived?.way).toBe('/v1/traces');
    const [sent] = arrived?.body.resourceSpans ?? [];
    expect(sent.scopeSpans).toMatchObject(TOUCH.resourceSpans[0]?.scopeSpans ?? []);
    expect(sent.resource.attributes).toEqual([
      { key: 'service.name', value: { stringValue: 'ios-app' } },
      { key: 'service.namespace', value: { stringValue: 'fitme-clients' } },
      { key: 'fitme.viewer.hash', value: { stringValue: expect.stringMatching(/^[\w-]{16}$/) } },
    ]);
  });

  test('may be metrics and log lines as well', async () => {
    for (const [signal, body] of [
      ['metrics', { resourceMetrics: [{ scopeMetrics: [] }] }],
      ['logs', { resourceLogs: [{ scopeLogs: [] }] }],
    ] as const) {
      const before = collector.received.length;
      expect((await send({ signal, body: JSON.stringify(body) })).status).toBe(200);
      expect((await lastReceived(before + 1))?.way).toBe(`/v1/${signal}`);
    }
  });
});

describe('is refused', () => {
  test.each([
    ['from nobody', { body: JSON.stringify(TOUCH), token: null }, 401, 'UNAUTHENTICATED'],
    ['under a forged token', { body: JSON.stringify(TOUCH), token: 'a.b.c' }, 401, 'UNAUTHENTICATED'],
    ['what is no JSON', { body: '{' }, 400, 'BAD_REQUEST'],
    ['JSON of another kind', { body: '{"query":"{ me }"}' }, 400, 'BAD_REQUEST'],
    [
      'what is no protobuf',
      { body: Buffer.from('0aff', 'hex'), type: 'application/x-protobuf' },
      400,
      'BAD_REQUEST',
    ],
    ['another type', { body: 'a,b', type: 'text/csv' }, 415, 'BAD_REQUEST'],
    ['more than may be', { body: JSON.stringify({ x: 'y'.repeat(MAX_BYTES) }) }, 413, 'BAD_REQUEST'],
    [
      'what unpacks to more than may be',
      { body: gzipSync(Buffer.alloc(50 * MAX_BYTES)), headers: { 'content-encoding': 'gzip' } },
      413,
      'BAD_REQUEST',
    ],
    [
      'what is not packed as it says',
      { body: JSON.stringify(TOUCH), headers: { 'content-encoding': 'gzip' } },
      400,
      'BAD_REQUEST',
    ],
    ['another packing', { body: 'x', headers: { 'content-encoding': 'zstd' } }, 415, 'BAD_REQUEST'],
  ] satisfies [string, Sending, number, string][])('%s', async (_what, sending, status, code) => {
    const before = collector.received.length;
    const answer = await send(sending);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).errors[0].extensions).toMatchObject({
      code,
      requestId: expect.any(String),
    });
    expect(collector.received.length).toBe(before);
  });

  test('whoever sends too often, until the minute is over', async () => {
    const token = await library.issuer.token(randomUUID());
    const sending = () => send({ body: JSON.stringify(TOUCH), token });
    // One comes back every three seconds: all of them would need two minutes.
    const answers = await Promise.all(Array.from({ length: 3 * LIMIT }, sending));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(LIMIT);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

test('a collector that is away costs no client anything, and is counted', async () => {
  const lonely = await library.startGateway({ CLIENT_TELEMETRY_URL: 'http://127.0.0.1:9' });
  try {
    const response = await fetch(`${lonely.url}/otlp/v1/traces`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await library.issuer.token(randomUUID())}`,
      },
      body: JSON.stringify(TOUCH),
    });
    expect(response.status).toBe(200);
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${lonely.url}/metrics`)).text();
      expect(metrics).toContain('fitme_gateway_client_telemetry_total{signal="traces",outcome="dropped"} 1');
    }, PATIENCE);
  } finally {
    await lonely.close();
  }
});

test('where no collector is named, there is no door', async () => {
  const closed = await library.startGateway({ CLIENT_TELEMETRY_URL: '' });
  try {
    expect((await fetch(`${closed.url}/otlp/v1/traces`, { method: 'POST' })).status).toBe(404);
  } finally {
    await closed.close();
  }
});
