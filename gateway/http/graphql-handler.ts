import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerText, followingTexts } from '../operations/answer-text.ts';
import type { OperationRunner } from '../operations/operation-runner.ts';
import type { Answer, Refused } from '../operations/runner-result.ts';
import type { GatewayContext } from '../request/context.ts';
import { type SendAnswer, vary } from './compression.ts';
import { answerFormat, JSON_FORMAT, preventForgery, readGraphqlRequest } from './graphql-over-http.ts';
import { type AcceptedMultipart, acceptedMultipart, sendMultipart } from './multipart.ts';

export interface GraphqlHandlerOptions {
  runner: OperationRunner;
  contextOf(request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext>;
  send: SendAnswer;
}

/** Answers GraphQL over HTTP. */
export function graphqlHandler({ runner, contextOf, send }: GraphqlHandlerOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
    try {
      preventForgery(request);
      const multipart = acceptedMultipart(request.headers.accept);
      const { contentType, isLegacy } = multipart?.isOnly ? JSON_FORMAT : answerFormat(request);
      const asked = readGraphqlRequest(request);
      const context = await contextOf(request, reply);
      const result = await runner.run(asked, context, {
        isReadOnly: request.method === 'GET',
        takesParts: multipart !== null,
      });
      const status = result.kind === 'refused' ? writeRefusal(reply, result) : writeHeaders(reply, result);
      reply.code(isLegacy && status === 400 ? 200 : status).type(contentType);
      if (multipart && takesMultipart(multipart, result))
        return await sendMultipart(reply, multipart.format, textsOf(result, multipart));
      return await send(request, reply, `${textOf(result)}\n`);
    } catch (error) {
      const refused = runner.refuse(error, request.id);
      return reply.code(refused.status).send(`${textOf(refused)}\n`);
    }
  };
}

/** Answers the status. */
function writeRefusal(reply: FastifyReply, { status, retryAfterMs }: Refused): number {
  if (status === 405) reply.header('allow', 'POST');
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  return status;
}

/** Answers the status. */
function writeHeaders(reply: FastifyReply, { cacheControl }: Answer): number {
  if (cacheControl !== undefined) {
    reply.header('cache-control', cacheControl);
    vary(reply, 'accept, authorization');
  }
  return 200;
}

/** Whoever takes nothing but parts gets an answer as one. */
function takesMultipart({ isOnly }: AcceptedMultipart, result: Refused | Answer): boolean {
  if (result.kind === 'answer') return isOnly || result.parts !== undefined;
  return isOnly && result.status === 200;
}

function textOf(result: Refused | Answer): string {
  return result.kind === 'answer' ? answerText(result) : JSON.stringify({ errors: result.errors });
}

async function* textsOf(result: Refused | Answer, { format }: AcceptedMultipart): AsyncGenerator<string> {
  if (result.kind === 'refused' || result.parts === undefined) return yield `${textOf(result)}\n`;
  yield answerText(result, format);
  yield* followingTexts(result.parts, format);
}
