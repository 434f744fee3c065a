import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { IncrementalFormat } from '../operations/answer-text.ts';

/** How a client takes answers in parts. */
export interface AcceptedMultipart {
  format: IncrementalFormat;
  /** Nothing else: what comes at once is one part, too. */
  isOnly: boolean;
}

/**
 * How a client takes answers in parts; null where it does not, or likes one answer better. `multipart/mixed` without a
 * specification is taken for the one that clients spoke before specifications had names. (negotiator tells no qualities, and
 * takes a client's wildcard for parts too, so that the header is read here.)
 */
export function acceptedMultipart(accept: string | undefined): AcceptedMultipart | null {
  if (accept === undefined) return null;
  let format: IncrementalFormat | undefined;
  let best = 0;
  let whole = 0;
  for (const range of accept.split(',')) {
    const { type, quality, parameters } = readRange(range);
    if (WHOLE.has(type)) whole = Math.max(whole, quality);
    const spoken = type === MULTIPART ? formatOf(parameters) : undefined;
    if (spoken === undefined || quality <= best) continue;
    format = spoken;
    best = quality;
  }
  return format === undefined || best < whole ? null : { format, isOnly: whole === 0 };
}

/** Sends an answer's parts, each a JSON text, as they are made: one at a time, as fast as the client takes them. */
export function sendMultipart(
  reply: FastifyReply,
  format: IncrementalFormat,
  texts: AsyncIterable<string>,
): FastifyReply {
  reply
    .header('content-type', `${MULTIPART}; boundary="-"; ${SPECIFICATIONS[format]}`)
    // Whoever compresses or buffers on the way would hold parts back.
    .header('cache-control', 'no-store, no-transform')
    .header('x-accel-buffering', 'no');
  return reply.send(Readable.from(multipartOf(texts)));
}

const MULTIPART = 'multipart/mixed';
const WHOLE: ReadonlySet<string> = new Set([
  'application/json',
  'application/graphql-response+json',
  'application/*',
  '*/*',
]);
const SPECIFICATIONS: Readonly<Record<IncrementalFormat, string>> = {
  '20220824': 'deferSpec=20220824',
  'v0.2': 'incrementalSpec=v0.2',
};

/** The delimiter follows a part at once: clients read up to it before they show anything. */
async function* multipartOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const text of texts) {
    yield isFirst ? `\r\n---${partOf(text)}` : partOf(text);
    isFirst = false;
  }
  yield '--\r\n';
}

function partOf(json: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n---`;
}

function formatOf(parameters: ReadonlyMap<string, string>): IncrementalFormat | undefined {
  const defer = parameters.get('deferspec');
  const incremental = parameters.get('incrementalspec');
  if (incremental !== undefined) return incremental === 'v0.2' ? 'v0.2' : undefined;
  // Subscriptions have a multipart protocol of their own.
  if (parameters.has('subscriptionspec')) return undefined;
  return defer === undefined || defer === '20220824' ? '20220824' : undefined;
}

function readRange(range: string) {
  const [type = '', ...given] = range.split(';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  for (const each of given) {
    const [name = '', value = ''] = each.split('=', 2).map((part) => part.trim());
    parameters.set(name.toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), quality: quality >= 0 && quality <= 1 ? quality : 0, parameters };
}
