import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { type Person, usersService } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { doorNames, pictureOf, startWorld, type World } from './world.ts';

const messagingService = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');

let world: World;
let statementCount: StatementCount;
let ada: Person;
let grace: Person;
let mallory: Person;
let picture: Buffer;

beforeAll(async () => {
  world = await startWorld();
  statementCount = await openStatementCount(world.network.database.adminUrl);
  [ada, grace, mallory] = (await Promise.all(['Ada', 'Grace', 'Mallory'].map(world.signUp))) as [
    Person,
    Person,
    Person,
  ];
  picture = await pictureOf(64, 48);
});

afterAll(async () => {
  await statementCount?.close();
  await world?.close();
});

function messaging({ token }: Person, door: 0 | 1 = 1) {
  const found = world.network.doors[door];
  if (found === undefined) throw new Error('There is no such door.');
  return found.client(messagingService, token);
}

/** A group with a message of its owner's that carries these files. */
async function sendTo(owner: Person, others: readonly Person[], fileIds: string[]) {
  const { conversation } = await messaging(owner).startGroupConversation({
    title: 'Pictures',
    participantIds: others.map(({ id }) => id),
    idempotencyKey: uuidv7(),
  });
  const conversationId = conversation?.id ?? '';
  const { message } = await messaging(owner).sendMessage({
    conversationId,
    fileIds,
    idempotencyKey: uuidv7(),
  });
  return { conversationId, message };
}

async function idsSeenBy(person: Person, ids: string[]): Promise<string[]> {
  const { files } = await world.as(person).batchGetFiles({ ids });
  return files.map(({ id }) => id).sort();
}

describe('a file that hangs on a message', () => {
  it('makes a text needless: an empty one is none', async () => {
    const { conversationId } = await sendTo(ada, [grace], [(await world.upload(ada, picture)).id]);
    const fileIds = [(await world.upload(ada, picture)).id];
    const request = { conversationId, body: '', fileIds, idempotencyKey: uuidv7() };
    const { message } = await messaging(ada).sendMessage(request);
    expect(message).toMatchObject({ fileIds });
    expect(message?.body).toBeUndefined();
  });

  it('is there for whoever sees the message, and for nobody else', async () => {
    const { id } = await world.upload(ada, picture);
    expect(await idsSeenBy(grace, [id])).toEqual([]);
    const { message } = await sendTo(ada, [grace], [id]);
    expect(message).toMatchObject({ fileIds: [id] });
    expect(message?.body).toBeUndefined();
    for (const door of doorNames) {
      const { files } = await world.as(grace, door).batchGetFiles({ ids: [id, uuidv7()] });
      expect(files).toMatchObject([
        { id, ownerId: ada.id, download: { url: expect.stringContaining('http') } },
      ]);
    }
    const seen = await fetch(
      (await world.as(grace).batchGetFiles({ ids: [id] })).files[0]?.download?.url ?? '',
    );
    expect(seen.status).toBe(200);
    expect(await idsSeenBy(mallory, [id])).toEqual([]);
  });

  it('is gone for whoever joins later, and for everybody once the message is deleted', async () => {
    const { id } = await world.upload(ada, picture);
    const { conversationId, message } = await sendTo(ada, [grace], [id]);
    await messaging(ada).addConversationParticipants({ conversationId, userIds: [mallory.id] });
    expect(await idsSeenBy(mallory, [id])).toEqual([]);
    expect(await idsSeenBy(grace, [id])).toEqual([id]);
    const { message: tombstone } = await messaging(ada).deleteMessage({ messageId: message?.id ?? '' });
    expect(tombstone?.fileIds).toEqual([]);
    expect(await idsSeenBy(grace, [id])).toEqual([]);
    expect(await idsSeenBy(ada, [id])).toEqual([id]);
  });

  it('stays for whoever left the conversation after it was sent', async () => {
    const { id } = await world.upload(ada, picture);
    const { conversationId } = await sendTo(ada, [grace], [id]);
    await messaging(grace).leaveConversation({ conversationId });
    expect(await idsSeenBy(grace, [id])).toEqual([id]);
  });

  it.each([0, 1] as const)('must be its author’s, ready, and for messages (door %d)', async (door) => {
    const own = await world.upload(ada, picture);
    const others = await world.upload(grace, picture);
    const { file: unready } = await world.start(ada, picture);
    const avatar = await world.upload(ada, picture, { purpose: 'FILE_PURPOSE_AVATAR' });
    const { conversationId } = await sendTo(ada, [grace], [own.id]);
    const fileIds = [own.id, others.id, unready.id, avatar.id];
    const sent = messaging(ada, door).sendMessage({
      conversationId,
      body: 'Look',
      fileIds,
      idempotencyKey: uuidv7(),
    });
    expect(await refusalOf(sent)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'fileIds.1' }, { path: 'fileIds.2' }, { path: 'fileIds.3' }],
    });
  });

  it('is bounded: ten, each once, and no message of nothing', async () => {
    const { conversationId } = await sendTo(ada, [grace], [(await world.upload(ada, picture)).id]);
    const send = (change: { body?: string; fileIds: string[] }) =>
      refusalOf(messaging(ada).sendMessage({ conversationId, idempotencyKey: uuidv7(), ...change }));
    const id = uuidv7();
    for (const [change, path] of [
      [{ fileIds: [] }, 'body'],
      [{ body: '', fileIds: [] }, 'body'],
      [{ body: 'Look', fileIds: [id, id] }, 'fileIds'],
      [{ body: 'Look', fileIds: Array.from({ length: 11 }, () => uuidv7()) }, 'fileIds'],
    ] as const) {
      const refusal = await send({ ...change, fileIds: [...change.fileIds] });
      expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path }] });
    }
  });
});

describe('a picture of a person', () => {
  it('is on their card, and there for everybody who is signed in', async () => {
    const { id } = await world.upload(grace, picture, { purpose: 'FILE_PURPOSE_AVATAR' });
    const [door] = world.network.doors;
    const users = door?.client(usersService, grace.token);
    const { user } = (await users?.updateUserProfile({ expectedVersion: 1, avatarFileId: id })) ?? {};
    expect(user).toMatchObject({ avatarFileId: id });
    expect(user?.avatarUrl).toBeUndefined();
    expect(await idsSeenBy(mallory, [id])).toEqual([id]);
    const withoutUrl = { expectedVersion: 2, updateMask: { paths: ['avatar_url'] } };
    expect((await users?.updateUserProfile(withoutUrl))?.user).toMatchObject({ avatarFileId: id });
    await users?.updateUserProfile({ expectedVersion: 3, avatarUrl: 'https://example.com/grace.png' });
    expect(await idsSeenBy(mallory, [id])).toEqual([]);
  });

  it('must be theirs, and for an avatar', async () => {
    const { id } = await world.upload(ada, picture);
    for (const door of world.network.doors) {
      const changed = door
        .client(usersService, ada.token)
        .updateUserProfile({ expectedVersion: 1, avatarFileId: id });
      expect(await refusalOf(changed)).toMatchObject({
        code: 'INVALID_ARGUMENT',
        fields: [{ path: 'avatarFileId' }],
      });
    }
  });
});

it('a list asks each domain once, however many files it has', async () => {
  const files = await Promise.all(Array.from({ length: 12 }, () => world.upload(ada, picture)));
  const avatar = await world.upload(ada, picture, { purpose: 'FILE_PURPOSE_AVATAR' });
  await world.network.doors[0]?.client(usersService, ada.token).updateUserProfile({
    expectedVersion: 1,
    avatarFileId: avatar.id,
  });
  const ids = files.map(({ id }) => id);
  await sendTo(ada, [grace], ids.slice(0, 6));
  await sendTo(ada, [grace], ids.slice(6));
  const costOf = async (ids: string[]) => {
    const client = world.as(grace);
    expect((await client.batchGetFiles({ ids })).files).toHaveLength(ids.length);
    const statements = await statementCount.during(() => client.batchGetFiles({ ids }));
    // The relay may still ask, for what was written before, whom to wake.
    const asked = statements.filter(({ query }) => !query.startsWith('SELECT DISTINCT user_id'));
    return asked.reduce((sum, { calls }) => sum + calls, 0);
  };
  // Files and what they hang on, and one statement in each domain that is asked.
  expect(await costOf([ids[0] ?? '', avatar.id])).toBe(4);
  expect(await costOf([...ids, avatar.id])).toBe(4);
});

it('what becomes of files is told to their owner alone', async () => {
  const topic = `files.person.${ada.id}`;
  for (const door of world.network.doors) {
    const access = await door.client(liveSourceService, ada.token).authorize({ topic });
    expect(access).toMatchObject({ mode: 'TOPIC_MODE_LOGGED', fromSeq: '1' });
    expect(await refusalOf(door.client(liveSourceService, grace.token).authorize({ topic }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  }
});

it('what services ask is refused to people', async () => {
  const attach = {
    ownerId: ada.id,
    subjectKind: 'messaging.message',
    subjectId: uuidv7(),
    fileIds: [uuidv7()],
  };
  for (const door of doorNames) {
    expect(await refusalOf(world.as(ada, door).attachFiles(attach))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  }
});
