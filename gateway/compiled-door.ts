import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from './context.ts';
import { answerType, preventForgery, readGraphqlRequest } from './graphql-over-http.ts';
import type { OperationRunner } from './operation-runner.ts';

export interface CompiledDoorOptions {
  runner: OperationRunner;
  contextOf(request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext>;
}

/** Answers GraphQL over HTTP with the compiled engine. */
export function compiledHandler({ runner, contextOf }: CompiledDoorOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
    try {
      preventForgery(request);
      const type = answerType(request);
      const context = await contextOf(request, reply);
      const allowed = request.method === 'GET' ? 'queries' : 'queries and mutations';
      const { status, body } = await runner.run(readGraphqlRequest(request), context, allowed);
      if (status === 405) reply.header('allow', 'POST');
      return reply.code(status).type(type).send(body);
    } catch (error) {
      const { status, body } = runner.refuse(error, request.id);
      return reply.code(status).send(body);
    }
  };
}
