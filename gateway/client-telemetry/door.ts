import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Metrics } from '#observability/metrics.ts';
import { hashOfViewer, type Viewer } from '#platform/viewer.ts';
import type { ClientTelemetryConfig } from '../config/client-telemetry.ts';
import type { Allowances } from '../rate-limits/allowances.ts';
import type { Auth } from '../request/auth.ts';
import { gatewayError } from '../request/errors.ts';
import type { Forwarder } from './forwarder.ts';
import { NotOtlpError, type Signal, type Stamp, stampJson, stampProtobuf } from './stamp.ts';

export interface ClientTelemetryOptions {
  config: ClientTelemetryConfig;
  auth: Auth;
  /** Whether somebody has to be signed in. */
  isSignInNeeded: boolean;
  allowances: Allowances;
  forwarder: Forwarder;
  metrics: Metrics;
}

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const WINDOW_MS = 60_000;
/** Clients' telemetry stands under this namespace: its attributes are under other names than ours. */
const NAMESPACE = 'fitme-clients';

/**
 * `POST /otlp/v1/{traces,metrics,logs}`: takes what OpenTelemetry in browsers and phones exports by OTLP over HTTP, and
 * hands it on to the collector, so that a trace begins where somebody touched the screen. It takes JSON and protobuf,
 * plain or gzipped, from whoever is signed in, and bounds how much and how often.
 */
export async function serveClientTelemetry(
  http: FastifyInstance,
  options: ClientTelemetryOptions,
): Promise<void> {
  const { config, forwarder, metrics } = options;

  async function take(request: FastifyRequest, reply: FastifyReply, signal: Signal): Promise<FastifyReply> {
    try {
      const viewer = await options.auth.viewerOf(request.headers.authorization);
      if (viewer === null && options.isSignInNeeded)
        throw gatewayError('UNAUTHENTICATED', 'Sign in: telemetry is taken from people alone.', {
          status: 401,
        });
      await count(viewer, request.ip);
      const type = request.headers['content-type']?.split(';', 1)[0]?.trim() ?? '';
      const body = await unpack(request.body as Buffer, request.headers['content-encoding'], config.maxBytes);
      const stamp = stampOf(viewer);
      const stamped = type === JSON_TYPE ? stampJson(signal, body, stamp) : stampProtobuf(body, stamp);
      forwarder.take({ signal, contentType: type, body: stamped });
      // An exporter tries again what was not taken: what was dropped for want of room is better gone.
      return reply.type(type).send(type === JSON_TYPE ? '{}' : Buffer.alloc(0));
    } catch (error) {
      metrics.clientTelemetry(signal, 'refused');
      return refuse(error, request, reply);
    }
  }

  async function count(viewer: Viewer | null, address: string): Promise<void> {
    const keys = [`otlp address ${address}`, ...(viewer === null ? [] : [`otlp viewer ${viewer.id}`])];
    const limit = config.requestsPerMinute;
    const wanted = keys.map((key) => ({ key, needed: 1, limit, windowMs: WINDOW_MS }));
    const refused = await Promise.resolve(options.allowances.spend(wanted)).catch(() => {
      metrics.rateLimited('any', 'uncounted');
      return null;
    });
    if (refused === null) return;
    const { retryAfterMs } = refused;
    throw gatewayError('RESOURCE_EXHAUSTED', `Send telemetry at most ${limit} times a minute.`, {
      status: 429,
      reason: 'RATE_LIMITED',
      extensions: { retryAfterMs },
    });
  }

  await http.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser(
      [JSON_TYPE, PROTOBUF_TYPE],
      { parseAs: 'buffer', bodyLimit: config.maxBytes },
      async (_request: FastifyRequest, body: Buffer) => body,
    );
    for (const signal of ['traces', 'metrics', 'logs'] as const)
      door.post(`/otlp/v1/${signal}`, (request, reply) => take(request, reply, signal));
  });
}

/** As errors of the graph look, so that a client reads them with the same eyes. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal =
    error instanceof NotOtlpError
      ? gatewayError('BAD_REQUEST', `${error.message} Send what an OTLP exporter makes.`, { status: 400 })
      : error;
  if (!(refusal instanceof GraphQLError)) throw refusal;
  const { http, ...extensions } = refusal.extensions as { http?: { status: number }; retryAfterMs?: number };
  if (extensions.retryAfterMs !== undefined)
    reply.header('retry-after', Math.ceil(extensions.retryAfterMs / 1_000));
  return reply
    .code(http?.status ?? 400)
    .type(JSON_TYPE)
    .send({ errors: [{ message: refusal.message, extensions: { ...extensions, requestId: request.id } }] });
}

function stampOf(viewer: Viewer | null): Stamp {
  return {
    'service.namespace': NAMESPACE,
    ...(viewer !== null && { 'fitme.viewer.hash': hashOfViewer(viewer) }),
  };
}

const inflate = promisify(gunzip);

/** A small body may unpack to one that fills the memory: it is not unpacked further than a plain one may be long. */
async function unpack(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip')
    throw gatewayError('BAD_REQUEST', 'Send the body plain, or with content-encoding: gzip.', {
      status: 415,
    });
  try {
    return await inflate(body, { maxOutputLength: maxBytes });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge
      ? gatewayError('BAD_REQUEST', `Send at most ${maxBytes} bytes at a time.`, { status: 413 })
      : gatewayError('BAD_REQUEST', 'The body is not gzip, though its content-encoding says so.', {
          status: 400,
        });
  }
}
