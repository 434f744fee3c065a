import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { REVOCATIONS_TOPIC } from '#platform/events/revocations.ts';
import { EXECUTORS } from '#tests/executors.ts';
import { expiryOf, SHORT_LIFE_MS } from '#tests/fixtures/library/issuer.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { openSocket } from '#tests/fixtures/socket-client.ts';
import { PATIENCE } from '#tests/patience.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  let library: Library;

  beforeAll(async () => {
    library = await startLibrary({
      ENGINE,
      LIVE_DRAIN_MS: '100',
      SUBGRAPH_HEADERS: '{"*":["authorization"]}',
    });
    // Whoever lacks the scope gets no sequel, or may not listen at all.
    const composed = await library.compose();
    await library.replaceSupergraph(
      composed
        .replace(/(reviewAdded\(.*\): ShelfEvent!)/, '$1 @requiresScopes(scopes: [["listen"]])')
        .replace(/(sequel: Book)/, '$1 @requiresScopes(scopes: [["sequels"]])'),
    );
    const asked = async () =>
      expect((await library.ask('{ book(id: "1") { sequel { id } } }')).errors).toHaveLength(1);
    await vi.waitFor(asked, PATIENCE);
  });
  afterAll(() => library.close());

  type TokenOptions = Parameters<Library['issuer']['token']>[1];

  /** Somebody with a socket, and what hands in a further token. */
  async function connect(person: string, options: TokenOptions = {}) {
    const socket = openSocket(library.gateway.url);
    const acknowledged = socket.control();
    const token = await library.issuer.token(person, options);
    socket.send({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });
    const { payload } = await acknowledged;
    return {
      socket,
      token,
      expiresAt: (payload as { expiresAt: string }).expiresAt,
      async renew(as: string, further: TokenOptions = {}) {
        const fresh = `Bearer ${await library.issuer.token(as, further)}`;
        const answer = socket.control();
        socket.send({ type: 'ping', payload: { Authorization: fresh } });
        return answer;
      },
      /** Listens to a shelf of its own; answers when events reach it. */
      async listen(selection: string, field = 'shelfEvents') {
        const shelf = randomUUID();
        const before = library.live.calls('Authorize');
        const operation = socket.operate(
          `subscription ($shelf: ID!) { e: ${field}(shelfId: $shelf) { ${selection} } }`,
          { shelf },
        );
        await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
        const append = (book: string, kind = 'library.book-added') =>
          library.live.append(`library.shelf.${shelf}`, { kind, subjects: { book } });
        return { operation, append, shelf };
      },
    };
  }

  const titleOf = (title: string) => ({ data: { e: { book: { title } } } });

  describe('a fresh token', () => {
    it('is told when the one before it ends, and keeps the subscription past that', async () => {
      const { socket, token, expiresAt, renew, listen } = await connect('ann', { lifetimeMs: SHORT_LIFE_MS });
      const { operation, append } = await listen('book { title }');
      expect(Date.parse(expiresAt)).toBeCloseTo(expiryOf(token), -1);
      expect(await renew('ann')).toMatchObject({
        type: 'pong',
        payload: { expiresAt: expect.stringMatching(/Z$/) },
      });
      await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse(expiresAt) + 100);
      await append('7');
      expect(await operation.next()).toEqual(titleOf('Book 7'));
      await socket.close();
    });

    it('is what subgraphs get from then on', async () => {
      const { socket, renew } = await connect('ann');
      const query = '{ header(name: "authorization") }';
      const before = await socket.operate(query).next();
      await renew('ann', { lifetimeMs: 600_000 });
      const after = await socket.operate(query).next();
      expect(after.data?.['header']).toMatch(/^Bearer /);
      expect(after.data?.['header']).not.toBe(before.data?.['header']);
      await socket.close();
    });

    it('can be handed in by a client of graphql-ws', async () => {
      const token = (lifetimeMs: number) => library.issuer.token('ann', { lifetimeMs });
      const answered = Promise.withResolvers<unknown>();
      const closed: unknown[] = [];
      let open: WebSocket | undefined;
      const client = createClient({
        url: `${library.gateway.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: async () => ({ Authorization: `Bearer ${await token(SHORT_LIFE_MS)}` }),
        on: {
          connected: (socket) => {
            open = socket as WebSocket;
          },
          pong: (received, payload) => received && answered.resolve(payload),
          closed: (event) => closed.push(event),
        },
      });
      const shelf = randomUUID();
      const before = library.live.calls('Authorize');
      const results = client.iterate({
        query: 'subscription ($shelf: ID!) { e: shelfEvents(shelfId: $shelf) { book { title } } }',
        variables: { shelf },
      });
      const first = results.next();
      await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
      const until = Date.now() + SHORT_LIFE_MS + 100;
      open?.send(
        JSON.stringify({ type: 'ping', payload: { Authorization: `Bearer ${await token(60_000)}` } }),
      );
      expect(await answered.promise).toMatchObject({ expiresAt: expect.any(String) });
      await expect.poll(() => Date.now()).toBeGreaterThan(until);
      await library.live.append(`library.shelf.${shelf}`, {
        kind: 'library.book-added',
        subjects: { book: '7' },
      });
      expect(await first).toMatchObject({ value: titleOf('Book 7') });
      expect(closed).toEqual([]);
      await client.dispose();
    });

    it.each([
      ['of another person', 'bob', {}, 'FORBIDDEN'],
      ['that is not valid', 'ann', { lifetimeMs: -1_000 }, 'UNAUTHENTICATED'],
    ])('%s is refused, and the one before it counts on', async (_name, person, options, code) => {
      const { socket, renew, listen } = await connect('ann', { lifetimeMs: SHORT_LIFE_MS });
      const { operation, append } = await listen('book { title }');
      expect(await renew(person, options)).toMatchObject({
        type: 'pong',
        payload: { error: { message: expect.any(String), extensions: { code } } },
      });
      await append('8');
      expect(await operation.next()).toEqual(titleOf('Book 8'));
      expect(await socket.closed).toMatchObject({ code: 4403 });
    });

    it('is not what a ping without one is about', async () => {
      const { socket } = await connect('ann');
      const answer = socket.control();
      socket.send({ type: 'ping', payload: { sent: 1 } });
      expect(await answer).toEqual({ type: 'pong', payload: { sent: 1 } });
      await socket.close();
    });

    it('of a session that is ended closes the socket with 4401', async () => {
      const [first, second] = [randomUUID(), randomUUID()];
      const revoke = (session: string) =>
        library.live.append(REVOCATIONS_TOPIC, { kind: 'sessions.session-revoked', subjects: { session } });
      const { socket, renew } = await connect('ann', { sessionId: first });
      await renew('ann', { sessionId: second });
      // It is no longer the first one's.
      await revoke(first);
      expect(await socket.operate('{ __typename }').next()).toEqual({ data: { __typename: 'Query' } });
      await revoke(second);
      expect(await socket.closed).toMatchObject({ code: 4401 });
    });
  });

  describe('a token with other scopes', () => {
    it('shows more or less of each event, and loses none', async () => {
      const { socket, renew, listen } = await connect('ann');
      const { operation, append } = await listen('book { title sequel { id } }');
      const codes = async () =>
        ((await operation.next()).errors ?? []).map(({ extensions }) => extensions['code']);
      await append('1');
      expect(await codes()).toEqual(['FORBIDDEN']);
      const titles = Array.from({ length: 40 }, (_, index) => `${index}`);
      const appended = (async () => {
        for (const title of titles) await append(title);
      })();
      await renew('ann', { scopes: ['live:subscribe', 'sequels'] });
      await appended;
      const seen: unknown[] = [];
      for (const _ of titles) seen.push((await operation.next()).data);
      expect(seen.map((data) => (data as { e: { book: { title: string } } }).e.book.title)).toEqual(
        titles.map((title) => `Book ${title}`),
      );
      await append('1');
      expect(await codes()).toEqual([]);
      await renew('ann');
      await append('1');
      expect(await codes()).toEqual(['FORBIDDEN']);
      await socket.close();
    });

    it('ends what it may not listen to, and nothing else', async () => {
      const { socket, renew, listen } = await connect('ann', { scopes: ['live:subscribe', 'listen'] });
      const ending = await listen('book { title }', 'reviewAdded');
      const staying = await listen('book { title }');
      await ending.append('3', 'library.review-added');
      expect(await ending.operation.next()).toEqual(titleOf('Book 3'));
      await renew('ann');
      expect(await ending.operation.next()).toMatchObject({
        errors: [{ extensions: { code: 'FORBIDDEN', cursor: expect.any(String) } }],
      });
      expect(await ending.operation.message()).toMatchObject({ type: 'complete' });
      await staying.append('4');
      expect(await staying.operation.next()).toEqual(titleOf('Book 4'));
      await socket.close();
    });
  });
});
