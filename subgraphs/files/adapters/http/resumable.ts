import { Server } from '@tus/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../../store/store.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { SignedUrls } from '../signed-urls.ts';
import { refuseUrl } from './refusals.ts';
import { createResumableStore } from './resumable-store.ts';

/** Where a resumable upload goes on. */
export function resumablePath(fileId: string): string {
  return `/files/resumable/${fileId}`;
}

/**
 * The tus protocol, version 1.0.0, for uploads that StartFileUpload has created: HEAD and PATCH. Uploads are neither created
 * nor deleted here, so that quota and metadata have one door.
 */
export function addResumableRoutes(
  http: FastifyInstance,
  { urls, store, objects }: { urls: SignedUrls; store: Store; objects: ObjectStore },
): void {
  const tus = new Server({
    path: '/files/resumable',
    datastore: createResumableStore(store, objects),
    getFileIdFromRequest: ({ url }) => new URL(url).pathname.split('/').at(-1) ?? '',
  });

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const verdict = urls.verify('PATCH', request.raw.url ?? '');
    if ('refusal' in verdict) return refuseUrl(reply, verdict.refusal);
    reply.hijack();
    await tus.handle(request.raw, reply.raw);
    return reply;
  }

  http.route({ method: ['HEAD', 'PATCH'], url: '/resumable/:fileId', handler: handle });
}
