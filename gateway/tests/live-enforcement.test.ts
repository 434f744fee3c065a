import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, type SocketClient } from '#tests/fixtures/socket-client.ts';
import { PATIENCE } from '#tests/patience.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  const RATE_LIMITS = JSON.stringify([
    { by: 'viewer', field: 'Subscription.countsChanged', limit: 1, windowS: 3_600 },
  ]);

  let library: Library;
  let ann: SocketClient;
  let listener: SocketClient;

  beforeAll(async () => {
    library = await startLibrary({ ENGINE, OPERATION_COST_LIMITS: '{"*":4}', RATE_LIMITS });
    const protectedBook = await library.compose('secret: String @requiresScopes(scopes: [["secret"]])');
    await library.replaceSupergraph(
      protectedBook.replace(/(reviewAdded\(.*\): ShelfEvent!)/, '$1 @requiresScopes(scopes: [["listen"]])'),
    );
    const asked = () => library.ask('{ book(id: "1") { secret } }');
    await vi.waitFor(
      async () => expect((await asked()).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED'),
      PATIENCE,
    );
    const token = (scopes: string[]) => library.issuer.token(randomUUID(), { scopes });
    ann = await connectSocket(library.gateway.url, await token(['live:subscribe']));
    listener = await connectSocket(library.gateway.url, await token(['listen']));
  });
  afterAll(async () => {
    await Promise.all([ann?.close(), listener?.close()]);
    await library?.close();
  });

  const refusal = async (client: SocketClient, query: string, variables = {}) => {
    const message = await client.operate(query, variables).message();
    return { type: message.type, payload: message.payload };
  };

  it('what a subscriber may not read is null in each event', async () => {
    const shelf = randomUUID();
    const before = library.live.calls('Authorize');
    const operation = ann.operate(
      'subscription ($shelf: ID!) { e: shelfEvents(shelfId: $shelf) { book { title secret } } }',
      {
        shelf,
      },
    );
    await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
    for (const book of ['7', '8']) {
      await library.live.append(`library.shelf.${shelf}`, { kind: 'library.book-added', subjects: { book } });
      const { data, errors } = await operation.next();
      expect(data).toEqual({ e: { book: { title: `Book ${book}`, secret: null } } });
      expect(errors).toMatchObject([{ path: ['e', 'book', 'secret'], extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  it('a subscription that somebody may not begin is refused, and begun for whoever may', async () => {
    const query = 'subscription ($shelf: ID!) { reviewAdded(shelfId: $shelf) { kind } }';
    const shelf = randomUUID();
    expect(await refusal(ann, query, { shelf })).toMatchObject({
      type: 'error',
      payload: [{ message: expect.stringMatching(/scope listen/), extensions: { code: 'FORBIDDEN' } }],
    });
    const before = library.live.calls('Authorize');
    listener.operate(query, { shelf });
    await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
  });

  it('a subscription whose events cost too much is refused', async () => {
    const query =
      'subscription { shelfEvents(shelfId: "1") { book { sequel { sequel { sequel { id } } } } } }';
    expect(await refusal(ann, query)).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'OPERATION_TOO_COSTLY', cost: { estimated: 5, limit: 4 } } }],
    });
  });

  it('subscriptions are counted as they begin', async () => {
    const query = 'subscription { countsChanged { viewer { id } } }';
    const before = library.live.calls('Authorize');
    ann.operate(query);
    await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
    expect(await refusal(ann, query)).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'RESOURCE_EXHAUSTED', retryAfterMs: expect.any(Number) } }],
    });
  });
});
