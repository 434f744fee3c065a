import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventStreamClient, openEventStream } from '#tests/fixtures/event-stream-client.ts';
import { expiryOf, SHORT_LIFE_MS } from '#tests/fixtures/library/issuer.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

let library: Library;
let url: string;
let ann: string;

beforeAll(async () => {
  library = await startLibrary({ LIMIT_SOCKET_OPERATIONS: '3' });
  url = `${library.gateway.url}/graphql/stream`;
  ann = await library.issuer.token('ann');
});
afterAll(() => library.close());

const EVENTS = 'subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { book { title } } }';
const added = (book: string) => ({ kind: 'library.book-added', subjects: { book } });
const told = (book: string) => ({ data: { shelfEvents: { book: { title: `Book ${book}` } } } });

/** A request about a stream. */
function send(method: string, { stream, token = ann, body, query = '' }: SentRequest) {
  return fetch(`${url}${query}`, {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(stream !== undefined && { 'x-graphql-event-stream-token': stream }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

interface SentRequest {
  /** The stream's token. */
  stream?: string;
  /** The viewer's; empty for none. */
  token?: string;
  body?: object;
  query?: string;
}

async function reserve(token = ann): Promise<string> {
  const response = await send('PUT', { token });
  expect(response.status).toBe(201);
  return response.text();
}

/** A stream that is open, as EventSource opens it. */
async function open(token = ann): Promise<{ stream: string; events: EventStreamClient }> {
  const stream = await reserve(token);
  const events = await openEventStream(`${url}?token=${stream}`, { method: 'GET' });
  expect(events.status).toBe(200);
  return { stream, events };
}

/** Begins to listen to a shelf under an operation's name. */
async function begin(stream: string, operationId: string, shelf: string, token = ann): Promise<number> {
  const body = { query: EVENTS, variables: { shelf }, extensions: { operationId } };
  return (await send('POST', { stream, token, body })).status;
}

const nextOf = async (events: EventStreamClient) => {
  const { event, data, id } = await events.event();
  return { event, id, ...JSON.parse(data) };
};

describe.each([true, false])('a client of graphql-sse with singleConnection: %s', (singleConnection) => {
  it('follows subscriptions, asks queries, and ends one of them', async () => {
    const client = createClient({
      url,
      singleConnection: singleConnection as true,
      headers: { authorization: `Bearer ${ann}` },
      retryAttempts: 0,
    });
    const before = library.gateway.live();
    const [shelf, other] = [randomUUID(), randomUUID()];
    const results: Record<string, unknown[]> = { [shelf]: [], [other]: [] };
    const end = [shelf, other].map((id) =>
      client.subscribe(
        { query: EVENTS, variables: { shelf: id } },
        {
          next: (result) => results[id]?.push(result),
          error: (error) => results[id]?.push(error),
          complete() {},
        },
      ),
    );
    await expect.poll(() => library.gateway.live().subscriptions).toBe(before.subscriptions + 2);
    await library.live.append(`library.shelf.${shelf}`, added('1'));
    await library.live.append(`library.shelf.${other}`, added('2'));
    await expect.poll(() => results).toEqual({ [shelf]: [told('1')], [other]: [told('2')] });
    end[0]?.();
    await expect.poll(() => library.gateway.live().subscriptions).toBe(before.subscriptions + 1);
    const answer = await new Promise((next, error) =>
      client.subscribe({ query: '{ book(id: "7") { title } }' }, { next, error, complete() {} }),
    );
    expect(answer).toEqual({ data: { book: { title: 'Book 7' } } });
    await library.live.append(`library.shelf.${other}`, added('3'));
    await expect.poll(() => results[other]).toEqual([told('2'), told('3')]);
    client.dispose();
    await expect.poll(library.gateway.live).toEqual(before);
  });
});

describe('a stream of several operations', () => {
  it('tells results by the names of their operations, without ids, and completes what is ended', async () => {
    const { stream, events } = await open();
    const shelves = [randomUUID(), randomUUID()];
    for (const [nth, shelf] of shelves.entries()) expect(await begin(stream, `op-${nth}`, shelf)).toBe(202);
    await library.live.append(`library.shelf.${shelves[1]}`, added('1'));
    expect(await nextOf(events)).toEqual({ event: 'next', id: 'op-1', payload: told('1') });
    expect((await send('DELETE', { stream, query: '?operationId=op-1' })).status).toBe(200);
    expect(await nextOf(events)).toEqual({ event: 'complete', id: 'op-1' });
    await library.live.append(`library.shelf.${shelves[1]}`, added('2'));
    await library.live.append(`library.shelf.${shelves[0]}`, added('3'));
    expect(await nextOf(events)).toEqual({ event: 'next', id: 'op-0', payload: told('3') });
    events.drop();
  });

  it('waits for an operation that was begun before the stream is open', async () => {
    const stream = await reserve();
    const body = { query: '{ __typename }', extensions: { operationId: 'early' } };
    const begun = send('POST', { stream, body });
    const events = await openEventStream(`${url}?token=${stream}`, { method: 'GET' });
    expect((await begun).status).toBe(202);
    expect(await nextOf(events)).toMatchObject({ id: 'early', payload: { data: { __typename: 'Query' } } });
    expect(await nextOf(events)).toEqual({ event: 'complete', id: 'early' });
    events.drop();
  });

  it('answers what refuses an operation to whoever began it', async () => {
    const { stream, events } = await open();
    const refusal = async (request: SentRequest) => {
      const response = await send('POST', { stream, ...request });
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      return [response.status, errors[0]?.extensions.code];
    };
    const named = { extensions: { operationId: 'one' } };
    expect(await refusal({ body: { query: '{ nothing }', ...named } })).toEqual([
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    expect(await refusal({ body: { query: '{ __typename }' } })).toEqual([400, 'BAD_REQUEST']);
    const body = { query: '{ __typename }', ...named };
    expect(await refusal({ stream: randomUUID(), body })).toEqual([404, 'NOT_FOUND']);
    expect(await refusal({ body, token: await library.issuer.token('eve') })).toEqual([403, 'FORBIDDEN']);
    expect(await refusal({ body, token: '' })).toEqual([403, 'FORBIDDEN']);
    for (const id of ['one', 'two', 'three']) expect(await begin(stream, id, randomUUID())).toBe(202);
    expect(await begin(stream, 'two', randomUUID())).toBe(409);
    expect(await begin(stream, 'four', randomUUID())).toBe(429);
    events.drop();
  });

  it('is opened once', async () => {
    const { stream, events } = await open();
    const second = await openEventStream(`${url}?token=${stream}`, { method: 'GET' });
    expect(second.status).toBe(409);
    events.drop();
  });

  it('is reserved for nobody whose token does not hold', async () => {
    expect((await send('PUT', { token: 'nonsense' })).status).toBe(401);
  });

  it('goes on under a fresh token that a request about it brings, and ends with its last one', async () => {
    const short = await library.issuer.token('ann', { lifetimeMs: SHORT_LIFE_MS });
    const longer = await library.issuer.token('ann', { lifetimeMs: 1.5 * SHORT_LIFE_MS });
    const { stream, events } = await open(short);
    const shelf = randomUUID();
    expect(await begin(stream, 'one', shelf, longer)).toBe(202);
    expect(await events.ended).toBeUndefined();
    expect(Date.now()).toBeGreaterThan(expiryOf(longer) - 100);
    expect(await begin(stream, 'two', shelf)).toBe(404);
  });
});
