import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#observability/logger.ts';
import type { RunningSpan } from '#observability/tracing.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { OperationRunner } from '../operations/operation-runner.ts';
import type { Auth } from '../request/auth.ts';
import { createContext, type GatewayContext, headerReader } from '../request/context.ts';
import { gatewayError } from '../request/errors.ts';
import { withOperationSpan } from '../request/operation-span.ts';
import { createSendAnswer } from './compression.ts';
import { graphqlHandler } from './graphql-handler.ts';

/** Where the graph is, over HTTP and over WebSocket. */
export const GRAPHQL_PATH = '/graphql';

export interface HttpDoorOptions {
  config: GatewayConfig;
  runner: OperationRunner;
  auth: Auth;
  log: Logger;
}

/** Serves queries and mutations over HTTP. */
export async function serveGraphql(
  http: FastifyInstance,
  { config, runner, auth, log }: HttpDoorOptions,
): Promise<void> {
  const { limits } = config;
  const spans = new WeakMap<FastifyRequest, RunningSpan>();

  async function contextOf(request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> {
    const { authorization } = request.headers;
    const viewer = await auth.viewerOf(authorization);
    const span = spans.get(request);
    const context = createContext({
      requestId: request.id,
      viewer,
      timeoutMs: timeoutOf(request, limits.requestTimeoutMs),
      header: headerReader(
        { authorization, 'x-request-id': request.id, 'x-forwarded-for': request.ip },
        (name) => firstOf(request.headers[name]),
      ),
      ...(span !== undefined && { span }),
    });
    const end = () => {
      if (!reply.raw.writableFinished) context.abort();
      context[Symbol.dispose]();
    };
    // The client may have gone while its token was verified.
    if (reply.raw.closed) end();
    else reply.raw.once('close', end);
    return context;
  }

  const answer = graphqlHandler({
    runner,
    contextOf,
    send: createSendAnswer(config.compressFromLength),
  });
  await http.register(cors, {
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    origin: config.cors.origins.includes('*') ? '*' : [...config.cors.origins],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 3_600,
  });
  http.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  http.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    handler(request, reply) {
      return withOperationSpan(request.id, (span) => {
        spans.set(request, span);
        return answer(request, reply);
      });
    },
  });
  http.setNotFoundHandler((request, reply) => {
    const message = `There is nothing at this path: the graph is at ${GRAPHQL_PATH}.`;
    return sendError(request, reply, 404, message);
  });
  http.setErrorHandler((error: Error & { code?: string; statusCode?: number }, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) log.error({ err: error, requestId: request.id }, 'a request failed');
    return sendError(
      request,
      reply,
      statusCode,
      REFUSALS[error.code ?? ''] ?? GENERAL_REFUSAL[statusCode < 500 ? 0 : 1],
    );
  });
}

/** Ids of requests are ours: one that a client chose could be anybody's. */
export function newRequestId(): string {
  return randomUUID();
}

/** Fastify refuses these before GraphQL sees them. */
const REFUSALS: Record<string, string> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON: send {"query": "...", "variables": {...}}.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty: send {"query": "...", "variables": {...}}.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large: ask for less in one request.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send the body as application/json.',
};
const GENERAL_REFUSAL = [
  'The request cannot be read.',
  'Something went wrong on our side. Try again.',
] as const;

function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  message: string,
): FastifyReply {
  const code = status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
  const error = gatewayError(code, message, { extensions: { requestId: request.id } });
  return reply.code(status).send({ errors: [error] });
}

/** A client may wait for less time than the gateway would take, but not for more. */
function timeoutOf(request: FastifyRequest, longestMs: number): number {
  const asked = Number(firstOf(request.headers['x-timeout-ms']));
  return asked > 0 ? Math.min(asked, longestMs) : longestMs;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
