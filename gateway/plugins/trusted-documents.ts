import { z } from 'zod';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import { openFileSource } from '../engine/supergraph/file-source.ts';

/** A manifest of documents, in the format of Apollo's tools. */
export type DocumentManifest = z.infer<typeof Manifest>;

/** The documents that a manifest file names at the moment. */
export interface TrustedDocuments {
  /** The text of a document. */
  byId(id: string): string | undefined;
  /** Whether this is the text of one, character by character. */
  hasText(text: string): boolean;
  close(): void;
}

export interface TrustedDocumentsOptions {
  file: string;
  log: Logger;
  metrics: Metrics;
}

/**
 * Reads a manifest, and again whenever its file changes. One that cannot be read is refused as a whole, and the one before
 * it stays.
 *
 * @throws where the first one is refused
 */
export async function openTrustedDocuments({
  file,
  log,
  metrics,
}: TrustedDocumentsOptions): Promise<TrustedDocuments> {
  const source = openFileSource(file);
  let last = await source.read();
  let documents = readManifest(file, last);

  function replace(text: string): void {
    if (text === last) return;
    last = text;
    try {
      documents = readManifest(file, text);
      metrics.trustedDocumentsReload('loaded');
      log.info({ count: documents.byId.size }, 'the trusted documents were replaced');
    } catch (err) {
      metrics.trustedDocumentsReload('refused');
      log.error({ err }, 'a manifest of trusted documents was refused; the one before it stays');
    }
  }

  source.follow({ found: replace, unavailable() {} });
  return {
    byId: (id) => documents.byId.get(id),
    hasText: (text) => documents.texts.has(text),
    close: () => source.close(),
  };
}

const Manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.object({
      id: z.string().min(1),
      name: z.string(),
      type: z.enum(['query', 'mutation', 'subscription']),
      body: z.string().min(1),
    }),
  ),
});

function readManifest(file: string, text: string) {
  const { operations } = parseManifest(file, text);
  const byId = new Map<string, string>();
  for (const { id, body } of operations) {
    if ((byId.get(id) ?? body) !== body) throw new Error(`${file}: two documents have the id ${id}`);
    byId.set(id, body);
  }
  return { byId, texts: new Set(byId.values()) };
}

function parseManifest(file: string, text: string): DocumentManifest {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is no manifest of documents: make one with "npm run operations"`, { cause });
  }
}
