import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/files/client.ts';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import { createLogger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import { attachmentSourceService } from '#platform/attachments/attachment-source.ts';
import type { Database } from '#platform/db/database.ts';
import { createGrpcPeer, type GrpcPeer } from '#platform/grpc/client.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import type { Person } from '#tests/people.ts';
import { createAccess } from '../adapters/access.ts';
import { createLeftovers } from '../adapters/leftovers.ts';
import { filePrefix, uploadPrefix } from '../adapters/objects/keys.ts';
import { createLocalStore } from '../adapters/objects/local-store.ts';
import type { ObjectStore } from '../adapters/objects/object-store.ts';
import { createProcessor } from '../adapters/processing/processor.ts';
import { createSignedUrls } from '../adapters/signed-urls.ts';
import { createStore } from '../store/store.ts';
import { announcementOf, pictureOf, put, startWorld, type World } from './world.ts';

const messagingService = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const directory = mkdtempSync(join(tmpdir(), 'fitme-leftovers-'));
const signal = new AbortController().signal;

let world: World;
let db: Database<PrismaClient>;
let peer: GrpcPeer;
let objects: ObjectStore;
let ada: Person;
let picture: Buffer;
/** How far the clock of the jobs is ahead of the service's. */
let aheadMs = 0;

beforeAll(async () => {
  world = await startWorld({ environment: { FILES_DIRECTORY: directory, BACKGROUND: 'false' } });
  db = openDomainDatabase(world.network.database, 'files', (adapter) => new PrismaClient({ adapter }));
  const { host, serviceToken } = world.network;
  const metrics = createMetrics({ process: false });
  peer = createGrpcPeer({ name: 'host', address: `127.0.0.1:${host.grpcPort}`, serviceToken, metrics });
  const urls = createSignedUrls({ secret: 'x'.repeat(32), baseUrl: () => 'http://localhost', now: Date.now });
  objects = createLocalStore(directory, urls);
  ada = await world.signUp('Ada');
  picture = await pictureOf(16, 16);
});

beforeEach(() => {
  aheadMs = 0;
});

afterAll(async () => {
  peer?.close();
  await db?.close();
  await world?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The domain's jobs, on what the world has stored; `objects` in the place of its own. */
function jobs(kept: ObjectStore = objects) {
  const now = () => Date.now() + aheadMs;
  const store = createStore({ db, now, newId: uuidv7 });
  const access = createAccess(() => peer.service(attachmentSourceService));
  const log = createLogger({ level: 'silent', name: 'test' });
  return {
    ...createLeftovers({ store, objects: kept, access, now }),
    resume: () => createProcessor({ store, objects: kept, log }).resume(signal),
    sweep: () => createLeftovers({ store, objects: kept, access, now }).sweep(signal),
    export: (id: string) => store.leftovers.exportOwned(id),
  };
}

/** A store one of whose methods fails the first time. */
function failingOnce(method: 'delete' | 'write'): ObjectStore {
  let failed = false;
  return {
    ...objects,
    async [method](...call: never[]) {
      if (!failed) {
        failed = true;
        throw new Error('the store is away');
      }
      return (objects[method] as (...call: never[]) => Promise<void>)(...call);
    },
  };
}

async function stateOf(id: string): Promise<string | null> {
  const [row] = await world.sql<{ state: string }>('SELECT state FROM files WHERE id = $1', [id]);
  return row?.state ?? null;
}

async function objectsOf(id: string): Promise<number> {
  return (await objects.list(filePrefix(id))).length + (await objects.list(uploadPrefix(id))).length;
}

/** A message of the person's with a file; its id. */
async function sendWith(
  person: Person,
  fileId: string,
): Promise<{ messageId: string; delete(): Promise<unknown> }> {
  const other = await world.signUp('Other');
  const client = world.network.doors[1]?.client(messagingService, person.token);
  const { conversation } =
    (await client?.startDirectConversation({ userId: other.id, idempotencyKey: uuidv7() })) ?? {};
  const sent = await client?.sendMessage({
    conversationId: conversation?.id ?? '',
    fileIds: [fileId],
    idempotencyKey: uuidv7(),
  });
  const messageId = sent?.message?.id ?? '';
  return { messageId, delete: async () => client?.deleteMessage({ messageId }) };
}

describe('the sweep', () => {
  it('deletes uploads that nobody completed, once they may come no longer', async () => {
    const { file, upload } = await world.start(ada, picture);
    await put(upload, picture);
    await jobs().sweep();
    expect(await stateOf(file.id)).toBe('UPLOADING');
    aheadMs = 61 * 60_000;
    await jobs().sweep();
    expect(await stateOf(file.id)).toBeNull();
    expect(await objectsOf(file.id)).toBe(0);
  });

  it('deletes what has hung on nothing for a day, and tells of it', async () => {
    const { id } = await world.upload(ada, picture);
    const kept = await world.upload(ada, picture);
    await sendWith(ada, kept.id);
    aheadMs = DAY - HOUR;
    await jobs().sweep();
    expect(await stateOf(id)).toBe('READY');
    aheadMs = DAY + HOUR;
    await jobs().sweep();
    expect(await stateOf(id)).toBeNull();
    expect(await objectsOf(id)).toBe(0);
    expect(await stateOf(kept.id)).toBe('READY');
    const events = await world.sql<{ kind: string }>(
      'SELECT kind FROM events WHERE topic = $1 ORDER BY seq DESC LIMIT 1',
      [`files.person.${ada.id}`],
    );
    expect(events).toEqual([{ kind: 'files.file-deleted' }]);
  });

  it('learns from messaging that a message is gone, or never was written', async () => {
    const [deleted, unwritten] = [await world.upload(ada, picture), await world.upload(ada, picture)];
    const message = await sendWith(ada, deleted.id);
    await (await world.asService()).attachFiles({
      ownerId: ada.id,
      subjectKind: 'messaging.message',
      subjectId: uuidv7(),
      fileIds: [unwritten.id],
    });
    await message.delete();
    aheadMs = DAY + HOUR;
    await jobs().sweep();
    expect([await stateOf(deleted.id), await stateOf(unwritten.id)]).toEqual(['READY', 'READY']);
    expect(
      await world.sql('SELECT FROM attachments WHERE file_id IN ($1, $2)', [deleted.id, unwritten.id]),
    ).toEqual([]);
    aheadMs = 2 * DAY + 2 * HOUR;
    await jobs().sweep();
    expect([await stateOf(deleted.id), await stateOf(unwritten.id)]).toEqual([null, null]);
  });

  it('deletes bytes that came after the upload was over, and leaves those of others', async () => {
    const file = await world.upload(ada, picture);
    const { file: open, upload } = await world.start(ada, picture);
    await put(upload, picture);
    const late = `${uploadPrefix(file.id)}whole`;
    await objects.write(late, picture, picture.length);
    await jobs().sweep();
    expect(await objects.sizeOf(late)).toBeNull();
    expect(await objectsOf(open.id)).toBe(1);
    expect(await objectsOf(file.id)).toBe(3);
  });

  it('goes on where the store was away', async () => {
    const { id } = await world.upload(ada, picture);
    aheadMs = DAY + HOUR;
    await expect(jobs(failingOnce('delete')).sweep()).rejects.toThrow('away');
    expect(await stateOf(id)).toBe('DELETING');
    expect((await world.as(ada).batchGetFiles({ ids: [id] })).files).toEqual([]);
    await jobs().sweep();
    expect([await stateOf(id), await objectsOf(id)]).toEqual([null, 0]);
  });
});

it('a file whose process ended while it was looked through is gone on with', async () => {
  const { file, upload } = await world.start(ada, picture);
  await put(upload, picture);
  await world.sql(
    "UPDATE files SET state = 'PROCESSING', claimed_until = now() + interval '10 minutes' WHERE id = $1",
    [file.id],
  );
  await jobs().resume();
  expect(await stateOf(file.id)).toBe('PROCESSING');
  aheadMs = 11 * 60_000;
  await expect(jobs(failingOnce('write')).resume()).rejects.toThrow('away');
  expect(await stateOf(file.id)).toBe('PROCESSING');
  aheadMs = 0;
  await jobs().resume();
  expect(await stateOf(file.id)).toBe('READY');
});

describe('a person', () => {
  it('gets everything that is known of their files', async () => {
    const grace = await world.signUp('Grace');
    const { id } = await world.upload(grace, picture);
    const { messageId } = await sendWith(grace, id);
    expect(await jobs().export(grace.id)).toMatchObject([
      {
        id,
        name: 'photo.png',
        contentType: 'image/png',
        widthPx: 16,
        attachments: [{ subjectKind: 'messaging.message', subjectId: messageId }],
      },
    ]);
  });

  it('leaves nothing behind when erased, wherever an erasure was cut off, and erasing twice changes nothing', async () => {
    const [grace, other] = [await world.signUp('Grace'), await world.signUp('Other')];
    const files = [await world.upload(grace, picture), await world.upload(grace, picture)];
    const others = await world.upload(other, picture);
    await sendWith(grace, files[0]?.id ?? '');
    const { file: open, upload } = await world.start(grace, picture);
    await put(upload, picture);
    const { file: rejected, upload: wrong } = await world.start(grace, picture, { sha256: 'a'.repeat(64) });
    await put(wrong, picture);
    await world
      .as(grace)
      .completeFileUpload({ fileId: rejected.id })
      .catch(() => undefined);

    await expect(jobs(failingOnce('delete')).erase(grace.id)).rejects.toThrow('away');
    await jobs().erase(grace.id);
    for (const { id } of [...files, open, rejected]) {
      expect([await stateOf(id), await objectsOf(id)]).toEqual([null, 0]);
    }
    for (const table of ['files', 'attachments', 'idempotency_keys']) {
      const traces = await world.sql(`SELECT FROM ${table} t WHERE t::text LIKE '%' || $1 || '%'`, [
        grace.id,
      ]);
      expect(traces, table).toEqual([]);
    }
    expect([await stateOf(others.id), await objectsOf(others.id)]).toEqual(['READY', 3]);
    const countEvents = () => world.sql('SELECT FROM events WHERE topic = $1', [`files.person.${grace.id}`]);
    const before = await countEvents();
    await jobs().erase(grace.id);
    expect(await countEvents()).toEqual(before);
    expect(await world.as(grace).startFileUpload(announcementOf(picture))).toMatchObject({
      file: { name: 'photo.png' },
    });
  });
});
