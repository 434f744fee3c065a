import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { GatewayContext } from './context.ts';
import type { Engine } from './engine/engine.ts';
import { RefusedError } from './engine/refused.ts';
import type { RunError } from './engine/run.ts';
import { formatError, gatewayError, toGraphQLError } from './errors.ts';
import { answerType, type GraphqlRequest, preventForgery, readGraphqlRequest } from './graphql-over-http.ts';
import { nameOperation } from './operation-span.ts';
import { recordOperation } from './plugins/use-operation-log.ts';
import { withRequestId } from './plugins/use-request-id.ts';

export interface CompiledDoorOptions {
  /** Of the supergraph that is served at the moment. */
  engine(): Engine;
  contextOf(request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext>;
  log: Logger;
  metrics: Metrics;
}

/** Answers GraphQL over HTTP with the compiled engine. */
export function compiledHandler({ engine, contextOf, log, metrics }: CompiledDoorOptions) {
  const onBug = (err: unknown) => log.error({ err }, 'an operation failed');
  const format = (error: GraphQLError, requestId: string) =>
    withRequestId(formatError(error.toJSON(), error, onBug), requestId);

  async function run(context: GatewayContext, asked: GraphqlRequest, isGet: boolean): Promise<string> {
    const { requestId } = context;
    const startedAt = performance.now();
    let name = asked.operationName;
    try {
      const operation = await engine().operation(asked.query, asked.operationName);
      ({ name } = operation);
      if (context.span) nameOperation(context.span, operation.type, name);
      if (isGet && operation.type !== 'query') throw onlyQueries();
      const result = await operation.run(asked.variables, context);
      const errors = result.errors.map((error) => format(toError(error), requestId));
      const partial = result.data === 'null' ? 'error' : 'partial';
      const outcome = errors.length === 0 ? 'ok' : partial;
      recordOperation({ log, metrics }, { context, startedAt, name, outcome, errors });
      return errors.length === 0
        ? `{"data":${result.data}}\n`
        : `{"errors":${JSON.stringify(errors)},"data":${result.data}}\n`;
    } catch (error) {
      const errors = errorsOf(error).map((each) => format(each, requestId));
      recordOperation({ log, metrics }, { context, startedAt, name, outcome: 'refused', errors });
      throw error;
    }
  }

  function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
    const errors = errorsOf(error);
    const http = errors[0]?.extensions['http'] as { status?: number } | undefined;
    const status = http?.status ?? 500;
    if (status === 405) reply.header('allow', 'POST');
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send(`${JSON.stringify({ errors: errors.map((each) => format(each, request.id)) })}\n`);
  }

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      preventForgery(request);
      const type = answerType(request);
      const context = await contextOf(request, reply);
      const asked = readGraphqlRequest(request);
      const body = await run(context, asked, request.method === 'GET');
      return reply.header('cache-control', 'no-store').type(type).send(body);
    } catch (error) {
      return refuse(request, reply, error);
    }
  };
}

function errorsOf(error: unknown): readonly GraphQLError[] {
  return error instanceof RefusedError ? error.errors : [toGraphQLError(error)];
}

function toError({ message, path, extensions }: RunError): GraphQLError {
  return new GraphQLError(message, { extensions, ...(path && { path }) });
}

function onlyQueries(): GraphQLError {
  return gatewayError('BAD_REQUEST', 'GET is for queries: send this operation with POST.', { status: 405 });
}
