import { randomBytes, randomUUID } from 'node:crypto';
import * as grpc from '@grpc/grpc-js';
import { createClient } from 'graphql-ws';
import { expect, vi } from 'vitest';
import { serviceDefinition } from '#platform/grpc/protos.ts';
import { CALL_MS, PATIENCE } from '#tests/patience.ts';
import type { OtlpReceiver } from '../otlp-receiver.ts';
import { causedBy, inWords } from './caused-traces.ts';
import { messagingService } from './chat.ts';
import type { E2eNetwork, Person } from './network.ts';
import { photo } from './story.ts';
import { type OperationName, TRACE_MATRIX, type Trace, type TracedOperation } from './trace-matrix.ts';
import { runTracedTraining } from './traced-training.ts';

/** What was done, to be compared with what was recorded. */
export interface TracedRun {
  /** The trace that the client began, by operation. */
  traceIds: ReadonlyMap<OperationName, string>;
  /** What must be in no span, by what it is. */
  secrets: ReadonlyMap<string, string>;
  /** How often the gateway's slow poll has asked messaging meanwhile. */
  polls: number;
}

/** Runs every operation of the matrix once, each with a traceparent of its own. */
export async function runTracedOperations(network: E2eNetwork, receiver: OtlpReceiver): Promise<TracedRun> {
  const traceIds = new Map<OperationName, string>();

  /** Waits for the trace, too: an operation's events must not be relayed together with the next one's. */
  const trace: Trace = async (name, run) => {
    const traceId = randomBytes(16).toString('hex');
    traceIds.set(name, traceId);
    const result = await run(`00-${traceId}-${randomBytes(8).toString('hex')}-01`);
    // What does not arrive is no error here: the tests tell what it is.
    await receiver.waitFor(() => isWhole(receiver, traceId, TRACE_MATRIX[name])).catch(() => {});
    return result;
  };

  const ada = await network.signUpAs('TRAINER', 'Ada Lovelace');
  const ben = await network.signUp('Ben Franklin');
  const text = `Meet me at ${randomUUID()}`;
  const idempotencyKey = randomUUID();
  await warmUp(network, ada);
  await beRefused(network, ada);

  const mutate = (query: string, input: object, token?: string) => (traceparent: string) =>
    answerOf(network.run(query, { ...as(token), variables: { input }, headers: { traceparent } }));
  const query = (traceparent: string) =>
    answerOf(network.run(MY_DAY, { ...as(ada.token), headers: { traceparent } }));
  await trace('a query over three domains', query);
  const signedIn = await trace(
    'signing in, with its limits in Redis',
    mutate(SIGN_IN, { email: ada.email, password: ada.password }),
  );
  await trace(
    'a friend request, which arrives in an inbox',
    mutate(BEFRIEND, { userId: ben.id, idempotencyKey }, ada.token),
  );
  const { startDirectConversation } = await trace(
    'starting a direct conversation, which users must allow',
    mutate(START_DIRECT, { userId: ben.id, idempotencyKey }, ada.token),
  );
  const conversationId = startDirectConversation.conversation.id;
  await trace(
    'a message, which arrives in an inbox',
    mutate(SEND, { conversationId, body: text, idempotencyKey }, ada.token),
  );

  const fileId = await uploadUntraced(network, ada, NOTE);
  await trace(
    'a message with a file, of which files is told',
    mutate(SEND, { conversationId, body: text, fileIds: [fileId], idempotencyKey: randomUUID() }, ada.token),
  );
  const { file } = await trace('a file of another, which messaging lets be seen', (traceparent) => {
    const options = { variables: { id: fileId }, headers: { traceparent } };
    return answerOf(network.run(READ_FILE, { ...as(ben.token), ...options }));
  });
  const signature = new URL(file.download.url).searchParams.get('signature');
  const { inviteClient } = await trace(
    'inviting a client, whom users must know',
    mutate(INVITE, { clientId: ben.id, idempotencyKey }, ada.token),
  );
  const clientRelationshipId = inviteClient.clientRelationship.id;
  await trace(
    'a grant, of which every domain keeps a copy that asks for it',
    mutate(ACCEPT, { clientRelationshipId, permissions: ['MESSAGES', 'WORKOUTS', 'DIET'] }, ben.token),
  );
  await runTracedTraining(network, trace, { trainer: ada, client: ben });
  const avatarFileId = await uploadUntraced(network, ben, PHOTO);
  await trace(
    'a picture of oneself, which files must have',
    mutate(PICTURE, { expectedVersion: 1, avatarFileId }, ben.token),
  );

  const socket = createClient({
    url: network.socketUrl,
    connectionParams: { authorization: `Bearer ${ben.token}` },
    retryAttempts: 0,
  });
  await trace('a query over a WebSocket', async (traceparent) => {
    const { value } = await socket.iterate({ query: WHOAMI, extensions: { traceparent } }).next();
    expect(value).toEqual({ data: { viewer: { user: { name: ben.name } } } });
  });
  const arrival = await trace('the beginning of a subscription', async (traceparent) => {
    const variables = { conversationId };
    return { next: socket.iterate({ query: FOLLOW, variables, extensions: { traceparent } }).next() };
  });
  await trace('a message over gRPC, which arrives in an inbox and in a subscription', (traceparent) =>
    callMessaging(network, 'SendMessage', { conversationId, body: text, idempotencyKey: randomUUID() }, [
      ada.token,
      traceparent,
    ]),
  );
  expect((await arrival.next).value).toEqual({
    data: { conversationEvents: { message: { body: text, sender: { name: ada.name } } } },
  });
  await trace('a read over gRPC', (traceparent) =>
    callMessaging(network, 'ListConversations', { page: { first: 5 } }, [ada.token, traceparent]),
  );
  const polls = await vi.waitFor(() => manyPolls(network), PATIENCE);
  await socket.dispose();

  const secrets = [ada, ben].flatMap((person) =>
    Object.entries(person).map(([what, value]) => [`${what} of ${person.name}`, String(value)] as const),
  );
  return {
    traceIds,
    secrets: new Map([
      ...secrets,
      ['a fresh token', signedIn.signIn.authTokens.accessToken],
      ['a message', text],
      ['the signature of a URL', signature ?? ''],
      ['an id of a conversation', conversationId],
    ]),
    polls,
  };
}

function isWhole(receiver: OtlpReceiver, traceId: string, { edges, causes }: TracedOperation): boolean {
  const caused = causedBy(receiver, traceId);
  const expected = [
    [edges, receiver.edges(traceId)] as const,
    ...Object.entries(causes).map(([title, of]) => [of, caused.get(title) ?? []] as const),
  ];
  return expected.every(([wanted, seen]) => {
    const words = new Set(inWords(seen));
    return inWords(wanted).every((edge) => words.has(edge));
  });
}

/** In requests that are not sampled. */
async function uploadUntraced(
  network: E2eNetwork,
  { token }: Person,
  { bytes, ...announced }: Upload,
): Promise<string> {
  const headers = {
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
  };
  const input = { ...announced, sizeBytes: bytes.length, idempotencyKey: randomUUID() };
  const { startFileUpload } = await answerOf(
    network.run(START_UPLOAD, { variables: { input }, token, headers }),
  );
  const { url } = startFileUpload.fileUpload;
  const sent = await fetch(url, {
    method: 'PUT',
    headers: { ...headers, 'content-type': announced.contentType },
    body: bytes,
  });
  expect(sent.status).toBe(200);
  const { id } = startFileUpload.file;
  await answerOf(network.run(COMPLETE_UPLOAD, { variables: { id }, token, headers }));
  return id;
}

interface Upload {
  name: string;
  purpose: string;
  contentType: string;
  bytes: Buffer<ArrayBuffer>;
}

const NOTE: Upload = {
  name: 'note.txt',
  purpose: 'MESSAGE',
  contentType: 'text/plain',
  bytes: Buffer.from('Seven sharp.'),
};
const PHOTO: Upload = { name: 'me.png', purpose: 'AVATAR', contentType: 'image/png', bytes: photo() };

/** Every process fetches the keys of tokens once, in the trace of whoever comes first: here, in nobody's. */
async function warmUp(network: E2eNetwork, { token }: Person): Promise<void> {
  await answerOf(network.run(MY_DAY, { token }));
  await answerOf(network.run('{ viewer { trainerRelationships(first: 1) { nodes { id } } } }', { token }));
}

/** Errors quote what they are about (a unique index the e-mail, a parser the document), and URLs hold whole documents. */
async function beRefused(network: E2eNetwork, { id, email, password, token }: Person): Promise<void> {
  const signUp = { email, password, name: 'Eve', idempotencyKey: randomUUID() };
  const answers = [
    await network.run(SIGN_UP, { variables: { input: signUp } }),
    await network.run(SIGN_IN, { variables: { input: { email, password: `${password}!` } } }),
    await network.run(`{ viewer { id(email: "${email}") `, { token }),
    await network.run(`{ node(id: "${email}") { id } }`, { token }),
  ];
  for (const { errors } of answers) expect(errors).toHaveLength(1);
  const url = `${network.url}?query={user(id:"${id}"){shoeSize}}`;
  const { status } = await fetch(url, { headers: { 'apollo-require-preflight': 'yes' } });
  expect(status).toBe(400);
}

// biome-ignore lint/suspicious/noExplicitAny: the answers of a dozen operations, each read in one place.
async function answerOf(answer: ReturnType<E2eNetwork['run']>): Promise<any> {
  const { data, errors } = await answer;
  if (errors !== undefined || !data) throw new Error(JSON.stringify(errors));
  return data;
}

function as(token: string | undefined) {
  return token === undefined ? {} : { token };
}

/** As a service would that is none of ours, with a traceparent of its own. */
function callMessaging(
  { addresses }: E2eNetwork,
  name: 'SendMessage' | 'ListConversations',
  request: object,
  [token, traceparent]: readonly [string, string],
): Promise<unknown> {
  const address = `127.0.0.1:${addresses.messaging.grpcPort}`;
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  const method = serviceDefinition(messagingService)[name];
  if (method === undefined) throw new Error(`messaging has no ${name}`);
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  metadata.set('traceparent', traceparent);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const deadline = Date.now() + CALL_MS;
  const { path, requestSerialize, responseDeserialize } = method;
  client.makeUnaryRequest(
    path,
    requestSerialize,
    responseDeserialize,
    request,
    metadata,
    { deadline },
    (error, response) => (error === null ? resolve(response) : reject(error)),
  );
  return promise.finally(() => client.close());
}

/** Throws while there are few. */
async function manyPolls({ addresses }: E2eNetwork): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${addresses.messaging.httpPort}/metrics`);
  const count = /^fitme_service_method_duration_seconds_count\{.*method="BatchHeads".*\} (\d+)$/m.exec(
    await response.text(),
  );
  const polls = Number(count?.[1] ?? 0);
  expect(polls).toBeGreaterThan(MANY_POLLS);
  return polls;
}

/** More than the probes of readiness make. */
const MANY_POLLS = 10;

const MY_DAY = /* GraphQL */ `
  query MyDay { viewer { user { name } unreadNotificationCount conversations(first: 3) { nodes { id } } } }
`;
const WHOAMI = /* GraphQL */ `query Whoami { viewer { user { name } } }`;
const SIGN_UP = /* GraphQL */ `
  mutation SignUp($input: SignUpInput!) { signUp(input: $input) { user { id } } }
`;
const SIGN_IN = /* GraphQL */ `
  mutation SignIn($input: SignInInput!) { signIn(input: $input) { authTokens { accessToken } } }
`;
const BEFRIEND = /* GraphQL */ `
  mutation Befriend($input: SendFriendRequestInput!) {
    sendFriendRequest(input: $input) { friendRequest { id } }
  }
`;
const START_DIRECT = /* GraphQL */ `
  mutation StartDirect($input: StartDirectConversationInput!) {
    startDirectConversation(input: $input) { conversation { id } }
  }
`;
const SEND = /* GraphQL */ `
  mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }
`;
const START_UPLOAD = /* GraphQL */ `
  mutation StartUpload($input: StartFileUploadInput!) { startFileUpload(input: $input) { file { id } fileUpload { url } } }
`;
const COMPLETE_UPLOAD = /* GraphQL */ `
  mutation CompleteUpload($id: ID!) { completeFileUpload(input: { fileId: $id }) { file { state } } }
`;
const READ_FILE = /* GraphQL */ `query ReadFile($id: ID!) { file(id: $id) { name download { url } } }`;
const PICTURE = /* GraphQL */ `
  mutation Picture($input: UpdateUserProfileInput!) { updateUserProfile(input: $input) { __typename } }
`;
const INVITE = /* GraphQL */ `
  mutation Invite($input: InviteClientInput!) { inviteClient(input: $input) { clientRelationship { id } } }
`;
const ACCEPT = /* GraphQL */ `
  mutation Accept($input: AcceptClientRelationshipInput!) { acceptClientRelationship(input: $input) { clientRelationship { id } } }
`;
const FOLLOW = /* GraphQL */ `
  subscription Follow($conversationId: ID!) {
    conversationEvents(conversationId: $conversationId) { message { body sender { name } } }
  }
`;
