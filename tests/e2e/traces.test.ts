import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SPAN_ATTRIBUTES } from '#observability/attributes.ts';
import { domains } from '../../subgraphs/domains.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../otlp-receiver.ts';
import { tapInBrowser } from './browser-trace.ts';
import { causedBy, causesInWords, inWords, titleOf } from './caused-traces.ts';
import { startNetwork } from './network.ts';
import { type OperationName, TRACE_MATRIX, type TracedOperation } from './trace-matrix.ts';
import { runTracedOperations, type TracedRun } from './traced-operations.ts';

let receiver: OtlpReceiver;
let run: TracedRun;
let tapTraceId: string;

/** The network is closed before anything is looked at: that flushes all there is, so that a span too many is seen, too. */
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const network = await startNetwork({
    domains: domains.map(({ name }) => name),
    environment: (name) => ({
      ...receiver.environment(name),
      LIVE_POLL_MS: '50',
      // Half of it is for the last spans of a process.
      SHUTDOWN_TIMEOUT_MS: '20000',
      CLIENT_TELEMETRY_URL: receiver.url,
    }),
  });
  try {
    run = await runTracedOperations(network, receiver);
    tapTraceId = await tapInBrowser(network);
  } finally {
    await network.close();
  }
}, 300_000);

afterAll(() => receiver?.close());

const operations = Object.entries<TracedOperation>(TRACE_MATRIX) as [OperationName, TracedOperation][];

describe.each(operations)('%s', (name, expected) => {
  it('is one trace, from its client to every database', () => {
    const traceId = run.traceIds.get(name) ?? '';
    expect(inWords(receiver.edges(traceId))).toEqual(inWords(expected.edges));
    const ofOperation = receiver.spans().filter((span) => span.traceId === traceId);
    expect(ofOperation.filter((span) => titleOf(span) === expected.span)).toHaveLength(1);
    expect(beginningsOf(ofOperation)).toHaveLength(1);
  });

  it('is linked to by what it causes, up to the last of it', () => {
    const causes = causedBy(receiver, run.traceIds.get(name) ?? '');
    expect(causesInWords(causes)).toEqual(causesInWords(Object.entries(expected.causes)));
  });
});

it('a trace begins where somebody touched the screen, and ends in PostgreSQL', () => {
  expect(inWords(receiver.edges(tapTraceId))).toEqual(
    inWords([
      { from: 'browser', to: 'gateway', via: 'http' },
      { from: 'gateway', to: 'users', via: 'http' },
      { from: 'users', to: 'postgresql', via: 'database' },
    ]),
  );
  const spans = receiver.spans().filter(({ traceId }) => traceId === tapTraceId);
  expect(beginningsOf(spans)).toEqual(['browser: tap on profile']);
});

it('every process says who it is', () => {
  const services = new Set(receiver.spans().map(({ service }) => service));
  const ours = domains.map(({ name }) => name);
  expect([...services].sort()).toEqual([...ours, 'browser', 'gateway'].sort());
});

it('an operation tells whether its plan was there, and otherwise what it took to make it', () => {
  const spansOf = (name: OperationName) =>
    receiver.spans().filter(({ traceId }) => traceId === run.traceIds.get(name));
  const planning = (name: OperationName) =>
    spansOf(name)
      .filter((span) => span.name.startsWith('operation.'))
      .map((span) => [span.name, span.attributes['fitme.gateway.plan.fetches']]);
  const cached = (name: OperationName) =>
    spansOf(name).flatMap(({ attributes }) => attributes['fitme.gateway.plan.cached'] ?? []);
  expect(cached('a query over three domains')).toEqual([true]);
  expect(planning('a query over three domains')).toEqual([]);
  expect(cached('a board with its people')).toEqual([false]);
  expect(planning('a board with its people')).toEqual(
    expect.arrayContaining([
      ['operation.compile', undefined],
      ['operation.plan', 2],
    ]),
  );
});

it('a call is one span at each of its ends', () => {
  const byId = new Map(receiver.spans().map((span) => [span.spanId, span]));
  const callers = receiver
    .spans()
    .filter(({ kind }) => kind === 'server')
    .flatMap(({ parentSpanId }) => byId.get(parentSpanId ?? '') ?? []);
  expect(callers.filter(({ kind }) => kind !== 'client').map(titleOf)).toEqual([]);
  expect(new Set(callers).size).toBe(callers.length);
});

it('loops that look for work begin no traces', () => {
  expect(run.polls).toBeGreaterThan(10);
  const unknown = beginningsOf(receiver.spans()).filter((title) => !BEGINNINGS.test(title));
  expect(unknown).toEqual([]);
});

it('what is private stands in no span', () => {
  const text = receiver.text();
  expect(text).toContain('append events');
  expect([...run.secrets.keys()]).toContain('email of Ada Lovelace');
  const told = [...run.secrets].filter(([, secret]) => text.includes(secret)).map(([what]) => what);
  expect(told).toEqual([]);
});

it('every attribute of ours is declared, with its meaning', () => {
  const ours = new Set(
    receiver
      .spans()
      .flatMap(({ attributes }) => Object.keys(attributes).filter((key) => key.startsWith('fitme.'))),
  );
  expect(ours).toContain('fitme.domain');
  expect([...ours].filter((key) => !(key in SPAN_ATTRIBUTES))).toEqual([]);
});

it('of a Redis command there is its name alone', () => {
  const commands = receiver
    .spans()
    .filter(({ attributes }) => attributes['db.system.name'] === 'redis')
    .map(({ attributes }) => attributes['db.query.text']);
  expect([...new Set(commands)].sort()).toEqual(['del', 'evalsha', 'publish']);
});

/** Requests of clients, operations over sockets, and what the log's events cause. */
const BEGINNINGS =
  /^(browser: tap on profile|gateway: (POST|GET|query Whoami|subscription Follow\w*|live\.(authorize|read|deliver))|messaging: grpc\.fitme\.messaging\.v1\.\S+|\w+: (relay|apply) events|\w+: run job)$/;

/** Titles of the spans whose parent is none of these. */
function beginningsOf(spans: readonly ReceivedSpan[]): string[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(({ parentSpanId }) => !known.has(parentSpanId ?? '')).map(titleOf);
}
