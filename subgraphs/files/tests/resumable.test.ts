import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import { sha256Of, startWorld, type World } from './world.ts';

const storeNames = ['local', 's3'] as const;
const MIB = 1_024 * 1_024;

/** What begins as an MP4 does, and goes on as it likes. */
const film = Buffer.concat([Buffer.from('00000020667479706d70343200000000', 'hex'), randomBytes(20 * MIB)]);
const announcement = {
  name: 'squat.mp4',
  contentType: 'video/mp4',
  purpose: 'FILE_PURPOSE_TUTORIAL',
  method: 'FILE_UPLOAD_METHOD_RESUMABLE',
} as const;

let s3: S3Server;
let worlds: Record<(typeof storeNames)[number], World>;
let people: Record<(typeof storeNames)[number], Person>;

beforeAll(async () => {
  s3 = await startS3Server();
  worlds = { local: await startWorld(), s3: await startWorld({ environment: s3.environment }) };
  people = { local: await worlds.local.signUp('Ada'), s3: await worlds.s3.signUp('Ada') };
});

afterAll(async () => {
  await worlds?.local.close();
  await worlds?.s3.close();
  await s3?.close();
});

/** Sends a file with a tus client; one that is told to stop does so after its first part. */
function send(uploadUrl: string, bytes: Buffer, { stopEarly = false } = {}): Promise<'sent' | 'stopped'> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      uploadUrl,
      chunkSize: 9 * MIB,
      retryDelays: null,
      onError: reject,
      onSuccess: () => resolve('sent'),
      onChunkComplete() {
        if (stopEarly) upload.abort().then(() => resolve('stopped'), reject);
      },
    });
    upload.start();
  });
}

async function offsetAt(url: string): Promise<number> {
  const { headers } = await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
  return Number(headers.get('upload-offset') ?? Number.NaN);
}

function patch(url: string, offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = {
    'tus-resumable': '1.0.0',
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
  };
  return fetch(url, { method: 'PATCH', headers, body: bytes });
}

describe.each(storeNames)('a resumable upload to the %s store', (name) => {
  it('goes on where it was stopped, and becomes one file', async () => {
    const [world, ada] = [worlds[name], people[name]];
    const { file, upload } = await world.start(ada, film, announcement);
    expect(await send(upload.url, film, { stopEarly: true })).toBe('stopped');
    const came = await offsetAt(upload.url);
    expect(came).toBeGreaterThanOrEqual(9 * MIB);
    expect(came).toBeLessThan(film.length);
    const early = world.as(ada).completeFileUpload({ fileId: file.id });
    expect(await refusalOf(early)).toMatchObject({
      code: 'FAILED_PRECONDITION',
      fields: [{ path: 'fileId' }],
    });
    expect(await send(upload.url, film)).toBe('sent');
    const completed = await world.as(ada).completeFileUpload({ fileId: file.id });
    expect(completed.file).toMatchObject({
      state: 'FILE_STATE_READY',
      contentType: 'video/mp4',
      sha256: sha256Of(film),
      thumbnails: [],
    });
    const middle = await fetch(completed.file?.download?.url ?? '', {
      headers: { range: `bytes=${10 * MIB}-${10 * MIB + 99}` },
    });
    expect(film.subarray(10 * MIB, 10 * MIB + 100).equals(await middle.bytes())).toBe(true);
    expect(await offsetAt(upload.url)).toBeNaN();
  });

  it('keeps what came before a connection broke', async () => {
    const bytes = film.subarray(0, 3 * MIB);
    const { file, upload } = await worlds[name].start(people[name], bytes, announcement);
    const broken = request(upload.url, {
      method: 'PATCH',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        'content-length': String(bytes.length),
      },
    });
    const closed = new Promise((resolve) => broken.on('error', () => undefined).once('close', resolve));
    broken.write(bytes.subarray(0, 2 * MIB), () => broken.destroy());
    await closed;
    // What was on its way when the connection broke arrives, or not; then it stands still.
    await expect.poll(() => offsetAt(upload.url)).toBeGreaterThan(0);
    const came = await offsetAt(upload.url);
    expect(came).toBeLessThanOrEqual(2 * MIB);
    expect((await patch(upload.url, came, new Uint8Array(bytes.subarray(came)))).status).toBe(204);
    const completed = await worlds[name].as(people[name]).completeFileUpload({ fileId: file.id });
    expect(completed.file?.sha256).toBe(sha256Of(bytes));
  });
});

describe('the tus protocol', () => {
  it('refuses an offset that is not where the upload stands, and more bytes than were announced', async () => {
    const bytes = film.subarray(0, 1_000);
    const { upload } = await worlds.local.start(people.local, bytes, announcement);
    expect((await patch(upload.url, 10, new Uint8Array(100))).status).toBe(409);
    expect((await patch(upload.url, 0, new Uint8Array(1_001))).status).toBe(413);
    expect((await patch(upload.url, 0, new Uint8Array(bytes.subarray(0, 400)))).status).toBe(204);
    expect((await patch(upload.url, 0, new Uint8Array(400))).status).toBe(409);
    expect(await offsetAt(upload.url)).toBe(400);
  });

  it('has one door for creations and deletions, which is not this one', async () => {
    const { file, upload } = await worlds.local.start(people.local, film, announcement);
    const { host } = worlds.local.network;
    const created = await fetch(`http://127.0.0.1:${host.httpPort}/files/resumable`, {
      method: 'POST',
      headers: { 'tus-resumable': '1.0.0', 'upload-length': '10' },
    });
    expect(created.status).toBe(404);
    const deleted = await fetch(upload.url, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } });
    expect(deleted.status).toBe(404);
    const forged = upload.url.replace(/signature=./, 'signature=!');
    expect((await patch(forged, 0, new Uint8Array(10))).status).toBe(403);
    const { file: other } = await worlds.local.start(people.local, film, announcement);
    expect((await patch(upload.url.replace(file.id, other.id), 0, new Uint8Array(10))).status).toBe(403);
  });

  it('lets pages of any origin send to it', async () => {
    const { upload } = await worlds.local.start(people.local, film, announcement);
    const origin = 'https://app.example';
    const asked = await fetch(upload.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'tus-resumable,upload-offset,content-type',
      },
    });
    expect(asked.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(asked.headers.get('access-control-allow-headers')).toContain('upload-offset');
    const head = await fetch(upload.url, { method: 'HEAD', headers: { origin, 'tus-resumable': '1.0.0' } });
    expect(head.headers.get('access-control-allow-origin')).toBe('*');
    expect(head.headers.get('access-control-expose-headers')).toContain('Upload-Offset');
  });
});
