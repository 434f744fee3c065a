import { randomBytes } from 'node:crypto';
import {
  type Attributes,
  type Context,
  context,
  INVALID_TRACEID,
  isSpanContextValid,
  type Link,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { SpanAttributes } from './attributes.ts';

/** Points at a span of another trace that caused this one. */
type SpanLink = Link;

interface SpanOptions {
  /** Is `internal` by default. */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
  /** Missing links are skipped, so that `linkFromTraceparent` fits in as it is. */
  readonly links?: readonly (SpanLink | undefined)[];
  /** Begins a new trace even where another is active; a loop's turn or a delivery wants this, with links. */
  readonly root?: boolean;
  /**
   * Says whether a thrown error is a fault of ours; a refusal (NOT_FOUND) leaves the span's status unset. Every error
   * is a fault where this is left out.
   */
  readonly isFault?: (error: unknown) => boolean;
}

/** A running span, as far as code outside observability/ sees it. */
export interface RunningSpan {
  set(attributes: SpanAttributes): void;
  /** Renames a span whose name is known only once it runs. Names have few values and hold no ids. */
  rename(name: string): void;
  link(link: SpanLink | undefined): void;
  /** Notes the error's type, and its stack unless an inner span has it; does not end the span. */
  fail(error: unknown): void;
}

/** A span whose end is not the end of a function: a stream, a connection. Whoever starts it ends it. */
interface LongSpan extends RunningSpan {
  /** Runs `fn` inside this span, so that what it starts becomes its child. */
  run<T>(fn: () => T): T;
  end(): void;
}

/**
 * Runs `fn` inside a new span, which ends when `fn` returns or its promise settles. What `fn` throws is noted and
 * thrown on. Costs well under a microsecond where telemetry is off, or the request is not recorded.
 */
export function withSpan<T>(name: string, options: SpanOptions, fn: (span: RunningSpan) => T): T {
  const span = startSpan(name, options);
  if (span === NO_SPAN) return fn(span);
  const isFault = options.isFault ?? everyErrorIsAFault;
  const failed = (error: unknown): never => {
    if (isFault(error)) span.fail(error);
    else span.set({ 'error.type': errorType(error) });
    span.end();
    throw error;
  };
  let result: T;
  try {
    result = span.run(() => fn(span));
  } catch (error) {
    return failed(error);
  }
  if (!isPromiseLike(result)) {
    span.end();
    return result;
  }
  const settled = result.then((value) => {
    span.end();
    return value;
  }, failed);
  return settled as T;
}

/**
 * Starts a span that the caller ends. The current span becomes its parent, but it does not become current: see `run`. Within a
 * request that is not recorded there is none.
 */
export function startSpan(name: string, options: SpanOptions = {}): LongSpan {
  if (isOff() || (!options.root && isUnsampled())) return NO_SPAN;
  const parent = context.active();
  const span = trace.getTracer(TRACER_NAME).startSpan(
    name,
    {
      kind: SPAN_KINDS[options.kind ?? 'internal'],
      root: options.root ?? false,
      ...(options.attributes && { attributes: toAttributes(options.attributes) }),
      ...(options.links && { links: options.links.filter((link) => link !== undefined) }),
    },
    parent,
  );
  return new ApiSpan(span, parent);
}

/** W3C traceparent of the current span, to be stored with an event or sent; undefined outside any trace. */
export function currentTraceparent(): string | undefined {
  const current = currentSpanContext();
  if (current === undefined) return undefined;
  return `00-${current.traceId}-${current.spanId}-${(current.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01'}`;
}

/** The same where somebody records it; undefined where nobody does, and costs next to nothing then. */
export function recordedTraceparent(): string | undefined {
  return isUnsampled() ? undefined : currentTraceparent();
}

/** Ids of the current span, for a log line; undefined outside any trace. */
export function currentTraceIds(): { readonly traceId: string; readonly spanId: string } | undefined {
  return currentSpanContext();
}

/** Returns the labels that lead from a measurement to its trace; undefined where nobody records the trace. */
export function currentExemplar(): { readonly trace_id: string; readonly span_id: string } | undefined {
  const current = currentSpanContext();
  if (current === undefined || (current.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { trace_id: current.traceId, span_id: current.spanId };
}

/** A link to the span that wrote `traceparent`; undefined if there is none, or if it is malformed. */
export function linkFromTraceparent(traceparent: string | undefined): SpanLink | undefined {
  const remote = parseTraceparent(traceparent);
  return remote && { context: remote };
}

/** Runs `fn` as a child of the remote span; without a usable traceparent, in the context as it is. */
export function withTraceparent<T>(traceparent: string | undefined, fn: () => T): T {
  const remote = parseTraceparent(traceparent);
  return remote === undefined ? fn() : context.with(trace.setSpanContext(context.active(), remote), fn);
}

/**
 * Runs `fn` outside any trace. Timers, loops and connections that are made during a request would otherwise belong to
 * its trace for as long as they live.
 */
export function withoutTrace<T>(fn: () => T): T {
  return context.with(ROOT_CONTEXT, fn);
}

/**
 * Runs `fn` in a trace that nobody records, here and in the services it calls: for loops that look every second whether
 * there is work, and find none. A span with `root` inside it begins a trace that is recorded.
 */
export function withUnsampledTrace<T>(fn: () => T): T {
  const unsampled = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: TraceFlags.NONE,
  };
  return context.with(trace.setSpanContext(ROOT_CONTEXT, unsampled), fn);
}

/** Adds the headers that carry the current trace (traceparent, tracestate, baggage) to `carrier`, and returns it. */
export function injectTraceContext<Carrier extends Record<string, unknown>>(carrier: Carrier): Carrier {
  propagation.inject(context.active(), carrier);
  return carrier;
}

const TRACER_NAME = 'fitme';

/** Spans end here where nobody set a tracer provider: the API's own no-op, whose spans and contexts cost microseconds. */
const NO_PROVIDER = new ProxyTracerProvider().getDelegate();

/** Returns whether this process traces nothing at all. */
export function isOff(): boolean {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider && provider.getDelegate() === NO_PROVIDER;
}

/** Returns whether nobody records the current trace, as was decided where it began. */
export function isUnsampled(): boolean {
  const current = currentSpanContext();
  return current !== undefined && (current.traceFlags & TraceFlags.SAMPLED) === 0;
}

/**
 * Returns whether the current work must be kept apart from the same work for others, because it is recorded or carries
 * baggage.
 */
export function isTracedByItself(): boolean {
  if (isOff()) return false;
  const current = context.active();
  const flags = trace.getSpanContext(current)?.traceFlags ?? TraceFlags.NONE;
  return (flags & TraceFlags.SAMPLED) !== 0 || propagation.getBaggage(current) !== undefined;
}

/** Starts a span of a context that is not the current one. */
export function startSpanIn(parent: Context, name: string, kind: 'server'): Span {
  return trace.getTracer(TRACER_NAME).startSpan(name, { kind: SPAN_KINDS[kind] }, parent);
}

/** Every span that is none. */
const NO_SPAN: LongSpan = {
  set() {},
  rename() {},
  link() {},
  fail() {},
  run: (fn) => fn(),
  end() {},
};

const SPAN_KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Errors whose stack some span already has. */
const recorded = new WeakSet<Error>();

class ApiSpan implements LongSpan {
  readonly #span: Span;
  readonly #parent: Context;

  constructor(span: Span, parent: Context) {
    this.#span = span;
    this.#parent = parent;
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(toAttributes(attributes));
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }

  link(link: SpanLink | undefined): void {
    if (link !== undefined) this.#span.addLink(link);
  }

  fail(error: unknown): void {
    if (!this.#span.isRecording()) return;
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.set({ 'error.type': errorType(error) });
    if (!(error instanceof Error) || recorded.has(error)) return;
    recorded.add(error);
    this.#span.recordException(error);
  }

  run<T>(fn: () => T): T {
    return context.with(trace.setSpan(this.#parent, this.#span), fn);
  }

  end(): void {
    this.#span.end();
  }
}

function currentSpanContext(): SpanContext | undefined {
  const current = trace.getSpanContext(context.active());
  // A context that is not valid was never made: a tracer's ids are valid, and ids from elsewhere are checked when they
  // arrive.
  return current === undefined || current.traceId === INVALID_TRACEID ? undefined : current;
}

function parseTraceparent(traceparent: string | undefined): SpanContext | undefined {
  const match = traceparent?.match(/^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-|$)/);
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const remote = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  };
  return isSpanContextValid(remote) ? remote : undefined;
}

/** Codes are few and name no person: domain errors, gRPC, SQLSTATE, Prisma, Node. */
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : error.name;
}

function everyErrorIsAFault(): boolean {
  return true;
}

/** The declared attributes are API attributes; only their readonly arrays keep the compiler from seeing it. */
function toAttributes(attributes: SpanAttributes): Attributes {
  return attributes as Attributes;
}

function isPromiseLike<T>(value: T): value is T & PromiseLike<Awaited<T>> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
