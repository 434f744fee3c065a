import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationRunner } from '../operations/operation-runner.ts';
import type { GatewayContext } from '../request/context.ts';
import { type SendAnswer, vary } from './compression.ts';
import { answerFormat, JSON_FORMAT, preventForgery, readGraphqlRequest } from './graphql-over-http.ts';
import { acceptedMultipart, sendMultipart } from './multipart.ts';

export interface CompiledDoorOptions {
  runner: OperationRunner;
  contextOf(request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext>;
  send: SendAnswer;
}

/** Answers GraphQL over HTTP with the compiled engine. */
export function compiledHandler({ runner, contextOf, send }: CompiledDoorOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
    try {
      preventForgery(request);
      const multipart = acceptedMultipart(request.headers.accept);
      const { contentType, isLegacy } = multipart?.isOnly ? JSON_FORMAT : answerFormat(request);
      const asked = readGraphqlRequest(request);
      const context = await contextOf(request, reply);
      const allowed = request.method === 'GET' ? 'queries' : 'queries and mutations';
      const { status, body, more, cacheControl, retryAfterMs } = await runner.run(
        asked,
        context,
        allowed,
        multipart?.format,
      );
      if (cacheControl !== undefined) {
        reply.header('cache-control', cacheControl);
        vary(reply, 'accept, authorization');
      }
      if (status === 405) reply.header('allow', 'POST');
      if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
      reply.code(isLegacy && status === 400 ? 200 : status).type(contentType);
      if (multipart && (more || (multipart.isOnly && status === 200)))
        return await sendMultipart(reply, multipart.format, { body, more });
      return await send(request, reply, body);
    } catch (error) {
      const { status, body } = runner.refuse(error, request.id);
      return reply.code(status).send(body);
    }
  };
}
