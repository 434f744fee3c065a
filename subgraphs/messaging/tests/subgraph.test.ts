import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { costOfRequest } from './request-cost.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let statementCount: StatementCount;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  world = await startWorld();
  statementCount = await openStatementCount(world.network.database.adminUrl);
  [ada, grace] = await world.signUp('Ada', 'Grace');
});

afterAll(async () => {
  await statementCount?.close();
  await world?.close();
});

/** The data of an operation that has no fault. */
async function ask<Data>(person: Person, operation: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await world.network.graphql<Data>('messaging', operation, {
    variables,
    token: person.token,
  });
  expect(errors).toBeUndefined();
  if (!data) throw new Error('No data was answered.');
  return data;
}

const ENTITIES = `
  query ($of: [_Any!]!) {
    _entities(representations: $of) {
      __typename
      ... on Conversation { id title }
      ... on Message { id body }
      ... on User { id }
      ... on Viewer { id unreadConversationCount conversations(first: 1) { nodes { id } } }
    }
  }`;

it('shows a conversation as the public contract says', async () => {
  const { startGroupConversation } = await ask<{ startGroupConversation: { conversation: { id: string } } }>(
    ada,
    `mutation ($input: StartGroupConversationInput!) {
      startGroupConversation(input: $input) { conversation { id } }
    }`,
    { input: { title: 'Sunday run', participantIds: [grace.id], idempotencyKey: uuidv7() } },
  );
  const { id } = startGroupConversation.conversation;
  const first = await world.send(ada, id, 'At seven?');
  const send = `mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) {
      message { id body version sender { id } conversation { id unreadCount } replyTo { id body } reactions { emoji } }
    }
  }`;
  const input = { conversationId: id, body: 'Eight.', replyToMessageId: first, idempotencyKey: uuidv7() };
  const { sendMessage } = await ask<{ sendMessage: { message: { id: string } } }>(grace, send, { input });
  expect(sendMessage.message).toMatchObject({
    body: 'Eight.',
    version: 1,
    sender: { id: grace.id },
    conversation: { id, unreadCount: 1 },
    replyTo: { id: first, body: 'At seven?' },
    reactions: [],
  });
  const { conversation } = await ask<{ conversation: unknown }>(
    grace,
    `query ($id: ID!) {
      conversation(id: $id) {
        id kind title owner { id } createdAt lastActivityAt active participantCount unreadCount
        participants { nodes { id } edges { joinedAt cursor node { id } } pageInfo { hasNextPage } }
        messages(last: 1) { nodes { id sentAt editedAt deletedAt } pageInfo { hasPreviousPage startCursor } }
        lastMessage { id }
      }
    }`,
    { id },
  );
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(conversation).toEqual({
    id,
    kind: 'GROUP',
    title: 'Sunday run',
    owner: { id: ada.id },
    createdAt: instant,
    lastActivityAt: instant,
    active: true,
    participantCount: 2,
    unreadCount: 1,
    participants: {
      nodes: [{ id: ada.id }, { id: grace.id }],
      edges: [ada, grace].map((node) => ({
        joinedAt: instant,
        cursor: expect.any(String),
        node: { id: node.id },
      })),
      pageInfo: { hasNextPage: false },
    },
    messages: {
      nodes: [{ id: sendMessage.message.id, sentAt: instant, editedAt: null, deletedAt: null }],
      pageInfo: { hasPreviousPage: true, startCursor: expect.any(String) },
    },
    lastMessage: { id: sendMessage.message.id },
  });
});

it('answers entities that the viewer may see, and null for all else', async () => {
  const [outsider] = await world.signUp('Outsider');
  const conversationId = await world.startGroup(ada, grace);
  const messageId = await world.send(ada, conversationId, 'Hello');
  const of = [
    { __typename: 'Message', id: messageId },
    { __typename: 'Conversation', id: conversationId },
    { __typename: 'Message', id: uuidv7() },
    { __typename: 'User', id: grace.id },
    { __typename: 'Viewer', id: grace.id },
  ];
  const forGrace = await ask<{ _entities: unknown[] }>(grace, ENTITIES, { of });
  expect(forGrace._entities).toEqual([
    { __typename: 'Message', id: messageId, body: 'Hello' },
    { __typename: 'Conversation', id: conversationId, title: 'Sunday run' },
    null,
    { __typename: 'User', id: grace.id },
    {
      __typename: 'Viewer',
      id: grace.id,
      unreadConversationCount: expect.any(Number),
      conversations: expect.anything(),
    },
  ]);
  const forOutsider = await ask<{ _entities: unknown[] }>(outsider, ENTITIES, { of });
  expect(forOutsider._entities).toEqual([null, null, null, { __typename: 'User', id: grace.id }, null]);
});

it('reads a message by its id in whatever letters, where the viewer may see it', async () => {
  const [outsider] = await world.signUp('Outsider');
  const id = await world.send(ada, await world.startGroup(ada, grace), 'Hello');
  const query = 'query ($id: ID!) { message(id: $id) { id body } }';
  const read = (person: Person, asked: string) => ask(person, query, { id: asked });
  expect(await read(grace, id.toUpperCase())).toEqual({ message: { id, body: 'Hello' } });
  expect(await read(outsider, id)).toEqual({ message: null });
  expect(await read(grace, uuidv7())).toEqual({ message: null });
  const { errors } = await world.network.graphql('messaging', query, {
    variables: { id: 'none' },
    token: grace.token,
  });
  expect(errors).toMatchObject([{ path: ['message'], extensions: { fields: [{ path: 'id' }] } }]);
});

it('answers the mutations of one request each with what is then', async () => {
  const conversationId = await world.startGroup(ada, grace);
  const [first, second] = [await world.send(ada, conversationId), await world.send(ada, conversationId)];
  const answer = await ask<Record<string, { conversation: { unreadCount: number } }>>(
    grace,
    `mutation ($one: MarkConversationReadInput!, $two: MarkConversationReadInput!) {
      one: markConversationRead(input: $one) { conversation { unreadCount } }
      two: markConversationRead(input: $two) { conversation { unreadCount } }
    }`,
    { one: { conversationId, messageId: first }, two: { conversationId, messageId: second } },
  );
  expect(answer['one']?.conversation.unreadCount).toBe(1);
  expect(answer['two']?.conversation.unreadCount).toBe(0);
});

interface Overview {
  _entities: { conversations: { edges: { node: unknown }[] } }[];
}

describe('the list of conversations with all that an overview shows', () => {
  const OVERVIEW = `
    query ($of: [_Any!]!) {
      _entities(representations: $of) {
        ... on Viewer {
          conversations(first: 20) {
            edges { node {
              title unreadCount
              lastMessage { body sender { id } reactions { emoji count } replyTo { id } }
              participants(first: 10) { nodes { id } }
            } }
          }
        }
      }
    }`;

  async function overviewOf(reader: Person) {
    const variables = { of: [{ __typename: 'Viewer', id: reader.id }] };
    let nodes: unknown[] = [];
    const count = await costOfRequest(statementCount, async () => {
      const data = await ask<Overview>(reader, OVERVIEW, variables);
      nodes = data._entities[0]?.conversations.edges.map(({ node }) => node) ?? [];
    });
    return { nodes, count };
  }

  it('takes four statements, at twenty conversations of ten people as at one', async () => {
    const [reader] = await world.signUp('Reader');
    const others = await world.signUp('B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J');
    const start = async () => {
      const conversationId = await world.startGroup(others[0], reader, ...others.slice(1));
      const messageId = await world.send(others[1], conversationId, 'Hello');
      await world.as(reader).addMessageReaction({ messageId, emoji: '👍' });
    };
    await start();
    const one = await overviewOf(reader);
    for (let turn = 1; turn < 20; turn++) await start();
    const twenty = await overviewOf(reader);
    expect(twenty.nodes).toHaveLength(20);
    expect(twenty.nodes[19]).toEqual(one.nodes[0]);
    expect(one.nodes[0]).toEqual({
      title: 'Sunday run',
      unreadCount: 1,
      lastMessage: {
        body: 'Hello',
        sender: { id: others[1].id },
        reactions: [{ emoji: '👍', count: 1 }],
        replyTo: null,
      },
      participants: { nodes: [others[0], reader, ...others.slice(1)].map(({ id }) => ({ id })) },
    });
    expect([one.count, twenty.count]).toEqual([4, 4]);
  });
});
