import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let grace: Person;
let alan: Person;
let mallory: Person;

beforeAll(async () => {
  world = await startWorld();
  [ada, grace, alan, mallory] = await world.signUp('Ada', 'Grace', 'Alan', 'Mallory');
});

afterAll(() => world?.close());

describe('the list of conversations', () => {
  it('is sorted by what was written last, and paged both ways', async () => {
    const [reader, writer] = await world.signUp('Reader', 'Writer');
    const ids: string[] = [];
    for (let turn = 0; turn < 5; turn++) ids.push(await world.startGroup(writer, reader));
    await world.send(writer, ids[1] ?? '');
    const expected = [ids[1], ids[4], ids[3], ids[2], ids[0]];
    const client = world.as(reader);
    const idsOf = (page: Awaited<ReturnType<typeof client.listConversations>>) =>
      page.edges.map(({ conversation }) => conversation?.id);

    const first = await client.listConversations({ page: { first: 3 } });
    expect(idsOf(first)).toEqual(expected.slice(0, 3));
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const after = first.pageInfo?.endCursor ?? '';
    const second = await client.listConversations({ page: { first: 3, after } });
    expect(idsOf(second)).toEqual(expected.slice(3));
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });

    const last = await client.listConversations({ page: { last: 2 } });
    expect(idsOf(last)).toEqual(expected.slice(3));
    const before = last.pageInfo?.startCursor ?? '';
    expect(idsOf(await client.listConversations({ page: { last: 5, before } }))).toEqual(
      expected.slice(0, 3),
    );
  });

  it('refuses a cursor that is none, or of another list', async () => {
    const conversationId = await world.startGroup(ada, grace);
    const other = await world.startGroup(ada, grace);
    await world.send(ada, conversationId);
    const client = world.as(ada);
    const ofMessages = (await client.listMessages({ conversationId })).pageInfo?.endCursor ?? '';
    const ofPeople = await client.batchListConversationParticipants({
      conversationIds: [conversationId],
      page: { first: 1 },
    });
    const ofOnes = ofPeople.pages[0]?.pageInfo?.endCursor ?? '';
    const refused = [
      () => client.listConversations({ page: { first: 1, after: 'garbage' } }),
      () => client.listConversations({ page: { first: 1, after: ofMessages } }),
      () => client.listMessages({ conversationId: other, page: { first: 1, after: ofMessages } }),
      () =>
        client.batchListConversationParticipants({
          conversationIds: [other],
          page: { first: 1, after: ofOnes },
        }),
    ];
    for (const call of refused) {
      const refusal = await refusalOf(call());
      expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'page.after' }] });
      expect(refusal.message).toContain('cursor');
    }
    const two = client.batchListConversationParticipants({
      conversationIds: [conversationId, other],
      page: { first: 1, after: ofOnes },
    });
    expect(await refusalOf(two)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'conversationIds' }],
    });
  });
});

it('participants are paged in the order in which they joined', async () => {
  const conversationId = await world.startGroup(ada, grace);
  await world.as(ada).addConversationParticipants({ conversationId, userIds: [mallory.id, alan.id] });
  const page = async (window: object) => {
    const { pages } = await world
      .as(alan)
      .batchListConversationParticipants({ conversationIds: [conversationId], page: window });
    return pages[0];
  };
  const first = await page({ first: 3 });
  expect(first?.edges.map(({ participant }) => participant?.userId)).toEqual([ada.id, grace.id, mallory.id]);
  const rest = await page({ first: 3, after: first?.pageInfo?.endCursor });
  expect(rest?.edges.map(({ participant }) => participant?.userId)).toEqual([alan.id]);
  const back = await page({ last: 2, before: rest?.pageInfo?.startCursor });
  expect(back?.edges.map(({ participant }) => participant?.userId)).toEqual([grace.id, mallory.id]);
});
