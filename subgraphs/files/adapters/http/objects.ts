import type { Readable } from 'node:stream';
import { send } from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../../store/store.ts';
import { uploadOf } from '../objects/keys.ts';
import { keyIn } from '../objects/local-store.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { SizeError } from '../objects/sized-stream.ts';
import type { Claims, SignedUrls } from '../signed-urls.ts';
import { refuse, refuseUrl } from './refusals.ts';

export interface ObjectRouteParts {
  urls: SignedUrls;
  store: Store;
  objects: ObjectStore;
  /** Where the objects are files. */
  directory: string;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** What a browser is told of every object: to take it for what it is called, and to run nothing of it. */
const SAFE_HEADERS = {
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Reads and writes objects of a local directory, as an S3 API does it. */
export function addObjectRoutes(http: FastifyInstance, parts: ObjectRouteParts): void {
  http.get('/objects/*', (request, reply) =>
    answer(request, reply, 'GET', parts, (key, claims) => read(request, reply, { key, claims, parts })),
  );
  http.put('/objects/*', (request, reply) =>
    answer(request, reply, 'PUT', parts, (key, claims) => write(request, reply, { key, claims, parts })),
  );
}

interface SignedRequest {
  key: string;
  claims: Claims;
  parts: ObjectRouteParts;
}

async function answer(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  method: 'GET' | 'PUT',
  { urls }: ObjectRouteParts,
  serve: (key: string, claims: Claims) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const verdict = urls.verify(method, raw.url ?? '');
  if ('refusal' in verdict) return refuseUrl(reply, verdict.refusal);
  // Only what was signed here comes so far: the path is a key that keys.ts has made.
  return serve(keyIn(raw.url ?? ''), verdict.claims);
}

async function read(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  { key, claims, parts }: SignedRequest,
): Promise<FastifyReply> {
  const found = await send(raw, `/${key}`, {
    root: parts.directory,
    cacheControl: false,
    contentType: false,
    dotfiles: 'deny',
    index: false,
  });
  if (found.type !== 'file' && found.statusCode !== 304) {
    if (found.statusCode !== 416) return refuse(reply, 404, 'There is no such file any more.');
    return refuse(reply.headers(rangeOf(found.headers)), 416, 'The file ends before this range.');
  }
  const remaining = Math.max(0, Math.floor(Number(claims['expires']) - parts.now() / 1_000));
  return reply
    .code(found.statusCode)
    .headers(found.headers)
    .headers(SAFE_HEADERS)
    .headers({
      'cache-control': `private, max-age=${remaining}`,
      'content-disposition': claims['disposition'] ?? 'attachment',
      'content-type': claims['type'] ?? 'application/octet-stream',
    })
    .send(found.stream);
}

function rangeOf(headers: Record<string, string>): Record<string, string> {
  const range = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-range');
  return range === undefined ? {} : { 'content-range': range[1] };
}

async function write(
  request: FastifyRequest,
  reply: FastifyReply,
  { key, claims, parts }: SignedRequest,
): Promise<FastifyReply> {
  const sizeBytes = Number(claims['size']);
  const announced = request.headers['content-length'];
  if (announced === undefined) return refuse(reply, 411, 'Send the header Content-Length.');
  if (Number(announced) !== sizeBytes) {
    return refuse(
      reply,
      413,
      `Send exactly the ${sizeBytes} bytes that were announced, or start another upload.`,
    );
  }
  if (request.headers['content-type'] !== claims['type']) {
    return refuse(
      reply,
      415,
      `Send the header Content-Type: ${claims['type']}, as the upload's answer says.`,
    );
  }
  const [file] = await parts.store.files.get([uploadOf(key) ?? '']);
  if (file?.state !== 'UPLOADING') return refuse(reply, 409, 'This upload is over: start another one.');
  try {
    await parts.objects.write(key, request.body as Readable, sizeBytes);
  } catch (error) {
    if (!(error instanceof SizeError)) throw error;
    return refuse(reply, 400, `The body broke off: ${error.message}. Send it again.`);
  }
  return reply.code(200).send();
}
