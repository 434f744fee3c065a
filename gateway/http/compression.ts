import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** Compresses the answers of a door. */
export type SendAnswer = (
  request: FastifyRequest,
  reply: FastifyReply,
  body: string,
) => Promise<FastifyReply>;

/**
 * Sends answers, compressed where the client takes it and the answer has at least this many characters.
 *
 * What is written is known only to whoever asked: tokens do not come in cookies, and a page of another origin cannot
 * send requests, so that lengths give nothing away (BREACH).
 *
 * @param fromLength 0 for never
 */
export function createSendAnswer(fromLength: number): SendAnswer {
  return async (request, reply, body) => {
    if (fromLength === 0 || body.length < fromLength) return reply.send(body);
    vary(reply, 'accept-encoding');
    const encoding = encodingOf(request.headers['accept-encoding']);
    if (encoding === undefined) return reply.send(body);
    const compressed = await COMPRESS[encoding](body);
    return reply.header('content-encoding', encoding).send(compressed);
  };
}

/** Names a header of the request on which the answer depends, beside those that were named before. */
export function vary(reply: FastifyReply, name: string): void {
  const named = reply.getHeader('vary');
  reply.header('vary', named === undefined ? name : `${named}, ${name}`);
}

type Encoding = keyof typeof COMPRESS;

/**
 * Off the event loop. Brotli at 3 costs what gzip at 1 does and leaves a tenth less; at its default of 11 it costs a
 * hundred times as much.
 */
const COMPRESS = {
  br: (body: string) => brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
  gzip: (body: string) => deflate(body, { level: 1 }),
};
const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Chooses the cheaper one of those that the client takes: a client's own preference seldom is one. */
function encodingOf(accepted: string | string[] | undefined): Encoding | undefined {
  const headers = { 'accept-encoding': String(accepted ?? '') };
  const taken = new Negotiator({ headers }).encodings(ENCODINGS);
  return ENCODINGS.find((encoding) => taken.includes(encoding));
}

const ENCODINGS: readonly Encoding[] = ['br', 'gzip'];
