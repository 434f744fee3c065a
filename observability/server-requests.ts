import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOff, startSpanIn } from './tracing.ts';

/**
 * Begins the trace of each request that a server gets, or goes on with its client's. By hand, and not with the
 * instrumentation of HTTP: that makes its attributes, and wraps every listener of a request, before anybody has decided that
 * the request is recorded at all, which cost half as much again of a small operation. Call it before there are routes.
 *
 * A request that is not recorded has a context all the same, so that nobody further on decides anew, and logs carry its trace.
 */
export function traceRequests(http: FastifyInstance): void {
  if (isOff()) return;
  const contexts = new WeakMap<FastifyRequest, Context>();
  http.addHook('onRequest', (request, reply, done) => {
    if (!PROBE_PATHS.has(pathOf(request))) contexts.set(request, begin(request, reply));
    done();
  });
  // The span begins when the body is there, since the body comes in the context of its connection.
  http.addHook('preHandler', (request, _reply, done) => {
    const own = contexts.get(request);
    if (own === undefined) done();
    else context.with(own, done);
  });
}

const PROBE_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

function begin(request: FastifyRequest, reply: FastifyReply): Context {
  const parent = propagation.extract(ROOT_CONTEXT, request.headers);
  const span = startSpanIn(parent, request.method, 'server');
  if (span.isRecording()) record(span, request, reply);
  return trace.setSpan(parent, span);
}

function record(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  span.setAttributes({
    'http.request.method': request.method,
    'url.scheme': request.protocol,
    'url.path': pathOf(request),
    'server.address': request.hostname,
    ...(request.routeOptions.url !== undefined && { 'http.route': request.routeOptions.url }),
  });
  // It comes whether the answer was sent, or the client went away.
  reply.raw.once('close', () => {
    const { statusCode } = reply;
    span.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
}

/** Without the query, which holds what a client asks. */
function pathOf({ url }: FastifyRequest): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
