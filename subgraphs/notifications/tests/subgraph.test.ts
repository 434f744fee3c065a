import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DomainNetwork, startDomains } from '#tests/domain-network.ts';
import { type Person, signUp } from '#tests/people.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { domains } from '../../domains.ts';
import { type InboxDatabase, openInboxDatabase } from './inbox-database.ts';

let network: DomainNetwork;
let database: InboxDatabase;
let person: Person;
let statementCount: StatementCount;

beforeAll(async () => {
  network = await startDomains(domains);
  database = await openInboxDatabase(network.database);
  person = await signUp(network, 'Ada');
  statementCount = await openStatementCount(network.database.adminUrl);
});

afterAll(async () => {
  await statementCount?.close();
  await database?.close();
  await network?.close();
});

const VIEWER = `
  query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      ... on Viewer {
        id
        unreadNotificationCount
        notificationPreferences { kind inApp }
        notifications(first: 1) {
          edges { cursor node { id } }
          nodes {
            kind count occurredAt readAt
            actor { id } conversation { id } message { id } friendRequest { id }
          }
          pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
        }
      }
    }
  }`;

async function entities<Entity>(query: string, representations: object[]): Promise<(Entity | null)[]> {
  const { data, errors } = await network.graphql<{ _entities: (Entity | null)[] }>('notifications', query, {
    variables: { representations },
    token: person.token,
  });
  expect(errors).toBeUndefined();
  return data?._entities ?? [];
}

async function fill(count: number): Promise<string[]> {
  const data = Array.from({ length: count }, () => ({
    id: uuidv7(),
    ownerId: person.id,
    kind: 'MESSAGE_SENT' as const,
    actorId: uuidv7(),
    conversationId: uuidv7(),
    messageId: uuidv7(),
    count: 2,
    occurredAt: new Date('2026-11-01T10:00:00.123Z'),
  }));
  await database.db.prisma.notification.deleteMany();
  await database.db.prisma.notification.createMany({ data });
  return data.map(({ id }) => id);
}

it('shows a person their inbox as the public contract says', async () => {
  const [, id] = await fill(2);
  const [viewer] = await entities<Record<string, unknown>>(VIEWER, [{ __typename: 'Viewer', id: person.id }]);
  const cursor = expect.any(String);
  expect(viewer).toEqual({
    id: person.id,
    unreadNotificationCount: 2,
    notificationPreferences: [
      { kind: 'FRIEND_REQUESTED', inApp: true },
      { kind: 'FRIEND_ACCEPTED', inApp: true },
      { kind: 'MESSAGE_SENT', inApp: true },
    ],
    notifications: {
      edges: [{ cursor, node: { id } }],
      nodes: [
        {
          kind: 'MESSAGE_SENT',
          count: 2,
          occurredAt: '2026-11-01T10:00:00.123Z',
          readAt: null,
          actor: { id: expect.any(String) },
          conversation: { id: expect.any(String) },
          message: { id: expect.any(String) },
          friendRequest: null,
        },
      ],
      pageInfo: { startCursor: cursor, endCursor: cursor, hasNextPage: true, hasPreviousPage: false },
    },
  });
});

it('shows nobody the inbox of another', async () => {
  expect(await entities(VIEWER, [{ __typename: 'Viewer', id: uuidv7() }])).toEqual([null]);
});

it('reads any number of referenced notifications in one statement, and says null for those that are not there', async () => {
  const ids = await fill(20);
  const query =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Notification { id kind } } }';
  const wanted = [...ids, uuidv7()].map((id) => ({ __typename: 'Notification', id }));
  let found: unknown[] = [];
  const statements = await statementCount.during(async () => {
    found = await entities(query, wanted);
  });
  expect(found).toEqual([...ids.map((id) => ({ id, kind: 'MESSAGE_SENT' })), null]);
  expect(statements.map(({ calls }) => calls)).toEqual([1]);
});

it('reads one notification again, and of another inbox none', async () => {
  const [id = ''] = await fill(1);
  const read = async (token: string) => {
    const query = 'query ($id: ID!) { notification(id: $id) { id kind } }';
    const { data } = await network.graphql('notifications', query, {
      variables: { id: id.toUpperCase() },
      token,
    });
    return data;
  };
  expect(await read(person.token)).toEqual({ notification: { id, kind: 'MESSAGE_SENT' } });
  expect(await read((await signUp(network, 'Grace')).token)).toEqual({ notification: null });
});

it('changes an inbox', async () => {
  const [id] = await fill(2);
  const { data, errors } = await network.graphql<Record<string, unknown>>(
    'notifications',
    `mutation ($id: ID!) {
      markNotificationRead(input: { notificationId: $id }) { notification { id readAt } }
      markAllNotificationsRead { markedCount }
      updateNotificationPreference(input: { kind: FRIEND_ACCEPTED, inApp: false }) { notificationPreference { kind inApp } }
    }`,
    { variables: { id }, token: person.token },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    markNotificationRead: { notification: { id, readAt: expect.any(String) } },
    markAllNotificationsRead: { markedCount: 1 },
    updateNotificationPreference: { notificationPreference: { kind: 'FRIEND_ACCEPTED', inApp: false } },
  });
});
