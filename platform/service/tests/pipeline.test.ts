import { Writable } from 'node:stream';
import { importJWK, type JWK } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LiveSourceServiceDefinition } from '#gen/proto/fitme/live/v1/LiveSourceService.ts';
import { createLogger } from '#observability/logger.ts';
import { createMetrics, type Metrics } from '#observability/metrics.ts';
import type { IncomingCall } from '#platform/call.ts';
import { DomainError } from '#platform/errors.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { SERVICE_PIPELINE } from '#platform/service/pipeline.ts';
import { createServiceIdentity } from '#platform/tokens/service-identity.ts';
import { createTokenVerifier } from '#platform/tokens/verifier.ts';
import { createKey, publicKeys } from '#tests/keys.ts';
import { CALL_MS } from '#tests/patience.ts';
import { createService, type Handlers, type Service } from '../service.ts';

const liveSource = serviceName<LiveSourceServiceDefinition>('fitme.live.v1.LiveSourceService');
type BatchHeads = Handlers<LiveSourceServiceDefinition>['BatchHeads'];

let service: Service<LiveSourceServiceDefinition>;
let token: string;
let key: JWK;
let metrics: Metrics;
let lines: Record<string, unknown>[];
let answer: BatchHeads;

beforeEach(async () => {
  key = await createKey('gateway');
  const publicKey = await importJWK(publicKeys([key]).keys[0] as JWK, 'EdDSA');
  token = await createServiceIdentity({ role: 'gateway', key, now: Date.now }).token();
  metrics = createMetrics({ process: false });
  lines = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  answer = async () => ({ heads: [] });
  service = createService({
    domain: 'live',
    name: liveSource,
    requests: { BatchHeads: z.object({ topics: z.array(z.string()).max(2) }) },
    handlers: {
      Authorize: () => Promise.reject(new Error('not asked')),
      Read: () => Promise.reject(new Error('not asked')),
      BatchRead: () => Promise.reject(new Error('not asked')),
      BatchHeads: (request, call) => answer(request, call),
    },
    parts: {
      verifier: createTokenVerifier({
        userKeys: async () => publicKey,
        serviceKeys: publicKeys([key]),
        isRevoked: () => false,
        now: Date.now,
      }),
      log: createLogger({ level: 'debug', name: 'test' }, output),
      metrics,
      now: Date.now,
      newId: uuidv7,
    },
  });
});

function incoming(overrides: Partial<IncomingCall> = {}, headers: Record<string, string> = {}): IncomingCall {
  const all: Record<string, string> = { authorization: `Bearer ${token}`, ...headers };
  return {
    door: 'grpc',
    header: (name) => all[name],
    deadline: Date.now() + CALL_MS,
    signal: new AbortController().signal,
    address: null,
    ...overrides,
  };
}

const call = (from = incoming(), topics: string[] = []) => service.local(from).batchHeads({ topics });

async function countOf(code: string): Promise<number> {
  const text = await metrics.render();
  const line = text.match(
    new RegExp(`duration_seconds_count\\{.*method="BatchHeads",code="${code}".*\\} (\\d+)`),
  );
  return Number(line?.[1] ?? 0);
}

it('has an order on which its parts rely', () => {
  expect(SERVICE_PIPELINE.map(({ name }) => name)).toEqual([
    'deadline',
    'context',
    'tracing',
    'logging',
    'metrics',
    'recovery',
    'authentication',
    'scopes',
    'validation',
  ]);
});

describe('the pipeline', () => {
  it('refuses a text that PostgreSQL cannot hold, naming its place', async () => {
    const refused = call(incoming(), ['users.a', 'users.\0']);
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'topics.1', message: expect.stringContaining('U+0000') }],
    });
  });

  it('hands the handler a complete request and who asks', async () => {
    answer = async (request, { viewer, requestId }) => {
      expect(request).toEqual({ topics: [] });
      expect(viewer?.id).toBe('gateway');
      expect(requestId).toBe('request-1');
      return { heads: [] };
    };
    await expect(call(incoming({}, { 'x-request-id': 'request-1' }))).resolves.toEqual({ heads: [] });
    expect(lines).toMatchObject([{ level: 'info', code: 'OK', requestId: 'request-1', msg: 'call' }]);
    expect(await countOf('OK')).toBe(1);
  });

  it('turns a bug into INTERNAL with the request id, and tells the cause to the log alone, once', async () => {
    answer = () => Promise.reject(new TypeError('secret detail'));
    const failure = await call(incoming({}, { 'x-request-id': 'request-2' })).catch(
      (error: DomainError) => error,
    );
    expect(failure).toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('request-2') });
    expect((failure as DomainError).message).not.toContain('secret');
    expect(lines).toHaveLength(1);
    expect(lines).toMatchObject([{ level: 'error', code: 'INTERNAL', err: { message: 'secret detail' } }]);
    expect(await countOf('INTERNAL')).toBe(1);
  });

  it('passes on what the caller is to be told', async () => {
    answer = () => Promise.reject(new DomainError('CONFLICT', 'Read it again.'));
    await expect(call()).rejects.toMatchObject({ code: 'CONFLICT', message: 'Read it again.' });
    expect(lines).toMatchObject([{ level: 'info', code: 'CONFLICT' }]);
  });

  it('answers a caller who goes away at once, and counts the call as cancelled', async () => {
    const caller = new AbortController();
    answer = () => new Promise(() => undefined);
    const running = call(incoming({ signal: caller.signal }));
    caller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await countOf('CANCELLED')).toBe(1);
  });

  it('refuses a call without deadline, and one that comes too late', async () => {
    await expect(call(incoming({ deadline: undefined }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/deadline/),
    });
    await expect(call(incoming({ deadline: Date.now() - 1 }))).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });

  it('refuses a caller without token, and one whose token lacks the scope', async () => {
    await expect(call(incoming({ header: () => undefined }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(service.local(incoming()).authorize({ topic: 'a.b' })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('live:subscribe'),
    });
  });

  it('opens to a token for what is shared no method that is not marked so', async () => {
    const identity = createServiceIdentity({ role: 'gateway', key, now: Date.now, scopes: ['shared:read'] });
    token = await identity.token();
    await expect(call()).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('the token of one person'),
    });
  });

  it('names every wrong field of a request', async () => {
    await expect(call(incoming(), ['a', 'b', 'c'])).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'topics' }],
    });
  });

  it('does not take over a request id that could break a log line', async () => {
    await call(incoming({}, { 'x-request-id': 'a\nb' }));
    expect(lines[0]?.['requestId']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
