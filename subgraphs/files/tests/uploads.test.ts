import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { announcementOf, pictureOf, put, sha256Of, startWorld, type World } from './world.ts';

let world: World;
let ada: Person;

beforeAll(async () => {
  world = await startWorld();
  ada = await world.signUp('Ada');
});

afterAll(() => world?.close());

describe('an upload', () => {
  it('becomes a file with what was found in its bytes, and thumbnails that fit', async () => {
    const picture = await pictureOf(800, 400);
    const file = await world.upload(ada, picture);
    expect(file).toMatchObject({
      ownerId: ada.id,
      state: 'FILE_STATE_READY',
      contentType: 'image/png',
      sizeBytes: String(picture.length),
      sha256: sha256Of(picture),
      widthPx: 800,
      heightPx: 400,
      thumbnails: [
        { size: 'FILE_THUMBNAIL_SIZE_SMALL', widthPx: 160, heightPx: 80 },
        { size: 'FILE_THUMBNAIL_SIZE_LARGE', widthPx: 640, heightPx: 320 },
      ],
    });
    const original = await fetch(file.download?.url ?? '');
    expect(Buffer.from(await original.arrayBuffer()).equals(picture)).toBe(true);
    const small = await fetch(file.thumbnails[0]?.download?.url ?? '');
    expect(await sharp(Buffer.from(await small.arrayBuffer())).metadata()).toMatchObject({
      format: 'webp',
      width: 160,
      height: 80,
    });
  });

  it('shows a photograph upright, and its thumbnails without where it was taken', async () => {
    const photograph = await sharp(await pictureOf(300, 200))
      .jpeg()
      .withExif({ IFD0: { Copyright: 'Ada' }, IFD3: { GPSLatitude: '47/1 22/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const file = await world.upload(ada, photograph, { name: 'upright.jpg', contentType: 'image/jpeg' });
    expect(file).toMatchObject({ widthPx: 200, heightPx: 300 });
    const large = await fetch(file.thumbnails[1]?.download?.url ?? '');
    const { width, height, exif } = await sharp(Buffer.from(await large.arrayBuffer())).metadata();
    expect({ width, height, exif }).toEqual({ width: 200, height: 300, exif: undefined });
  });

  it('answers the same file where it is started again, and another where anything differs', async () => {
    const announcement = announcementOf(await pictureOf(10, 10));
    const first = await world.as(ada).startFileUpload(announcement);
    const again = await world.as(ada, 'grpc').startFileUpload(announcement);
    expect(again.file).toEqual(first.file);
    const other = world.as(ada).startFileUpload({ ...announcement, name: 'other.png' });
    expect(await refusalOf(other)).toMatchObject({ code: 'CONFLICT' });
  });

  it('is completed once, however often it is asked for', async () => {
    const grace = await world.signUp('Grace');
    const picture = await pictureOf(20, 20);
    const { file, upload } = await world.start(grace, picture);
    await put(upload, picture);
    const client = world.as(grace);
    const answers = await Promise.all([1, 2, 3].map(() => client.completeFileUpload({ fileId: file.id })));
    for (const answer of answers) expect(answer.file?.state).toMatch(/READY|PROCESSING/);
    const settled = await client.completeFileUpload({ fileId: file.id });
    expect(settled.file?.state).toBe('FILE_STATE_READY');
    const topic = `files.person.${grace.id}`;
    const events = await world.sql('SELECT kind FROM events WHERE topic = $1', [topic]);
    expect(events).toEqual([{ kind: 'files.file-ready' }]);
  });

  it('waits for what is missing', async () => {
    const picture = await pictureOf(20, 20);
    const { file, upload } = await world.start(ada, picture);
    const complete = () => world.as(ada).completeFileUpload({ fileId: file.id });
    expect(await refusalOf(complete())).toMatchObject({
      code: 'FAILED_PRECONDITION',
      fields: [{ path: 'fileId', message: expect.stringContaining('0 of') }],
    });
    await put(upload, picture);
    expect((await complete()).file?.state).toBe('FILE_STATE_READY');
  });
});
