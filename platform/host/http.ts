import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { Metrics } from '#observability/metrics.ts';
import { traceRequests } from '#observability/server-requests.ts';

interface HttpServerOptions {
  /** Addresses whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  metrics: Metrics;
  /** What keeps the process from being ready, in words; none where it is. */
  unready(): Promise<string[]>;
  /** Further options of the server, for example the largest body. */
  server?: FastifyServerOptions;
}

/** An HTTP server with the routes that operators look for: /healthz, /readyz, /metrics. */
export function createHttpServer({
  trustedProxies,
  metrics,
  unready,
  server,
}: HttpServerOptions): FastifyInstance {
  const fastify = Fastify({
    // Its own request lines would hold URLs, and with them what clients ask: no logger.
    trustProxy: [...trustedProxies],
    bodyLimit: 4 * 1024 * 1024,
    forceCloseConnections: 'idle',
    ...server,
  });
  traceRequests(fastify);
  fastify.get('/healthz', () => ({ status: 'ok' }));
  fastify.get('/readyz', async (_request, reply) => {
    const reasons = await unready();
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .send({ status: reasons.length === 0 ? 'ready' : 'unready', reasons });
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.render()),
  );
  return fastify;
}
