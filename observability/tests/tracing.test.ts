import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '#tests/otlp-receiver.ts';
import { readTelemetryConfig } from '../config.ts';
import type { Telemetry } from '../running-telemetry.ts';
import { startTelemetry } from '../telemetry.ts';
import {
  currentTraceparent,
  injectTraceContext,
  linkFromTraceparent,
  startSpan,
  withoutTrace,
  withSpan,
  withTraceparent,
} from '../tracing.ts';

const REMOTE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('while telemetry is off', () => {
  test('work runs as it would without a span, and no trace context appears', async () => {
    const refusal = new Error('refused');
    expect(withSpan('off', {}, () => currentTraceparent())).toBeUndefined();
    await expect(withSpan('off', {}, () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(injectTraceContext({})).toEqual({});
  });
});

describe('while telemetry is on', () => {
  let receiver: OtlpReceiver;
  let telemetry: Telemetry;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    for (const [name, value] of Object.entries(receiver.environment('tracing-test'))) vi.stubEnv(name, value);
    const config = readTelemetryConfig();
    if (config === undefined) throw new Error('the receiver did not switch telemetry on');
    telemetry = startTelemetry(config);
  });

  afterAll(async () => {
    await telemetry.shutdown(1_000);
    await receiver.close();
    vi.unstubAllEnvs();
  });

  test('a span lasts until its promise settles, and what runs inside is its child', async () => {
    await withSpan('outer', { kind: 'consumer', attributes: { 'fitme.domain': 'users' } }, async () => {
      await Promise.resolve();
      withSpan('inner', {}, (span) => span.set({ 'fitme.event.seq': 7 }));
    });
    const outer = await spanNamed('outer');
    const inner = await spanNamed('inner');
    expect(inner).toMatchObject({ parentSpanId: outer.spanId, attributes: { 'fitme.event.seq': 7 } });
    expect(outer).toMatchObject({
      kind: 'consumer',
      attributes: { 'fitme.domain': 'users' },
      status: 'unset',
    });
  });

  test('a span takes the name that it is given while it runs', async () => {
    withSpan('unknown yet', {}, (span) => span.rename('known by now'));
    expect(await spanNamed('known by now')).toMatchObject({ kind: 'internal', status: 'unset' });
  });

  test('an error is recorded once, by the innermost span, with its code and without its text', async () => {
    const error = Object.assign(new Error('ana@example.org exists'), { code: '23505' });
    const work = withSpan('fails outside', {}, () =>
      withSpan('fails inside', {}, () => Promise.reject(error)),
    );
    await expect(work).rejects.toBe(error);

    const inside = await spanNamed('fails inside');
    const outside = await spanNamed('fails outside');
    expect(inside).toMatchObject({ status: 'error', attributes: { 'error.type': '23505' } });
    expect(outside).toMatchObject({ status: 'error', attributes: { 'error.type': '23505' }, events: [] });
    expect(inside.events.map((event) => Object.keys(event.attributes))).toEqual([
      ['exception.type', 'exception.stacktrace'],
    ]);
    expect(receiver.text()).not.toContain('ana@example.org');
  });

  test('a refusal leaves its code but is no fault', async () => {
    const refusal = Object.assign(new Error('no such conversation'), { code: 'NOT_FOUND' });
    const refuse = () =>
      withSpan('refuses', { isFault: () => false }, () => {
        throw refusal;
      });
    expect(refuse).toThrow(refusal);
    expect(await spanNamed('refuses')).toMatchObject({
      status: 'unset',
      events: [],
      attributes: { 'error.type': 'NOT_FOUND' },
    });
  });

  test('a traceparent is continued by withTraceparent and pointed at by a link', async () => {
    const seen = withTraceparent(REMOTE, () => withSpan('continues', {}, () => currentTraceparent()));
    withTraceparent(REMOTE, () =>
      withSpan(
        'delivers',
        { root: true, links: [linkFromTraceparent(seen), linkFromTraceparent(undefined)] },
        () => 1,
      ),
    );
    const continues = await spanNamed('continues');
    const delivers = await spanNamed('delivers');
    expect(continues).toMatchObject({ traceId: REMOTE.slice(3, 35), parentSpanId: REMOTE.slice(36, 52) });
    expect(seen).toBe(`00-${continues.traceId}-${continues.spanId}-01`);
    expect(delivers.traceId).not.toBe(continues.traceId);
    expect(receiver.links(continues.traceId)).toEqual([{ from: delivers, to: continues }]);
    expect(receiver.links(delivers.traceId)).toEqual([{ from: delivers, to: continues }]);
  });

  test.each([undefined, '', 'nonsense', REMOTE.toUpperCase(), `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`])(
    'the unusable traceparent %j changes nothing',
    (traceparent) => {
      expect(linkFromTraceparent(traceparent)).toBeUndefined();
      expect(withTraceparent(traceparent, currentTraceparent)).toBeUndefined();
    },
  );

  test('a long span is the parent of what it runs, ends when told, and carries links added later', async () => {
    const stream = startSpan('stream', { kind: 'server' });
    stream.run(() => withSpan('batch', {}, () => undefined));
    stream.link(linkFromTraceparent(REMOTE));
    expect(currentTraceparent()).toBeUndefined();
    stream.end();
    const { spanId, links } = await spanNamed('stream');
    expect((await spanNamed('batch')).parentSpanId).toBe(spanId);
    expect(links).toHaveLength(1);
  });

  test('withoutTrace leaves the trace, and injectTraceContext carries it', () => {
    withSpan('carrying', {}, () => {
      expect(injectTraceContext<Record<string, string>>({})['traceparent']).toBe(currentTraceparent());
      expect(withoutTrace(currentTraceparent)).toBeUndefined();
    });
  });

  async function spanNamed(name: string): Promise<ReceivedSpan> {
    const named = (span: ReceivedSpan) => span.name === name;
    const spans = await receiver.waitFor((all) => all.some(named));
    return spans.find(named) as ReceivedSpan;
  }
});
