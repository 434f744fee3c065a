import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalStore } from '../adapters/objects/local-store.ts';
import type { ObjectStore } from '../adapters/objects/object-store.ts';
import { createS3Store } from '../adapters/objects/s3-store.ts';
import { createSignedUrls } from '../adapters/signed-urls.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'fitme-objects-'));
let s3: S3Server;
let stores: Record<'local' | 's3', ObjectStore>;

beforeAll(async () => {
  s3 = await startS3Server();
  const urls = createSignedUrls({ secret: 'x'.repeat(32), baseUrl: () => 'http://localhost', now: Date.now });
  stores = { local: createLocalStore(directory, urls), s3: createS3Store(s3.config, Date.now) };
});

afterAll(async () => {
  stores?.s3.close();
  await s3?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A place of its own for each test. */
function folder(): string {
  return `uploads/${randomUUID()}/`;
}

async function bytesAt(store: ObjectStore, key: string): Promise<Buffer | null> {
  const stream = await store.read(key);
  return stream === null ? null : buffer(stream);
}

describe.each(['local', 's3'] as const)('the %s store', (name) => {
  it('answers what was written, from a buffer or a stream', async () => {
    const store = stores[name];
    const key = `${folder()}whole`;
    const large = randomBytes(3 * 1_024 * 1_024);
    await store.write(key, Buffer.from('small'), 5);
    expect((await bytesAt(store, key))?.toString()).toBe('small');
    const chunks = Array.from({ length: 48 }, (_, index) =>
      large.subarray(index * 65_536, (index + 1) * 65_536),
    );
    await store.write(key, Readable.from(chunks, { objectMode: false }), large.length);
    expect((await bytesAt(store, key))?.equals(large)).toBe(true);
    expect(await store.sizeOf(key)).toBe(large.length);
  });

  it('fails where a stream breaks, or has another size than it was to have', async () => {
    const store = stores[name];
    const key = `${folder()}whole`;
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('the connection broke');
      })(),
      { objectMode: false },
    );
    await expect(store.write(key, broken, 8)).rejects.toThrow();
    await expect(store.write(key, Readable.from([Buffer.from('12345')]), 4)).rejects.toThrow();
    await expect(store.write(key, Readable.from([Buffer.from('123')]), 4)).rejects.toThrow();
    // S3 keeps nothing of a request that broke; the server of this test does.
    if (name === 'local') expect(await store.read(key)).toBeNull();
  });

  it('knows of no object that was not written', async () => {
    const store = stores[name];
    const key = `${folder()}whole`;
    expect(await store.read(key)).toBeNull();
    expect(await store.sizeOf(key)).toBeNull();
  });

  it('lists what lies under a prefix, sorted, and nothing else', async () => {
    const store = stores[name];
    const prefix = folder();
    for (const part of ['parts/000000000010', 'parts/000000000000', 'whole'])
      await store.write(`${prefix}${part}`, Buffer.from(part), part.length);
    await store.write(`${folder()}whole`, Buffer.from('of another'), 10);
    expect(await store.list(`${prefix}parts/`)).toEqual([
      { key: `${prefix}parts/000000000000`, sizeBytes: 18 },
      { key: `${prefix}parts/000000000010`, sizeBytes: 18 },
    ]);
    expect(await store.list(prefix)).toHaveLength(3);
    expect(await store.list(folder())).toEqual([]);
  });

  it('deletes, also what is not there', async () => {
    const store = stores[name];
    const prefix = folder();
    await store.write(`${prefix}whole`, Buffer.from('gone soon'), 9);
    await store.delete([`${prefix}whole`, `${prefix}never`]);
    expect(await store.list(prefix)).toEqual([]);
    await store.delete([`${prefix}whole`]);
  });
});
