import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { File__Output } from '#gen/proto/fitme/files/v1/File.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import { pictureOf, put, startWorld, type World } from './world.ts';

const storeNames = ['local', 's3'] as const;

let s3: S3Server;
let worlds: Record<(typeof storeNames)[number], World>;
let people: Record<(typeof storeNames)[number], Person>;
let picture: Buffer;
/** How far the clock of the files process is ahead. */
let aheadMs = 0;

beforeAll(async () => {
  s3 = await startS3Server();
  const overrides = { now: () => Date.now() + aheadMs };
  worlds = {
    local: await startWorld({ overrides }),
    s3: await startWorld({ environment: s3.environment }),
  };
  people = { local: await worlds.local.signUp('Ada'), s3: await worlds.s3.signUp('Ada') };
  picture = await pictureOf(400, 300);
});

afterAll(async () => {
  await worlds?.local.close();
  await worlds?.s3.close();
  await s3?.close();
});

describe.each(storeNames)('signed URLs of the %s store', (name) => {
  const upload = (change?: object) => worlds[name].upload(people[name], picture, change);
  const urlOf = (file: File__Output) => file.download?.url ?? '';

  it('lead from an announcement to a file and its thumbnails', async () => {
    const file = await upload();
    expect(file).toMatchObject({ state: 'FILE_STATE_READY', widthPx: 400, heightPx: 300 });
    for (const { url } of [file.download, ...file.thumbnails.map(({ download }) => download)].map(
      (download) => ({
        url: download?.url ?? '',
      }),
    )) {
      expect((await fetch(url)).status).toBe(200);
    }
  });

  it('serve any part of a file, and say how long it is', async () => {
    const url = urlOf(await upload());
    const part = async (range: string) => {
      const response = await fetch(url, { headers: { range } });
      return {
        status: response.status,
        range: response.headers.get('content-range'),
        body: await response.bytes(),
      };
    };
    const size = picture.length;
    const first = await part('bytes=0-99');
    expect(first).toMatchObject({ status: 206, range: `bytes 0-99/${size}` });
    expect(picture.subarray(0, 100).equals(first.body)).toBe(true);
    const rest = await part('bytes=100-');
    expect(rest.status).toBe(206);
    expect(picture.subarray(100).equals(rest.body)).toBe(true);
    expect((await part(`bytes=${size}-`)).status).toBe(416);
  });

  it('take bytes of the announced size and type alone', async () => {
    const { file, upload: announced } = await worlds[name].start(people[name], picture);
    const longer = await put(announced, Buffer.concat([picture, Buffer.from('more')]));
    const shorter = await put(announced, picture.subarray(1));
    const other = await put(
      { ...announced, headers: [{ name: 'content-type', value: 'text/html' }] },
      picture,
    );
    for (const { status } of [longer, shorter, other]) expect(status).toBeGreaterThanOrEqual(400);
    const complete = () => worlds[name].as(people[name]).completeFileUpload({ fileId: file.id });
    expect(await refusalOf(complete())).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect((await put(announced, picture)).status).toBe(200);
    expect((await complete()).file?.state).toBe('FILE_STATE_READY');
  });

  it('are good for what was signed, and for nothing else', async () => {
    const [file, other] = [await upload(), await upload()];
    const url = urlOf(file);
    const forged = [
      url.replace(file.id, other.id),
      url.replace(/(signature|Signature)=./i, '$1=!'),
      url.replace(/expires=\d+/i, 'Expires=99999999999'),
      url.replace('original', 'small.webp'),
    ];
    for (const attempt of forged) expect([400, 403], attempt).toContain((await fetch(attempt)).status);
    expect((await fetch(url, { method: 'PUT', body: 'mine' })).status).toBe(403);
  });

  it('cannot change a file after it was looked through', async () => {
    const { file, upload: announced } = await worlds[name].start(people[name], picture);
    await put(announced, picture);
    const completed = await worlds[name].as(people[name]).completeFileUpload({ fileId: file.id });
    const forged = Buffer.alloc(picture.length, '<script>');
    await put(announced, forged);
    const served = await (await fetch(urlOf(completed.file as File__Output))).bytes();
    expect(picture.equals(served)).toBe(true);
  });

  it('are the same for everybody who asks at about the same time', async () => {
    const { id } = await upload();
    const ask = async () => (await worlds[name].as(people[name]).batchGetFiles({ ids: [id] })).files[0];
    expect(await ask()).toEqual(await ask());
  });

  it.each([
    ['an image', 'photo.png', 'inline', 'image/png'],
    ['a page', 'page.html', 'attachment', 'application/octet-stream'],
    ['a drawing that can hold scripts', 'drawing.svg', 'attachment', 'application/octet-stream'],
  ])('serve %s without letting it run', async (_what, fileName, disposition, type) => {
    const bytes = fileName.endsWith('.png')
      ? picture
      : Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const contentType = { png: 'image/png', html: 'text/html', svg: 'image/svg+xml' }[
      fileName.split('.')[1] ?? ''
    ];
    const file = await worlds[name].upload(people[name], bytes, {
      name: fileName,
      contentType: contentType ?? '',
    });
    const { headers } = await fetch(urlOf(file));
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-disposition')).toMatch(new RegExp(`^${disposition}; filename="${fileName}"`));
  });
});

describe('signed URLs of our own', () => {
  it('end', async () => {
    const world = worlds.local;
    const file = await world.upload(people.local, picture);
    const { upload } = await world.start(people.local, picture);
    aheadMs = 16 * 60_000;
    const ended = await fetch(file.download?.url ?? '');
    expect(ended.status).toBe(403);
    expect(await ended.json()).toEqual({ message: expect.stringContaining('ask for another') });
    aheadMs = 61 * 60_000;
    expect((await put(upload, picture)).status).toBe(403);
    aheadMs = 0;
    expect((await fetch(file.download?.url ?? '')).status).toBe(200);
  });

  it('serve the end of a file, and answer what has not changed with nothing', async () => {
    const { download } = await worlds.local.upload(people.local, picture);
    const url = download?.url ?? '';
    const last = await fetch(url, { headers: { range: 'bytes=-10' } });
    expect(picture.subarray(-10).equals(await last.bytes())).toBe(true);
    const etag = last.headers.get('etag') ?? '';
    const { statusCode, body } = await request(url, { headers: { 'if-none-match': etag } });
    expect({ statusCode, text: await body.text() }).toEqual({ statusCode: 304, text: '' });
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(picture.length));
  });

  it('carry what keeps a browser from running anything, and let any page use them', async () => {
    const file = await worlds.local.upload(people.local, picture);
    const response = await fetch(file.download?.url ?? '', { headers: { origin: 'https://app.example' } });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': expect.stringMatching(/^private, max-age=\d+$/),
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    const asked = await fetch(file.download?.url ?? '', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'PUT' },
    });
    expect(asked.status).toBe(204);
  });

  it('lead to no path that was not signed', async () => {
    const { host } = worlds.local.network;
    const base = `http://127.0.0.1:${host.httpPort}/files/objects`;
    for (const path of ['/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/files/', '//etc/passwd']) {
      const { status } = await fetch(`${base}${path}?expires=99999999999&signature=AAAA`);
      expect([403, 404], path).toContain(status);
    }
  });
});
