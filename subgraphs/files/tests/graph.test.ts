import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { masked } from '#tests/domain-network.ts';
import type { Person } from '#tests/people.ts';
import { openStatementCount } from '#tests/statement-count.ts';
import { announcementOf, type DoorName, doorNames, pictureOf, put, startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let picture: Buffer;

beforeAll(async () => {
  world = await startWorld();
  ada = await world.signUp('Ada');
  picture = await pictureOf(300, 200);
});

afterAll(() => world?.close());

async function ask<Data>(query: string, variables: object, person = ada): Promise<Data> {
  const { data, errors } = await world.network.graphql<Data>('files', query, {
    variables,
    token: person.token,
  });
  if (data === undefined || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

const FIELDS = /* GraphQL */ `
  fragment Whole on File {
    id owner { id } name purpose state rejection contentType sizeBytes sha256 createdAt
    dimensions { widthPx heightPx }
    download { url expiresAt }
    thumbnails { size dimensions { widthPx heightPx } download { url expiresAt } }
  }
`;

interface Whole {
  id: string;
  download: { url: string } | null;
  thumbnails: object[];
}

const START = `${FIELDS} mutation ($input: StartFileUploadInput!) {
  startFileUpload(input: $input) { file { ...Whole } fileUpload { method url expiresAt headers { name value } } }
}`;
const COMPLETE = `${FIELDS} mutation ($id: ID!) { completeFileUpload(input: { fileId: $id }) { file { ...Whole } } }`;

describe('over GraphQL', () => {
  it('a file is announced, completed, read, listed and deleted', async () => {
    const input = {
      ...announcementOf(picture),
      purpose: 'MESSAGE',
      sizeBytes: picture.length,
      method: 'DIRECT',
    };
    const { startFileUpload } = await ask<{
      startFileUpload: { file: Whole; fileUpload: Parameters<typeof put>[0] };
    }>(START, { input });
    expect(startFileUpload).toMatchObject({
      file: { state: 'UPLOADING', contentType: null, download: null, thumbnails: [], owner: { id: ada.id } },
      fileUpload: { method: 'DIRECT', headers: [{ name: 'content-type', value: 'image/png' }] },
    });
    await put(startFileUpload.fileUpload, picture);
    const { id } = startFileUpload.file;
    const { completeFileUpload } = await ask<{ completeFileUpload: { file: Whole } }>(COMPLETE, { id });
    expect(completeFileUpload.file).toMatchObject({
      state: 'READY',
      rejection: null,
      contentType: 'image/png',
      sizeBytes: picture.length,
      dimensions: { widthPx: 300, heightPx: 200 },
      thumbnails: [{ size: 'SMALL' }, { size: 'LARGE', dimensions: { widthPx: 300, heightPx: 200 } }],
    });
    expect((await fetch(completeFileUpload.file.download?.url ?? '')).status).toBe(200);
    const read = await ask<{ file: Whole; none: null; _entities: unknown[] }>(
      `${FIELDS} query ($id: ID!, $none: ID!, $of: [_Any!]!) {
        file(id: $id) { ...Whole } none: file(id: $none) { id }
        _entities(representations: $of) { ... on Viewer { files(first: 1) { nodes { id } } fileQuota { limitBytes usedBytes } } }
      }`,
      {
        id,
        none: uuidv7(),
        of: [
          { __typename: 'Viewer', id: ada.id },
          { __typename: 'Viewer', id: uuidv7() },
        ],
      },
    );
    expect(read).toEqual({
      file: completeFileUpload.file,
      none: null,
      _entities: [
        {
          files: { nodes: [{ id }] },
          fileQuota: { limitBytes: 2_048 * 1_024 * 1_024, usedBytes: picture.length },
        },
        null,
      ],
    });
    const deleted = await ask('mutation ($id: ID!) { deleteFile(input: { fileId: $id }) { fileId } }', {
      id,
    });
    expect(deleted).toEqual({ deleteFile: { fileId: id } });
    expect((await fetch(completeFileUpload.file.download?.url ?? '')).status).toBe(404);
  });

  it('what is wrong is told by field', async () => {
    const input = {
      ...announcementOf(picture),
      purpose: 'AVATAR',
      sizeBytes: 6 * 1_024 * 1_024,
      method: 'DIRECT',
    };
    const { errors } = await world.network.graphql('files', START, {
      variables: { input },
      token: ada.token,
    });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'sizeBytes', message: expect.stringContaining('5,242,880') }],
    });
  });

  it('referenced and listed files take the same statements, one or twenty of them', async () => {
    const files = await Promise.all(Array.from({ length: 20 }, () => world.upload(ada, picture)));
    const count = await openStatementCount(world.network.database.adminUrl);
    const costOf = async (ids: string[]) => {
      const of = ids.map((id) => ({ __typename: 'File', id }));
      const query = `${FIELDS} query ($of: [_Any!]!) { _entities(representations: $of) { ...Whole } }`;
      const statements = await count.during(async () => {
        const { _entities } = await ask<{ _entities: Whole[] }>(query, { of });
        expect(_entities.map(({ id }) => id)).toEqual(ids);
      });
      return statements.reduce((sum, { calls }) => sum + calls, 0);
    };
    expect(await costOf([files[0]?.id ?? ''])).toBe(2);
    expect(await costOf(files.map(({ id }) => id))).toBe(2);
    const list = `${FIELDS} query ($of: [_Any!]!, $first: Int) {
      _entities(representations: $of) { ... on Viewer { files(first: $first) { nodes { ...Whole } } } }
    }`;
    for (const first of [1, 20]) {
      const variables = { first, of: [{ __typename: 'Viewer', id: ada.id }] };
      const statements = await count.during(async () => {
        const { _entities } = await ask<{ _entities: { files: { nodes: Whole[] } }[] }>(list, variables);
        expect(_entities[0]?.files.nodes).toHaveLength(first);
      });
      expect(statements.reduce((sum, { calls }) => sum + calls, 0)).toBe(1);
    }
    await count.close();
  });
});

/** Each method at least once: what it answered. */
async function liveThrough(door: DoorName): Promise<Record<string, unknown>> {
  const person = await world.signUp('Grace');
  const client = world.as(person, door);
  const announcement = { ...announcementOf(picture), idempotencyKey: 'first' };
  const started = await client.startFileUpload(announcement);
  if (started.fileUpload !== null) await put(started.fileUpload, picture);
  const fileId = started.file?.id ?? '';
  const completed = await client.completeFileUpload({ fileId });
  const resumable = await client.startFileUpload({
    ...announcement,
    method: 'FILE_UPLOAD_METHOD_RESUMABLE',
    idempotencyKey: 'second',
  });
  const subject = { ownerId: person.id, subjectKind: 'messaging.message', subjectId: uuidv7() };
  return {
    started,
    completed,
    resumable,
    attached: await (await world.asService(door)).attachFiles({ ...subject, fileIds: [fileId] }),
    listed: await client.listFiles({ page: { first: 1 } }),
    got: await client.batchGetFiles({ ids: [fileId, uuidv7()] }),
    quota: await client.getFileQuota({}),
    deleted: await client.deleteFile({ fileId }),
    left: await client.listFiles({ page: { last: 5 } }),
  };
}

it('answers the same through both doors, whatever is asked', async () => {
  const [grpc, graphql] = await Promise.all(doorNames.map(liveThrough));
  const signed = (answer: unknown) =>
    JSON.parse(JSON.stringify(masked(answer)).replaceAll(/expires=\d+|signature=[\w-]+/g, '…'));
  expect(signed(graphql)).toEqual(signed(grpc));
  expect(grpc).toMatchObject({
    started: { fileUpload: { url: expect.stringContaining('/files/objects/uploads/') } },
    completed: { file: { state: 'FILE_STATE_READY', readyAt: expect.anything() } },
    resumable: { fileUpload: { url: expect.stringContaining('/files/resumable/'), headers: [] } },
    listed: { edges: [{ file: { state: 'FILE_STATE_UPLOADING' } }], pageInfo: { hasNextPage: true } },
    got: { files: [{ state: 'FILE_STATE_READY' }] },
    quota: { usedBytes: String(2 * picture.length) },
    left: { edges: [{}], pageInfo: { hasPreviousPage: false } },
  });
});
