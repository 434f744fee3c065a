import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { REVOCATIONS_TOPIC } from '#platform/events/revocations.ts';
import { createCutOff } from '#tests/fixtures/cut-off.ts';
import { SHORT_LIFE_MS } from '#tests/fixtures/library/issuer.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, openSocket, type SocketClient } from '#tests/fixtures/socket-client.ts';

let library: Library;

beforeAll(async () => {
  library = await startLibrary({
    LIMIT_SOCKET_OPERATIONS: '5',
    LIMIT_DEPTH: '6',
    LIMIT_BODY_BYTES: '4096',
    SUBGRAPH_HEADERS: '{"*":["authorization","user-agent","x-forwarded-for"]}',
  });
});
afterAll(() => library.close());

const connect = async (person = 'ann', options: Parameters<Library['issuer']['token']>[1] = {}) =>
  connectSocket(library.gateway.url, await library.issuer.token(person, options));
const EVENTS = 'subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { kind book { title } } }';

describe('queries and mutations', () => {
  it('work as they do over HTTP', async () => {
    const token = await library.issuer.token('ann');
    const socket = await connectSocket(library.gateway.url, token);
    const query = socket.operate(
      'query ($id: ID!) { book(id: $id) { title } header(name: "authorization") }',
      { id: '3' },
    );
    expect(await query.next()).toEqual({ data: { book: { title: 'Book 3' }, header: `Bearer ${token}` } });
    expect(await query.message()).toMatchObject({ type: 'complete' });
    const mutation = socket.operate('mutation { renameBook(id: "m", title: "New") { title } }');
    expect(await mutation.next()).toEqual({ data: { renameBook: { title: 'New' } } });
    await socket.close();
  });

  it('stop when the client completes them, or leaves', async () => {
    const socket = await connect();
    for (const stop of [
      (operation: { complete(): void }) => operation.complete(),
      () => socket.terminate(),
    ]) {
      const operation = socket.operate('{ slowBook { title } }');
      await expect.poll(() => library.shelves.slowReads.size).toBe(1);
      const [read] = library.shelves.slowReads;
      stop(operation);
      expect(await read?.cancelled).toMatchObject({ code: 'CANCELLED' });
    }
  });

  it('are masked and limited as they are over HTTP', async () => {
    const socket = await connect();
    expect(await socket.operate('{ failingBook(how: "bug") { id } }').next()).toMatchObject({
      data: { failingBook: null },
      errors: [
        { message: expect.not.stringContaining('SELECT'), extensions: { code: 'INTERNAL_SERVER_ERROR' } },
      ],
    });
    const deep = '{ book(id: 1) { sequel { sequel { sequel { sequel { sequel { id } } } } } } }';
    expect(await socket.operate(deep).message()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    await socket.close();
  });
});

describe('subscriptions', () => {
  it.each([
    ['a syntax error', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two fields',
      'subscription { countsChanged { viewer { id } } b: countsChanged { viewer { id } } }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'too deep a selection',
      EVENTS.replace('title', 'sequel { sequel { sequel { sequel { id } } } }'),
      { shelf: 'a' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a field that may be skipped',
      'subscription ($no: Boolean!) { countsChanged @skip(if: $no) { viewer { id } } }',
      { no: false },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a field that is always there',
      'subscription { countsChanged @skip(if: false) { viewer { id } } }',
      {},
      'BAD_REQUEST',
    ],
    ['a missing variable', EVENTS, {}, 'BAD_USER_INPUT'],
    ['an id that reaches into other topics', EVENTS, { shelf: '*.secret' }, 'BAD_USER_INPUT'],
  ])('refuse %s', async (_name, query, variables, code) => {
    const socket = await connect();
    expect(await socket.operate(query, variables).message()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: expect.stringMatching(code), requestId: expect.any(String) } }],
    });
    await socket.close();
  });

  it('refuse whoever has not signed in', async () => {
    const socket = await connectSocket(library.gateway.url);
    expect(await socket.operate(EVENTS, { shelf: 'a' }).message()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await socket.operate('{ __typename }').next()).toEqual({ data: { __typename: 'Query' } });
    await socket.close();
  });

  it('refuse more operations than one socket may run', async () => {
    const socket = await connect();
    for (let operation = 0; operation < 5; operation += 1) socket.operate(EVENTS, { shelf: randomUUID() });
    expect(await socket.operate(EVENTS, { shelf: 'a' }).message()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'RESOURCE_EXHAUSTED' } }],
    });
    await socket.close();
  });
});

describe('the socket closes', () => {
  it('on a client that asks on and takes no answer', async () => {
    const library = await startLibrary({ LIMIT_BODY_BYTES: String(1024 * 1024) });
    const socket = new WebSocket(
      library.gateway.url.replace('http', 'ws').concat('/graphql'),
      'graphql-transport-ws',
    );
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    socket.pause();
    expect(library.gateway.live().connections).toBe(1);
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(1_000_000) } });
    // The system's own buffers take some megabytes before the gateway's fill.
    for (let sent = 0; sent < 60; sent += 1) socket.send(ping);
    await expect.poll(() => library.gateway.live().connections).toBe(0);
    socket.terminate();
    await library.close();
  });

  it.each([
    ['with 4400 on what is no message', (socket: SocketClient) => socket.send('hello'), 4400],
    [
      'with 4401 on an operation before the acknowledgement',
      (socket: SocketClient) => void socket.operate('{ __typename }'),
      4401,
    ],
    [
      'with 1009 on a message over the limit',
      (socket: SocketClient) => void socket.operate(`{ ${'a'.repeat(5_000)} }`),
      1009,
    ],
    [
      'with 4401 on a token that is not valid',
      (socket: SocketClient) =>
        socket.send({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } }),
      4401,
    ],
  ])('%s', async (_name, misbehave, code) => {
    const socket = openSocket(library.gateway.url);
    misbehave(socket);
    expect((await socket.closed).code).toBe(code);
  });

  it('with 4403 when the token expires', async () => {
    const socket = await connect('ann', { lifetimeMs: SHORT_LIFE_MS });
    socket.operate(EVENTS, { shelf: randomUUID() });
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });

  it('with 4401 when the session is ended, long before its token expires', async () => {
    const sessionId = randomUUID();
    const [ended, other] = await Promise.all([connect('ann', { sessionId }), connect('ann')]);
    await library.live.append(REVOCATIONS_TOPIC, {
      kind: 'sessions.session-revoked',
      subjects: { session: sessionId },
    });
    expect(await ended.closed).toMatchObject({ code: 4401 });
    expect(await other.operate('{ __typename }').next()).toEqual({ data: { __typename: 'Query' } });
    await other.close();
  });
});

it('closes sockets with 1013 while Redis is out, and serves them when it is back', async () => {
  const redis = await createCutOff(inject('redisUrl'));
  const cut = await startLibrary({ REDIS_URL: redis.url });
  const connectCut = async () => connectSocket(cut.gateway.url, await cut.issuer.token('ann'));
  const readiness = async () => (await fetch(`${cut.gateway.url}/readyz`)).status;
  await expect.poll(readiness).toBe(200);

  redis.cut();
  await expect.poll(readiness).toBe(503);
  const socket = await connectCut();
  socket.operate(EVENTS, { shelf: 'a' });
  expect(await socket.closed).toMatchObject({ code: 1013 });

  redis.restore();
  await expect.poll(readiness).toBe(200);
  const again = await connectCut();
  const before = cut.live.calls('Authorize');
  const operation = again.operate(EVENTS, { shelf: 'a' });
  await expect.poll(() => cut.live.calls('Authorize')).toBeGreaterThan(before);
  await cut.live.append('library.shelf.a', { kind: 'library.book-added', subjects: { book: '1' } });
  expect(await operation.next()).toMatchObject({ data: { shelfEvents: { book: { title: 'Book 1' } } } });
  await again.close();
  await cut.close();
  await redis.close();
});

it('sends its sockets elsewhere with 1001 when it closes', async () => {
  const closing = await startLibrary();
  const socket = await connectSocket(closing.gateway.url, await closing.issuer.token('ann'));
  socket.operate(EVENTS, { shelf: 'a' });
  await expect.poll(() => closing.gateway.live().subscriptions).toBe(1);
  await closing.close();
  expect(await socket.closed).toMatchObject({ code: 1001 });
});
