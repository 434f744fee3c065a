import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { Metrics, OperationOutcome } from '#observability/metrics.ts';
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

  async function run(context: GatewayContext, asked: GraphqlRequest, isGet: boolean): Promise<HttpAnswer> {
    const { requestId } = context;
    const startedAt = performance.now();
    let name = asked.operationName;
    const record = (outcome: OperationOutcome, errors: readonly GraphQLFormattedError[]) =>
      recordOperation({ log, metrics }, { context, startedAt, name, outcome, errors });
    try {
      const operation = await engine().operation(asked.query, asked.operationName);
      ({ name } = operation);
      if (context.span) nameOperation(context.span, operation.type, name);
      if (isGet && operation.type !== 'query') throw onlyQueries();
      const { data, errors: faults } = await operation.run(asked.variables, context);
      if (faults.length === 0) {
        record('ok', []);
        return { status: 200, body: `{"data":${data}}\n` };
      }
      const errors = faults.map((fault) => format(toError(fault), requestId));
      record(data === 'null' ? 'error' : 'partial', errors);
      return { status: 200, body: `{"errors":${JSON.stringify(errors)},"data":${data}}\n` };
    } catch (error) {
      const { status, errors } = refusalOf(error, requestId);
      record(status < 500 ? 'refused' : 'error', errors);
      return { status, body: bodyOf(errors) };
    }
  }

  function refusalOf(error: unknown, requestId: string) {
    const errors = error instanceof RefusedError ? error.errors : [toGraphQLError(error)];
    const http = errors[0]?.extensions['http'] as { status?: number } | undefined;
    return { status: http?.status ?? 500, errors: errors.map((each) => format(each, requestId)) };
  }

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
    try {
      preventForgery(request);
      const type = answerType(request);
      const context = await contextOf(request, reply);
      const { status, body } = await run(context, readGraphqlRequest(request), request.method === 'GET');
      if (status === 405) reply.header('allow', 'POST');
      return reply.code(status).type(type).send(body);
    } catch (error) {
      const { status, errors } = refusalOf(error, request.id);
      return reply.code(status).send(bodyOf(errors));
    }
  };
}

interface HttpAnswer {
  status: number;
  /** JSON. */
  body: string;
}

function bodyOf(errors: readonly GraphQLFormattedError[]): string {
  return `${JSON.stringify({ errors })}\n`;
}

function toError({ message, path, extensions }: RunError): GraphQLError {
  return new GraphQLError(message, { extensions, ...(path && { path }) });
}

function onlyQueries(): GraphQLError {
  return gatewayError('BAD_REQUEST', 'GET is for queries: send this operation with POST.', { status: 405 });
}
