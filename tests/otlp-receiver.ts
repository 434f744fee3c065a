import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { PATIENCE } from './patience.ts';

/** One service calling another, a database or Redis, as the spans of one trace show it. */
export interface TraceEdge {
  /** `client` where the caller is outside the network under test. */
  readonly from: string;
  /** A service's name, `postgresql` or `redis`. */
  readonly to: string;
  readonly via: 'http' | 'grpc' | 'database';
}

/** A span link; `to` is undefined while the span that it points at has not arrived. */
interface TraceLink {
  readonly from: ReceivedSpan;
  readonly to: ReceivedSpan | undefined;
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** The variables that make a process under register.ts export here, as `serviceName`, every 50 ms. */
  environment(serviceName: string): Record<string, string>;
  /** All spans so far, of all processes, in the order in which they arrived. */
  spans(): readonly ReceivedSpan[];
  /** Everything received as text, to prove that a secret is not in it. */
  text(): string;
  /** Waits until the spans satisfy `predicate`, looking whenever more arrive. Rejects with what there was, where they never do. */
  waitFor(predicate: (spans: readonly ReceivedSpan[]) => boolean): Promise<readonly ReceivedSpan[]>;
  /** Who called whom in a trace; each edge once, sorted. */
  edges(traceId: string): TraceEdge[];
  /** The links that begin or end in a trace. */
  links(traceId: string): TraceLink[];
  clear(): void;
  close(): Promise<void>;
}

interface Waiter {
  readonly predicate: (spans: readonly ReceivedSpan[]) => boolean;
  readonly resolve: (spans: readonly ReceivedSpan[]) => void;
}

/** A real OTLP/HTTP receiver (JSON, plain or gzip) on a free port, for tests that assert what processes export. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  let spans: ReceivedSpan[] = [];
  let texts: string[] = [];
  const waiters = new Set<Waiter>();

  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    if (!request.headers['content-type']?.startsWith('application/json')) {
      response.writeHead(415).end('takes OTLP as JSON: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json');
      return;
    }
    texts.push(body);
    spans.push(...decodeTraces(body));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    for (const waiter of waiters) if (waiter.predicate(spans)) waiter.resolve(spans);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    environment: (serviceName) => ({
      OTEL_SERVICE_NAME: serviceName,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    }),
    spans: () => spans,
    text: () => texts.join('\n'),
    waitFor(predicate) {
      if (predicate(spans)) return Promise.resolve(spans);
      const { promise, resolve, reject } = Promise.withResolvers<readonly ReceivedSpan[]>();
      const waiter = { predicate, resolve };
      waiters.add(waiter);
      const timer = setTimeout(
        () => reject(new Error(`not within ${PATIENCE.timeout} ms; arrived:\n${describe(spans)}`)),
        PATIENCE.timeout,
      );
      return promise.finally(() => {
        clearTimeout(timer);
        waiters.delete(waiter);
      });
    },
    edges: (traceId) => edgesOf(spans.filter((span) => span.traceId === traceId)),
    links: (traceId) =>
      linksOf(spans).filter(({ from, to }) => from.traceId === traceId || to?.traceId === traceId),
    clear() {
      spans = [];
      texts = [];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function edgesOf(trace: readonly ReceivedSpan[]): TraceEdge[] {
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const edges = new Map<string, TraceEdge>();
  for (const span of trace) {
    const edge = edgeInto(span, byId);
    if (edge !== undefined) edges.set(`${edge.from} ${edge.to} ${edge.via}`, edge);
  }
  return [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

function edgeInto(span: ReceivedSpan, byId: ReadonlyMap<string, ReceivedSpan>): TraceEdge | undefined {
  const database = span.attributes['db.system.name'] ?? span.attributes['db.system'];
  if (span.kind === 'client' && typeof database === 'string') {
    return { from: span.service, to: database, via: 'database' };
  }
  if (span.kind !== 'server') return undefined;
  const caller = span.parentSpanId === undefined ? undefined : byId.get(span.parentSpanId);
  const via = span.attributes['rpc.system'] === 'grpc' ? 'grpc' : 'http';
  return { from: caller?.service ?? 'client', to: span.service, via };
}

function linksOf(spans: readonly ReceivedSpan[]): TraceLink[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.flatMap((from) => from.links.map((link) => ({ from, to: byId.get(link.spanId) })));
}

function describe(spans: readonly ReceivedSpan[]): string {
  return (
    spans.map((span) => `${span.traceId} ${span.service} ${span.kind} ${span.name}`).join('\n') || 'nothing'
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

/** A span as a receiver sees it: ids in hex, attributes as plain values, times in ms. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: (typeof STATUSES)[number];
  /** Name of the instrumentation that made it. */
  readonly scope: string;
  readonly durationMs: number;
}

/** Decodes the body of `POST /v1/traces` in OTLP's JSON encoding. */
function decodeTraces(json: string): ReceivedSpan[] {
  const request: ExportTraceServiceRequest = JSON.parse(json);
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service = String(decodeAttributes(resource?.attributes)['service.name']);
    return (scopeSpans ?? []).flatMap(({ scope, spans }) =>
      (spans ?? []).map((span) => decodeSpan(span, service, scope?.name ?? '')),
    );
  });
}

function decodeSpan(span: OtlpSpan, service: string, scope: string): ReceivedSpan {
  return {
    service,
    scope,
    name: span.name,
    kind: KINDS[span.kind ?? 0] ?? 'unspecified',
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    attributes: decodeAttributes(span.attributes),
    events: (span.events ?? []).map((event) => ({
      name: event.name,
      attributes: decodeAttributes(event.attributes),
    })),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    status: STATUSES[span.status?.code ?? 0] ?? 'unset',
    durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
  };
}

function decodeAttributes(attributes: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, decodeValue(value)]));
}

function decodeValue(value: AnyValue): unknown {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(decodeValue);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}

/** In the order of opentelemetry.proto.trace.v1.Span.SpanKind and Status.StatusCode. */
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

interface ExportTraceServiceRequest {
  resourceSpans?: {
    resource?: { attributes?: KeyValue[] };
    scopeSpans?: { scope?: { name?: string }; spans?: OtlpSpan[] }[];
  }[];
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind?: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: KeyValue[];
  events?: { name: string; attributes?: KeyValue[] }[];
  links?: { traceId: string; spanId: string }[];
  status?: { code?: number };
}

interface KeyValue {
  key: string;
  value: AnyValue;
}

interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number;
  doubleValue?: number;
  arrayValue?: { values?: AnyValue[] };
}
