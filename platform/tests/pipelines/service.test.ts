import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { readTelemetryConfig } from '#observability/config.ts';
import { createLogger } from '#observability/logger.ts';
import { createMetrics, type Metrics } from '#observability/metrics.ts';
import type { Telemetry } from '#observability/running-telemetry.ts';
import { startTelemetry } from '#observability/telemetry.ts';
import type { IncomingCall } from '#platform/call.ts';
import { DomainError } from '#platform/errors.ts';
import { runThrough } from '#platform/pipeline.ts';
import type { Invocation, Middleware, PipelineParts } from '#platform/service/middleware.ts';
import { SERVICE_PIPELINE } from '#platform/service/pipeline.ts';
import type { Viewer } from '#platform/viewer.ts';
import { type OtlpReceiver, startOtlpReceiver } from '#tests/otlp-receiver.ts';
import { CALL_MS, PATIENCE } from '#tests/patience.ts';
import { describeNeighbours } from './neighbours.ts';

let receiver: OtlpReceiver;
let telemetry: Telemetry;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  for (const [name, value] of Object.entries(receiver.environment('order'))) vi.stubEnv(name, value);
  telemetry = startTelemetry(readTelemetryConfig() as NonNullable<ReturnType<typeof readTelemetryConfig>>);
});
afterAll(async () => {
  await telemetry.shutdown(1_000);
  await receiver.close();
  vi.unstubAllEnvs();
});

let lines: Record<string, unknown>[];
let metrics: Metrics;
let ids: number;
beforeEach(() => {
  lines = [];
  metrics = createMetrics({ process: false });
  ids = 0;
});

/** What differs from a call that is answered. */
interface Trouble {
  incoming?: Partial<IncomingCall>;
  handler?(): Promise<unknown>;
  verifyHeader?(): Promise<Viewer>;
  serviceMethod?: Metrics['serviceMethod'];
  faults?: { path: string; message: string }[];
}

/** Sends the first call of a look through a pipeline; answers with what its caller gets, a refusal as its code. */
async function send(pipeline: readonly Middleware[], trouble: Trouble = {}): Promise<unknown> {
  const output = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const incoming: IncomingCall = {
    door: 'grpc',
    header: (name) => (name === 'authorization' ? 'Bearer token' : undefined),
    deadline: Date.now() + CALL_MS,
    signal: new AbortController().signal,
    address: null,
    ...trouble.incoming,
  };
  const viewer: Viewer = {
    id: 'somebody',
    kind: 'person',
    sessionId: 's',
    scopes: new Set(['things:read']),
    roles: ['MEMBER'],
    expiresAt: Date.now() + 60_000,
    token: 'token',
  };
  const invocation: Invocation = {
    method: {
      service: 'fitme.things.v1.ThingsService',
      name: 'GetThing',
      domain: 'things',
      scopes: ['things:read'],
      isShared: false,
      check: () => trouble.faults ?? [],
    },
    request: {},
    incoming,
    call: { ...CALL, door: 'grpc', signal: incoming.signal },
  };
  const parts: PipelineParts = {
    verifier: { verify: async () => viewer, verifyHeader: trouble.verifyHeader ?? (async () => viewer) },
    log: createLogger({ level: 'debug', name: 'order' }, output),
    metrics: { ...metrics, ...(trouble.serviceMethod && { serviceMethod: trouble.serviceMethod }) },
    now: Date.now,
    newId() {
      ids += 1;
      return `request-${ids}`;
    },
  };
  const handler = trouble.handler ?? (async () => 'answer');
  return runThrough(pipeline, invocation, parts, handler).catch((error: unknown) =>
    error instanceof DomainError ? error.code : error,
  );
}

const CALL = {
  requestId: '',
  viewer: null,
  deadline: Number.POSITIVE_INFINITY,
  address: null,
  userAgent: null,
};

async function countOf(code: string): Promise<number> {
  const [, count] =
    (await metrics.render()).match(new RegExp(`duration_seconds_count\\{.*code="${code}".*\\} (\\d+)`)) ?? [];
  return Number(count ?? 0);
}

describeNeighbours<Middleware>(SERVICE_PIPELINE, {
  'deadline, context: nothing is made for a call that nobody waits for': {
    inOrder: 0,
    look: async (pipeline) => {
      await send(pipeline, { incoming: { deadline: Date.now() - 1 } });
      return ids;
    },
  },
  'context, tracing: a span says which request it belongs to': {
    inOrder: true,
    look: async (pipeline) => {
      receiver.clear();
      await send(pipeline);
      const [span] = await receiver.waitFor((spans) => spans.length > 0);
      return span?.attributes['fitme.request.id'] === 'request-1';
    },
  },
  'tracing, logging: a line of the log has its trace': {
    inOrder: true,
    look: async (pipeline) => {
      await send(pipeline);
      return lines.every((line) => 'trace_id' in line);
    },
  },
  'logging, metrics: a fault of the measuring itself is in the log': {
    inOrder: true,
    look: async (pipeline) => {
      await send(pipeline, {
        serviceMethod() {
          throw new TypeError('no such label');
        },
      });
      return lines.some(({ err }) => (err as Error | undefined)?.message === 'no such label');
    },
  },
  'metrics, recovery: a caller who went away is counted, though the work goes on': {
    inOrder: 1,
    look: async (pipeline) => {
      const caller = new AbortController();
      const answered = send(pipeline, {
        incoming: { signal: caller.signal },
        handler: () => new Promise(() => undefined),
      });
      await vi.waitFor(() => expect(ids).toBe(1), PATIENCE);
      caller.abort();
      await Promise.race([answered, new Promise((resolve) => setImmediate(resolve))]);
      return countOf('CANCELLED');
    },
  },
  'recovery, authentication: a bug in judging tokens is INTERNAL, and tells nothing of itself': {
    inOrder: 'INTERNAL',
    look: (pipeline) =>
      send(pipeline, { verifyHeader: () => Promise.reject(new TypeError('secret detail')) }),
  },
  'authentication, scopes: whoever may, can': { inOrder: 'answer', look: (pipeline) => send(pipeline) },
  'scopes, validation: whoever may not, learns nothing of what a request should be': {
    inOrder: 'PERMISSION_DENIED',
    look: (pipeline) =>
      send(pipeline, {
        verifyHeader: async () => ({ scopes: new Set<string>(), id: 'nobody' }) as unknown as Viewer,
        faults: [{ path: 'secret', message: 'takes a number' }],
      }),
  },
});
