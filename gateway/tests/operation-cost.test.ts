import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { type Asking, type GuardedGateway, type GuardedGraph, startGuardedGraph } from './guarded-graph.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  let graph: GuardedGraph;
  let gateway: GuardedGateway;

  beforeAll(async () => {
    graph = await startGuardedGraph(ENGINE);
    gateway = await graph.start({
      OPERATION_COST_LIST_SIZE: '10',
      OPERATION_COST_LIMITS: '{"*":1000,"anonymous":100,"TRAINER":2000}',
    });
  });
  beforeEach(() => void graph.asked());
  afterAll(async () => {
    await gateway?.close();
    await graph?.close();
  });

  /** The cost that the gateway tells of an operation. */
  async function costOf(query: string, variables: object = {}): Promise<unknown> {
    const answer = await gateway.ask(query, { scopes: [], variables, extensions: { cost: true } });
    const told = (answer.extensions?.['cost'] ?? answer.errors?.[0]?.extensions['cost']) as
      | { estimated: number }
      | undefined;
    return told?.estimated ?? answer.errors;
  }

  describe('the cost of an operation', () => {
    it.each([
      ['a scalar', '{ open }', 0],
      ['an object', '{ person(id: "1") { name friend { name } } }', 2],
      ['a mutation', 'mutation { note(text: "a") }', 10],
      ['two mutations', 'mutation { a: note(text: "a") b: note(text: "b") }', 20],
      ['a list of which nothing is known', '{ everybody { friend { name } } }', 10 * (1 + 1)],
      ['a weight of a field, before that of its type', '{ report { size } }', 50 + 3],
      ['a slicing argument', '{ ranked(top: 30) { friend { name } } }', 30 * 2],
      ['a connection', '{ page(first: 4) { total people { name } } }', 1 + 4],
      ['a connection of no stated length', '{ page { people { name } } }', 1 + 7],
      ['a connection that is not looked into', '{ page(first: 4) { total } }', 1],
      [
        'lists of a connection in fragments',
        '{ page(first: 4) { ...P } } fragment P on Page { people { name } }',
        1 + 4,
      ],
      ['a weighed input', '{ page(first: 1, filter: { name: "a" }) { total } }', 1 + 1 + 4],
      [
        'a fragment, as often as it is spread',
        '{ me { ...F ...F } } fragment F on Person { friend { name } }',
        3,
      ],
      [
        'what is left out',
        '{ open me @skip(if: true) { name } person(id: "1") @include(if: false) { name } }',
        0,
      ],
    ])('counts %s', async (_what, query, cost) => {
      expect(await costOf(query)).toBe(cost);
    });

    it('follows the variables and their defaults', async () => {
      const query = `query ($n: Int = 3, $filter: Filter, $more: Boolean = false) {
      page(first: $n, filter: $filter) { people { name friend @include(if: $more) { name } } }
    }`;
      expect(await costOf(query)).toBe(1 + 3);
      expect(await costOf(query, { n: 9 })).toBe(1 + 9);
      expect(await costOf(query, { n: null })).toBe(1 + 7);
      expect(await costOf(query, { n: 0 })).toBe(1);
      expect(await costOf(query, { n: 9, more: true })).toBe(1 + 9 * 2);
      expect(await costOf(query, { filter: { name: 'a' } })).toBe(1 + 3 + 1 + 4);
    });
  });

  describe('an operation that costs too much', () => {
    const QUERY = '{ ranked(top: 90) { friend { friend { name } } } }';

    it('is refused before anything is fetched, and told what it may cost', async () => {
      const answer = await gateway.ask(QUERY);
      expect(answer.status).toBe(400);
      expect(answer.data).toBeUndefined();
      expect(answer.errors).toMatchObject([
        { extensions: { code: 'OPERATION_TOO_COSTLY', cost: { estimated: 270, limit: 100 } } },
      ]);
      expect(answer.errors?.[0]?.message).toMatch(/may cost 270, and 100 is the most/);
      expect(graph.asked()).toEqual([]);
    });

    it('is so by the limit of the viewer, of several roles the highest', async () => {
      const large =
        '{ ranked(top: 100) { friend { friend { friend { friend { friend { friend { friend { friend { friend { friend { name } } } } } } } } } } } }';
      const limitOf = async (asking: Asking) =>
        (await gateway.ask(QUERY, { ...asking, extensions: { cost: true } })).extensions?.['cost'];
      expect(await limitOf({ scopes: [] })).toEqual({ estimated: 270, limit: 1_000 });
      expect(await limitOf({ scopes: [], roles: ['MEMBER'] })).toEqual({ estimated: 270, limit: 1_000 });
      expect(await limitOf({ scopes: [], roles: ['MEMBER', 'TRAINER'] })).toEqual({
        estimated: 270,
        limit: 2_000,
      });
      expect((await gateway.ask(large, { scopes: [], roles: ['MEMBER'] })).status).toBe(400);
      expect((await gateway.ask(large, { scopes: [], roles: ['MEMBER', 'TRAINER'] })).errors).toBeUndefined();
    });

    it('is so by the variables of the request alone', async () => {
      const query = 'query ($n: Int) { ranked(top: $n) { friend { name } } }';
      expect((await gateway.ask(query, { variables: { n: 50 } })).errors).toBeUndefined();
      expect((await gateway.ask(query, { variables: { n: 51 } })).errors?.[0]?.extensions).toMatchObject({
        code: 'OPERATION_TOO_COSTLY',
        cost: { estimated: 102, limit: 100 },
      });
    });
  });

  it('tells nothing of the cost where nobody asks, and by a header as well', async () => {
    expect((await gateway.ask('{ open }')).extensions).toBeUndefined();
    const { extensions } = await gateway.ask('{ open }', { headers: { 'x-operation-cost': 'true' } });
    expect(extensions).toEqual({ cost: { estimated: 0, limit: 100 } });
  });

  describe('slicing arguments', () => {
    it.each([
      ['both', '{ ranked(top: 1, last: 1) { name } }', {}],
      ['none', '{ ranked { name } }', {}],
      ['a variable that is not given', 'query ($n: Int) { ranked(top: $n) { name } }', {}],
    ])('are refused where one is required and there is %s', async (_what, query, variables) => {
      const answer = await gateway.ask(query, { scopes: [], variables });
      expect(answer.status).toBe(400);
      expect(answer.errors?.[0]).toMatchObject({
        message: 'ranked takes exactly one of top, last: it says how long the list is.',
        extensions: { code: 'BAD_USER_INPUT' },
      });
    });

    it('are refused beyond the page size, whatever the cost', async () => {
      const answer = await gateway.ask('{ page(first: 101) { total } }', { scopes: [] });
      expect(answer.errors?.[0]).toMatchObject({
        message: expect.stringMatching(/first: at most 100/),
        extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'first', message: 'at most 100' }] },
      });
    });
  });

  it('a supergraph that tells nothing of lists is read as Relay pages', async () => {
    const plain = await graph.start({ OPERATION_COST_LIST_SIZE: '10' }, (sdl) =>
      sdl.replaceAll(/(@join__field\(graph: PEOPLE\)) @listSize\([^)]*\)/g, '$1'),
    );
    try {
      const answer = await plain.ask('{ page(first: 6) { people { name } } ranked(last: 3) { name } }', {
        extensions: { cost: true },
      });
      expect(answer.extensions).toEqual({ cost: { estimated: 1 + 6 + 3, limit: 10_000 } });
    } finally {
      await plain.close();
    }
  });
});
