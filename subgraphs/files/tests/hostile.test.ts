import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartFileUploadRequest } from '#gen/proto/fitme/files/v1/StartFileUploadRequest.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { announcementOf, doorNames, pictureOf, put, startWorld, type World } from './world.ts';

/** An empty archive, with the signature of one that holds something in front. */
const ZIP = Buffer.concat([Buffer.from('504b0304140000000000', 'hex'), Buffer.alloc(60)]);

let world: World;
let ada: Person;
let picture: Buffer;

beforeAll(async () => {
  world = await startWorld({ environment: { FILES_QUOTA_MIB: '4' } });
  ada = await world.signUp('Ada');
  picture = await pictureOf(32, 32);
});

afterAll(() => world?.close());

/** What completing an upload of these bytes is refused with, and what is known of the file afterwards. */
async function rejectionOf(bytes: Buffer, change: Partial<StartFileUploadRequest> = {}) {
  const { file, upload } = await world.start(ada, bytes, change);
  expect((await put(upload, bytes)).status).toBe(200);
  const refusal = await refusalOf(world.as(ada).completeFileUpload({ fileId: file.id }));
  const { files } = await world.as(ada).batchGetFiles({ ids: [file.id] });
  return { refusal, file: files[0] };
}

describe('bytes that are not what was announced', () => {
  it.each([
    [
      'a ZIP under the name of a photograph',
      ZIP,
      { name: 'photo.jpg', contentType: 'image/jpeg' },
      'TYPE_MISMATCH',
    ],
    [
      'a ZIP under a type of no picture, but its name',
      ZIP,
      { name: 'photo.jpg', contentType: 'application/zip' },
      'TYPE_MISMATCH',
    ],
    [
      'a page under the name of a photograph',
      Buffer.from('<html><script>alert(1)</script>'),
      { name: 'a.png' },
      'TYPE_MISMATCH',
    ],
    [
      'a text that is said to be a video',
      Buffer.from('no video'),
      { name: 'a', contentType: 'video/mp4' },
      'TYPE_MISMATCH',
    ],
    [
      'another hash',
      Buffer.from('hello'),
      { name: 'a.txt', contentType: 'text/plain', sha256: 'a'.repeat(64) },
      'HASH_MISMATCH',
    ],
    [
      'a type that no avatar has',
      Buffer.from('%PDF-1.7\n1 0 obj\n'),
      { name: 'me.pdf', contentType: 'application/pdf', purpose: 'FILE_PURPOSE_AVATAR' },
      'TYPE_REFUSED',
    ],
    [
      'a text as an avatar',
      Buffer.from('me'),
      { name: 'me', contentType: 'text/plain', purpose: 'FILE_PURPOSE_AVATAR' },
      'TYPE_REFUSED',
    ],
  ] as const)('are rejected: %s', async (_what, bytes, change, rejection) => {
    const rejected = await rejectionOf(bytes, change);
    expect(rejected).toMatchObject({
      refusal: { code: 'INVALID_ARGUMENT', fields: [{ path: 'fileId' }] },
      file: { state: 'FILE_STATE_REJECTED', rejection: `FILE_REJECTION_${rejection}`, download: null },
    });
    const again = world.as(ada, 'grpc').completeFileUpload({ fileId: rejected.file?.id ?? '' });
    expect(await refusalOf(again)).toEqual(rejected.refusal);
  });

  it('are rejected where an image is cut off, or its pixels are no pixels', async () => {
    const cut = picture.subarray(0, picture.length - 20);
    const photograph = await sharp(await pictureOf(400, 400))
      .jpeg()
      .toBuffer();
    const damaged = photograph.subarray(0, photograph.length / 2);
    for (const [bytes, name, contentType] of [
      [cut, 'cut.png', 'image/png'],
      [damaged, 'half.jpg', 'image/jpeg'],
    ] as const) {
      const { file } = await rejectionOf(bytes, { name, contentType });
      expect(file?.rejection).toBe('FILE_REJECTION_UNREADABLE_IMAGE');
    }
  });

  it('are rejected without being decoded where a small file holds a huge image', async () => {
    const background = { r: 0, g: 0, b: 0 };
    const bomb = await sharp({
      create: { width: 12_000, height: 12_000, channels: 3, background },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(1_024 * 1_024);
    const rejecting = await cpuOf(async () => {
      const { file } = await rejectionOf(bomb);
      expect(file?.rejection).toBe('FILE_REJECTION_UNREADABLE_IMAGE');
    });
    const decoding = await cpuOf(() => sharp(bomb, { limitInputPixels: false }).stats());
    expect(rejecting).toBeLessThan(decoding / 2);
  });

  it('become a file of the type of their beginning, served as nothing else', async () => {
    const polyglot = Buffer.concat([picture, Buffer.from('<script>alert(document.domain)</script>'), ZIP]);
    const file = await world.upload(ada, polyglot);
    expect(file.contentType).toBe('image/png');
    const { headers } = await fetch(file.download?.url ?? '');
    expect(headers.get('content-type')).toBe('image/png');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const page = Buffer.concat([Buffer.from('GIF89a=1;alert(1)//'), Buffer.alloc(64)]);
    expect((await rejectionOf(page, { name: 'script.gif', contentType: 'image/gif' })).file?.rejection).toBe(
      'FILE_REJECTION_UNREADABLE_IMAGE',
    );
  });
});

describe.each(doorNames)('through the %s door', (door) => {
  it.each([
    ['nothing', { sizeBytes: '0' }, 'sizeBytes'],
    ['fewer than nothing', { sizeBytes: '-1' }, 'sizeBytes'],
    ['more than its purpose takes', { sizeBytes: String(101 * 1_024 * 1_024) }, 'sizeBytes'],
    ['more than one PUT takes', { sizeBytes: '200000000', purpose: 'FILE_PURPOSE_TUTORIAL' }, 'sizeBytes'],
    ['no purpose', { purpose: 'FILE_PURPOSE_UNSPECIFIED' }, 'purpose'],
    ['no method', { method: 'FILE_UPLOAD_METHOD_UNSPECIFIED' }, 'method'],
    ['a path for a name', { name: '../../etc/passwd' }, 'name'],
    ['a Windows path for a name', { name: 'C:\\autoexec.bat' }, 'name'],
    ['a name that is read from the right', { name: 'photo\u202egpj.exe' }, 'name'],
    ['a name of two lines', { name: 'a\r\nSet-Cookie: a=b' }, 'name'],
    ['no name', { name: '' }, 'name'],
    ['a long name', { name: 'x'.repeat(256) }, 'name'],
    ['a type that is none', { contentType: 'image' }, 'contentType'],
    ['a type with another header', { contentType: 'image/png\r\nx: y' }, 'contentType'],
    ['a hash that is none', { sha256: 'abc' }, 'sha256'],
    ['no idempotency key', { idempotencyKey: '' }, 'idempotencyKey'],
  ] as const)('an upload of %s is refused with the field', async (_what, change, path) => {
    const refusal = await refusalOf(
      world.as(ada, door).startFileUpload({ ...announcementOf(picture), ...change }),
    );
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path }] });
  });

  it('files of others can be neither completed nor deleted, and look like none', async () => {
    const mallory = await world.signUp('Mallory');
    const { file } = await world.start(ada, picture);
    const client = world.as(mallory, door);
    expect(await refusalOf(client.completeFileUpload({ fileId: file.id }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await client.deleteFile({ fileId: file.id })).toEqual({ fileId: file.id });
    expect((await world.as(ada).batchGetFiles({ ids: [file.id] })).files).toHaveLength(1);
    expect((await client.batchGetFiles({ ids: [file.id, uuidv7()] })).files).toEqual([]);
  });
});

describe('a quota', () => {
  const MIB = 1_024 * 1_024;
  const announce = (person: Person, sizeBytes: number) => {
    const { sha256: _ofPicture, ...announcement } = announcementOf(picture);
    return world.as(person).startFileUpload({ ...announcement, sizeBytes: String(sizeBytes) });
  };

  it('counts what is announced, also by two at once, and what is deleted no more', async () => {
    const grace = await world.signUp('Grace');
    const answers = await Promise.allSettled([1, 2, 3].map(() => announce(grace, 2 * MIB - 1)));
    const refused = answers.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(await refusalOf(announce(grace, 3))).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      fields: [{ path: 'sizeBytes', message: expect.stringContaining('2 bytes more') }],
    });
    const quota = await world.as(grace, 'grpc').getFileQuota({});
    expect(quota).toEqual({ limitBytes: String(4 * MIB), usedBytes: String(4 * MIB - 2) });
    const { edges } = await world.as(grace).listFiles({});
    await world.as(grace).deleteFile({ fileId: edges[0]?.file?.id ?? '' });
    await announce(grace, 2 * MIB);
    expect((await announce(ada, MIB)).file?.state).toBe('FILE_STATE_UPLOADING');
  });

  it('takes so many open uploads', async () => {
    const alan = await world.signUp('Alan');
    await Promise.all(Array.from({ length: 50 }, () => announce(alan, 1)));
    expect(await refusalOf(announce(alan, 1))).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
  });
});

/** What this process has worked meanwhile, microseconds: others that work at the same time do not count. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
