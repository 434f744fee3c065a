import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChat } from './chat.ts';
import { openLiveClient } from './live-client.ts';
import { DOMAINS, type E2eNetwork, type Person, startNetwork } from './network.ts';

let network: E2eNetwork;
let ada: Person;
let ben: Person;
let eve: Person;

beforeAll(async () => {
  network = await startNetwork({ domains: [...DOMAINS, 'files'] });
  [ada, ben, eve] = (await Promise.all(['Ada', 'Ben', 'Eve'].map(network.signUp))) as [
    Person,
    Person,
    Person,
  ];
});

afterAll(() => network?.close());

async function ask<Data>(person: Person, query: string, variables: object): Promise<Data> {
  const { data, errors } = await network.run<Data>(query, { variables, token: person.token });
  if (errors !== undefined || !data) throw new Error(JSON.stringify(errors));
  return data;
}

const START = /* GraphQL */ `
  mutation ($input: StartFileUploadInput!) {
    startFileUpload(input: $input) { file { id } fileUpload { url headers { name value } } }
  }
`;
const COMPLETE = /* GraphQL */ `
  mutation ($id: ID!) { completeFileUpload(input: { fileId: $id }) { file { id state owner { name } } } }
`;
const CHANGED = /* GraphQL */ `subscription { fileEvents { kind file { id state thumbnails { size } } } }`;
const SEND = /* GraphQL */ `
  mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) { message { id attachments { id name } } }
  }
`;
const FOLLOW = /* GraphQL */ `
  subscription ($id: ID!) {
    conversationEvents(conversationId: $id) {
      kind
      message { body attachments { name contentType dimensions { widthPx heightPx } download { url } } }
    }
  }
`;
const READ = /* GraphQL */ `
  query ($file: ID!, $owner: ID!) {
    file(id: $file) { name download { url } }
    user(id: $owner) { avatar { purpose thumbnails { size download { url } } } }
  }
`;

/** Uploads a picture as a browser does. */
async function upload(person: Person, bytes: Buffer, purpose: 'MESSAGE' | 'AVATAR'): Promise<string> {
  const input = {
    name: 'photo.png',
    purpose,
    contentType: 'image/png',
    sizeBytes: bytes.length,
    idempotencyKey: randomUUID(),
  };
  const { startFileUpload } = await ask<{
    startFileUpload: {
      file: { id: string };
      fileUpload: { url: string; headers: { name: string; value: string }[] };
    };
  }>(person, START, { input });
  const { url, headers } = startFileUpload.fileUpload;
  const sent = await fetch(url, {
    method: 'PUT',
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body: new Uint8Array(bytes),
  });
  expect(sent.status).toBe(200);
  const { id } = startFileUpload.file;
  expect(await ask(person, COMPLETE, { id })).toEqual({
    completeFileUpload: { file: { id, state: 'READY', owner: { name: person.name } } },
  });
  return id;
}

interface Followed {
  conversationEvents: { message: { attachments: { download: { url: string } }[] } };
}

it('a photograph is sent in a chat, arrives live, and is refused to an outsider', async () => {
  const background = { r: 20, g: 120, b: 90 };
  const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background } })
    .png()
    .toBuffer();
  const chat = createChat(network);
  const conversationId = await chat.startDirect(ada, ben);
  const [ofAda, ofBen] = [ada, ben].map(({ token }) => openLiveClient(network.socketUrl, token));
  if (ofAda === undefined || ofBen === undefined) throw new Error('Each has a client.');
  const changes = ofAda.subscribe(CHANGED);
  const messages = ofBen.subscribe<Followed>(FOLLOW, { id: conversationId });

  const metrics = async () => (await fetch(`${network.gatewayUrl}/metrics`)).text();
  await expect.poll(metrics, { interval: 20 }).toMatch(/^fitme_live_subscriptions 2$/m);
  const arrived = messages.next();
  const fileId = await upload(ada, picture, 'MESSAGE');
  const input = { conversationId, body: '', fileIds: [fileId], idempotencyKey: randomUUID() };
  expect(await ask(ada, SEND, { input })).toMatchObject({
    sendMessage: { message: { attachments: [{ id: fileId, name: 'photo.png' }] } },
  });
  const { data } = await arrived;
  expect(data).toMatchObject({
    conversationEvents: {
      kind: 'MESSAGE_SENT',
      message: {
        body: null,
        attachments: [
          { name: 'photo.png', contentType: 'image/png', dimensions: { widthPx: 90, heightPx: 60 } },
        ],
      },
    },
  });
  const seen = await fetch(data?.conversationEvents.message.attachments[0]?.download.url ?? '');
  expect(picture.equals(await seen.bytes())).toBe(true);

  const avatarFileId = await upload(ada, picture, 'AVATAR');
  const change = { avatarFileId, expectedVersion: 1 };
  await ask(
    ada,
    'mutation ($input: UpdateUserProfileInput!) { updateUserProfile(input: $input) { user { id } } }',
    {
      input: change,
    },
  );
  expect(await ask(eve, READ, { file: fileId, owner: ada.id })).toMatchObject({
    file: null,
    user: { avatar: { purpose: 'AVATAR', thumbnails: [{ size: 'SMALL' }, { size: 'LARGE' }] } },
  });
  const [ready] = await changes.take(1);
  expect(ready).toMatchObject({
    fileEvents: { kind: 'FILE_READY', file: { state: 'READY', thumbnails: [{}, {}] } },
  });
  ofAda.close();
  ofBen.close();
});
