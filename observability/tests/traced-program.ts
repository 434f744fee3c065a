/**
 * A process of a small network that register.test.ts starts under register.ts, built of the same libraries as the real ones:
 * edge (Fastify, undici) → graph (Fastify, Apollo Server, pg, ioredis) → backend (gRPC).
 * Usage: traced-program.ts <role> <URL of the next>; prints its port, and ends when its standard input does.
 */
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import * as grpc from '@grpc/grpc-js';
import Fastify, { type FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type Dispatcher, Pool, request } from 'undici';
import { createLogger } from '../logger.ts';
import { shutdownTelemetry } from '../running-telemetry.ts';
import { traceRequests } from '../server-requests.ts';
import { currentTraceparent, withSpan } from '../tracing.ts';

const ECHO = {
  Echo: {
    path: '/fitme.test.v1.EchoService/Echo',
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  },
} satisfies grpc.ServiceDefinition;

const roles: Record<string, (next: URL) => Promise<number>> = { edge, graph, backend };
const [role = '', next = 'http://localhost'] = process.argv.slice(2);

const port = await roles[role]?.(new URL(next));
process.stdout.write(`${port}\n`);
process.stdin.resume().once('end', async () => {
  await shutdownTelemetry();
  process.exit(0);
});

async function edge(graphUrl: URL): Promise<number> {
  const app = Fastify();
  traceRequests(app);
  const log = createLogger({ level: 'info', name: 'edge' }, { write: (line) => process.stderr.write(line) });
  const pool = new Pool(graphUrl.origin);
  const clients: Record<string, (options: Dispatcher.RequestOptions) => Promise<string>> = {
    pool: async (options) => (await pool.request(options)).body.text(),
    request: async ({ path, ...options }) => (await request(new URL(path, graphUrl), options)).body.text(),
    dispatch: (options) => dispatchText(pool, options),
    get: async ({ body }) => {
      const { query, variables } = JSON.parse(String(body));
      const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
      const headers = { 'apollo-require-preflight': '1' };
      return (await request(new URL(`/graphql?${search}`, graphUrl), { headers })).body.text();
    },
  };
  app.post<{ Params: { client: string } }>('/:client', (incoming) =>
    withSpan('gateway.operation', { attributes: { 'fitme.request.id': incoming.id } }, async () => {
      const careless = { requestId: incoming.id, password: 'hunter2' };
      log.info(careless, 'operation received');
      return clients[incoming.params.client]?.({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(incoming.body),
      });
    }),
  );
  return listen(app);
}

/** undici's lowest door, which the gateway's engine uses. */
function dispatchText(pool: Pool, options: Dispatcher.DispatchOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  pool.dispatch(options, {
    onRequestStart: () => undefined,
    onResponseStart: () => undefined,
    onResponseData: (_controller, chunk) => chunks.push(chunk),
    onResponseEnd: () => resolve(Buffer.concat(chunks).toString()),
    onResponseError: (_controller, error) => reject(error),
  });
  return promise;
}

async function graph(backendUrl: URL): Promise<number> {
  const database = new pg.Pool({ connectionString: backendUrl.searchParams.get('database') ?? '' });
  const redis = new Redis(backendUrl.searchParams.get('redis') ?? '', { enableReadyCheck: false });
  const EchoClient = grpc.makeGenericClientConstructor(ECHO, 'EchoService');
  const client = new EchoClient(backendUrl.host, grpc.credentials.createInsecure());
  const apollo = new ApolloServer({
    typeDefs: 'type Query { echo(text: String!): String! fail(sql: String!): String }',
    resolvers: {
      Query: {
        async echo(_parent: unknown, { text }: { text: string }) {
          await database.query("SELECT $1::text, 'literal'", [text]);
          await redis.set(`key:${text}`, text);
          return echo(client, text);
        },
        fail: (_parent: unknown, { sql }: { sql: string }) => database.query('SELECT $1::uuid', [sql]),
      },
    },
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  // Work outside any trace, as a relay's polling: it must leave no span.
  await database.query('SELECT 1');
  const app = Fastify();
  traceRequests(app);
  app.route({ url: '/graphql', method: ['GET', 'POST'], handler: fastifyApolloHandler(apollo) });
  return listen(app);
}

function echo(client: grpc.Client, text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const call = client['Echo' as keyof grpc.Client] as unknown as EchoCall;
  call.call(client, Buffer.from(text), (error, reply) => (error ? reject(error) : resolve(String(reply))));
  return promise;
}

type EchoCall = (
  this: grpc.Client,
  request: Buffer,
  done: (error: grpc.ServiceError | null, reply?: Buffer) => void,
) => void;

async function backend(): Promise<number> {
  const server = new grpc.Server();
  server.addService(ECHO, {
    Echo: (_call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) =>
      withSpan('EchoService.Echo', { attributes: { 'fitme.rpc.door': 'grpc' } }, () =>
        done(null, Buffer.from(currentTraceparent() ?? 'no trace')),
      ),
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
    error ? reject(error) : resolve(bound),
  );
  return promise;
}

async function listen(app: FastifyInstance): Promise<number> {
  app.get('/healthz', async () => 'ok');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
