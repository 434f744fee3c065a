import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type GraphQLSchema, isObjectType, parse } from 'graphql';
import type { IncomingCall } from '../call.ts';
import type { GraphDefinition } from '../domain.ts';
import { DomainError } from '../errors.ts';
import type { TokenVerifier } from '../tokens/verifier.ts';
import { formatSubgraphError } from './errors.ts';
import { SCALARS } from './scalars.ts';

/**
 * Of the documents that are kept parsed, as JSON; in memory they take four times that. Some thousand, where the gateway sends
 * some hundred: what Apollo Server keeps unless told, 30 MiB, is more than a process of several domains has to spare.
 */
const DOCUMENTS_KEPT_BYTES = 2 * 1024 * 1024;

/** How long a request may take that names no time of its own, milliseconds. */
const DEFAULT_TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 60_000;

export interface SubgraphOptions {
  domain: string;
  graph: GraphDefinition<object>;
  verifier: TokenVerifier;
}

/** Serves a domain's subgraph at /<domain>/graphql. Answers null a function that stops it. */
export async function serveSubgraph(
  fastify: FastifyInstance,
  { domain, graph, verifier }: SubgraphOptions,
): Promise<() => Promise<void>> {
  const server = new ApolloServer<object>({
    schema: buildSchema(domain, graph.resolvers),
    formatError: formatSubgraphError,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // Subgraphs answer the gateway, which guards against browsers.
    csrfPrevention: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    documentStore: new InMemoryLRUCache({ maxSize: DOCUMENTS_KEPT_BYTES }),
  });
  await server.start();
  fastify.route({
    method: 'POST',
    url: `/${domain}/graphql`,
    handler: fastifyApolloHandler(server, {
      context: async (request, reply) => {
        const call = incomingFromHttp(request, reply);
        const authorization = call.header('authorization');
        // A token that does not hold is refused by the pipeline, method by method: signing in needs none.
        const viewer =
          authorization === undefined ? null : await verifier.verifyHeader(authorization).catch(() => null);
        return graph.createContext(call, viewer);
      },
    }),
  });
  return () => server.stop();
}

/** A request to a subgraph as the pipeline sees it. The header x-timeout-ms says how long its caller still waits. */
export function incomingFromHttp(request: FastifyRequest, reply: FastifyReply): IncomingCall {
  const timeoutMs = timeoutOf(request.headers['x-timeout-ms']);
  const controller = new AbortController();
  const late = () => controller.abort(new DomainError('DEADLINE_EXCEEDED', 'The deadline passed.'));
  const timer = setTimeout(late, timeoutMs);
  reply.raw.once('close', () => {
    clearTimeout(timer);
    if (!reply.raw.writableFinished) controller.abort(new DomainError('CANCELLED', 'The caller went away.'));
  });
  return {
    door: 'graphql',
    header: (name) => firstOf(request.headers[name]),
    deadline: Date.now() + timeoutMs,
    signal: controller.signal,
    address: request.ip,
  };
}

/**
 * The executable schema of schema/<domain>.graphql.
 *
 * @throws where a resolver is missing for a field of Query, Mutation, or with arguments: those have no default
 */
export function buildSchema(domain: string, resolvers: object): GraphQLSchema {
  const sdl = readFileSync(fileURLToPath(new URL(`../../schema/${domain}.graphql`, import.meta.url)), 'utf8');
  const typeDefs = parse(sdl);
  const declared = new Set(
    typeDefs.definitions.map((node) => ('name' in node ? node.name?.value : undefined)),
  );
  const scalars = Object.fromEntries(Object.entries(SCALARS).filter(([name]) => declared.has(name)));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: { ...scalars, ...resolvers } }]);
  const missing = fieldsWithoutResolver(schema);
  if (missing.length > 0) throw new Error(`${domain}: no resolver for ${missing.join(', ')}`);
  return schema;
}

function fieldsWithoutResolver(schema: GraphQLSchema): string[] {
  const roots = ['Query', 'Mutation'];
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('_'))
    .flatMap((type) =>
      isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : [],
    )
    .filter(
      ({ type, field }) =>
        (roots.includes(type.name) || field.args.length > 0) && field.resolve === undefined,
    )
    .filter(({ field }) => !field.name.startsWith('_'))
    .map(({ type, field }) => `${type.name}.${field.name}`);
}

function timeoutOf(header: string | string[] | undefined): number {
  const given = Number(firstOf(header));
  return given > 0 ? Math.min(given, LONGEST_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
