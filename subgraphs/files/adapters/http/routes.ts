import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { addObjectRoutes, type ObjectRouteParts } from './objects.ts';
import { addResumableRoutes } from './resumable.ts';

export interface RouteParts extends Omit<ObjectRouteParts, 'directory'> {
  /** Where objects are files of this machine; null where clients read and write them elsewhere. */
  directory: string | null;
}

/** The routes that signed URLs lead to, under /files/. A URL is all that it takes: no token, no cookie. */
export function addRoutes(http: FastifyInstance, { directory, ...parts }: RouteParts): void {
  // Any page may use a URL that it was given; nothing else is in reach of its requests.
  http.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'PUT', 'PATCH', 'OPTIONS'],
    exposedHeaders: ['Accept-Ranges', 'Content-Range', 'Tus-Resumable', 'Upload-Length', 'Upload-Offset'],
  });
  // Bodies are streams, whatever their type says.
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  addResumableRoutes(http, parts);
  if (directory !== null) addObjectRoutes(http, { ...parts, directory });
}
