import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { costOfRequest } from './request-cost.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let statementCount: StatementCount;
let ada: Person;
let grace: Person;
let alan: Person;

beforeAll(async () => {
  world = await startWorld();
  statementCount = await openStatementCount(world.network.database.adminUrl);
  [ada, grace, alan] = await world.signUp('Ada', 'Grace', 'Alan');
});

afterAll(async () => {
  await statementCount?.close();
  await world?.close();
});

async function startWith(messages: number, ...people: [Person, ...Person[]]): Promise<string> {
  const conversationId = await world.startGroup(...people);
  for (let turn = 0; turn < messages; turn++) await world.send(people[0], conversationId, `Message ${turn}`);
  return conversationId;
}

describe.each(doorNames)('the histories of several conversations, through the %s door,', (door) => {
  it('are pages as each has it alone; one that is empty is there, one of others is not', async () => {
    const [long, short, empty, hidden] = await Promise.all([
      startWith(5, ada, grace),
      startWith(2, ada, grace),
      startWith(0, ada, grace),
      startWith(2, ada, alan),
    ]);
    const client = world.as(grace, door);
    for (const page of [{ last: 3 }, { first: 2 }, { first: 5 }]) {
      const { pages } = await client.batchListMessages({
        conversationIds: [long, short, empty, hidden, uuidv7()],
        page,
      });
      const alone = await Promise.all(
        [long, short, empty].map(async (conversationId) => ({
          conversationId,
          ...(await client.listMessages({ conversationId, page })),
        })),
      );
      expect(pages).toHaveLength(3);
      expect(pages).toEqual(expect.arrayContaining(alone));
      expect(alone.map(({ edges }) => edges.length)).toEqual([
        Math.min(page.first ?? page.last ?? 0, 5),
        2,
        0,
      ]);
    }
    const refusal = await refusalOf(client.listMessages({ conversationId: hidden }));
    expect(refusal.code).toBe('NOT_FOUND');
  });

  it('give cursors that lead on in one of them, and in no two', async () => {
    const [one, other] = [await startWith(5, ada, grace), await startWith(5, ada, grace)];
    const client = world.as(grace, door);
    const { pages } = await client.batchListMessages({ conversationIds: [one, other], page: { last: 2 } });
    const newest = pages.find(({ conversationId }) => conversationId === one);
    const page = { last: 2, before: newest?.pageInfo?.startCursor ?? '' };
    const older = await client.batchListMessages({ conversationIds: [one], page });
    expect(older.pages[0]?.edges.map(({ message }) => message?.body)).toEqual(['Message 1', 'Message 2']);
    expect(older.pages[0]?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    const ofOther = await refusalOf(client.batchListMessages({ conversationIds: [other], page }));
    expect(ofOther).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'page.before' }] });
    const ofBoth = await refusalOf(client.batchListMessages({ conversationIds: [one, other], page }));
    expect(ofBoth).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'conversationIds' }] });
  });

  it('hold at most 2,000 messages together, of at most 100 conversations', async () => {
    const ask = (conversations: number, page?: { first?: number; last?: number }) => {
      const conversationIds = Array.from({ length: conversations }, () => uuidv7());
      return world.as(ada, door).batchListMessages({ conversationIds, ...(page && { page }) });
    };
    for (const allowed of [ask(20, { last: 100 }), ask(66, { first: 30 }), ask(100), ask(0)]) {
      expect(await allowed).toEqual({ pages: [] });
    }
    for (const refused of [ask(21, { last: 100 }), ask(67, { first: 30 })]) {
      const refusal = await refusalOf(refused);
      expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'conversationIds' }] });
      expect(refusal.message).toContain('2,000');
    }
    expect(await refusalOf(ask(101, { last: 1 }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'conversationIds' }],
    });
  });
});

interface Listed {
  _entities: { conversations: { nodes: { messages: { nodes: { body: string }[] } }[] } }[];
}

describe('a list of conversations with what was written in each', () => {
  async function costOf(reader: Person, conversations: number, messages: string) {
    const operation = `
      query ($of: [_Any!]!) {
        _entities(representations: $of) {
          ... on Viewer { conversations(first: ${conversations}) { nodes { ${messages} } } }
        }
      }`;
    const variables = { of: [{ __typename: 'Viewer', id: reader.id }] };
    let bodies: string[][] = [];
    const count = await costOfRequest(statementCount, async () => {
      const { data, errors } = await world.network.graphql<Listed>('messaging', operation, {
        variables,
        token: reader.token,
      });
      expect(errors).toBeUndefined();
      const nodes = data?._entities[0]?.conversations.nodes ?? [];
      bodies = nodes.map((node) => node.messages.nodes.map(({ body }) => body));
    });
    return { bodies, count };
  }

  it('takes one statement for all of it, at twenty conversations as at one, and another past 2,000 messages', async () => {
    const [reader, writer] = await world.signUp('Reader', 'Writer');
    const newest = ['Message 1', 'Message 2', 'Message 3'];
    const start = () => startWith(4, writer, reader);
    await start();
    const one = await costOf(reader, 20, 'messages(last: 3) { nodes { body } }');
    expect(one).toEqual({ bodies: [newest], count: 2 });

    for (let turn = 1; turn < 21; turn++) await start();
    const twenty = await costOf(reader, 20, 'messages(last: 3) { nodes { body } }');
    expect(twenty).toEqual({ bodies: Array(20).fill(newest), count: 2 });

    const within = await costOf(reader, 20, 'messages(last: 100) { nodes { body } }');
    expect(within.count).toBe(2);
    const beyond = await costOf(reader, 21, 'messages(last: 100) { nodes { body } }');
    expect(beyond).toEqual({ bodies: Array(21).fill(['Message 0', ...newest]), count: 3 });

    const nested =
      'messages(last: 3) { nodes { body conversation { messages(last: 100) { nodes { body } } } } }';
    expect((await costOf(reader, 20, nested)).count).toBe(4);
  });

  it('refuses a cursor, which is good for one of them, by the name of its argument', async () => {
    const [reader, writer] = await world.signUp('Reader', 'Writer');
    const ids = [await startWith(2, writer, reader), await startWith(2, writer, reader)];
    const conversationIds = ids.slice(0, 1);
    const { pages } = await world.as(reader).batchListMessages({ conversationIds, page: { first: 1 } });
    const { errors } = await world.network.graphql(
      'messaging',
      `query ($of: [_Any!]!, $after: String) {
        _entities(representations: $of) {
          ... on Viewer { conversations { nodes { messages(after: $after) { nodes { body } } } } }
        }
      }`,
      {
        variables: {
          of: [{ __typename: 'Viewer', id: reader.id }],
          after: pages[0]?.pageInfo?.endCursor,
        },
        token: reader.token,
      },
    );
    expect(errors?.length).toBeGreaterThan(0);
    for (const { extensions } of errors ?? [])
      expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'after' }] });
  });

  it('answers one window where another of the same field is refused', async () => {
    const id = await startWith(2, ada, grace);
    const { data, errors } = await world.network.graphql('messaging', WINDOWS, {
      variables: { id },
      token: grace.token,
    });
    expect(data).toEqual({
      conversation: {
        newest: { nodes: [{ body: 'Message 1' }] },
        oldest: { nodes: [{ body: 'Message 0' }] },
        refused: null,
      },
    });
    expect(errors).toMatchObject([
      { path: ['conversation', 'refused'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

const WINDOWS = `
  query ($id: ID!) {
    conversation(id: $id) {
      newest: messages(last: 1) { nodes { body } }
      oldest: messages(first: 1) { nodes { body } }
      refused: messages(first: 1, after: "garbage") { nodes { body } }
    }
  }`;
