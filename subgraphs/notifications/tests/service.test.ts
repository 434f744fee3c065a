import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NotificationsServiceDefinition } from '#gen/proto/fitme/notifications/v1/NotificationsService.ts';
import { type DomainNetwork, type DoorClient, startDomains } from '#tests/domain-network.ts';
import { type Person, signUp } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { domains } from '../../domains.ts';
import { notificationsService } from '../rpc/service.ts';
import { type InboxDatabase, openInboxDatabase } from './inbox-database.ts';

type Client = DoorClient<NotificationsServiceDefinition>;

let network: DomainNetwork;
let database: InboxDatabase;
let person: Person;
let other: Person;

beforeAll(async () => {
  network = await startDomains(domains);
  database = await openInboxDatabase(network.database);
  [person, other] = [await signUp(network, 'Ada'), await signUp(network, 'Grace')];
});

afterAll(async () => {
  await database?.close();
  await network?.close();
});

beforeEach(async () => {
  await database.db.prisma.notification.deleteMany();
  await database.db.prisma.notificationPreference.deleteMany();
});

/** Puts notifications into an inbox, and answers their ids, the oldest first. Pairs of them happen at the same instant. */
async function fill(ownerId: string, count: number): Promise<string[]> {
  const data = Array.from({ length: count }, (_, index) => ({
    id: uuidv7(),
    ownerId,
    kind: 'FRIEND_REQUESTED' as const,
    actorId: uuidv7(),
    friendRequestId: uuidv7(),
    occurredAt: new Date(Date.UTC(2026, 10, 1) + Math.floor(index / 2)),
  }));
  await database.db.prisma.notification.createMany({ data });
  return data.map(({ id }) => id);
}

function clientOf(name: string, token: string | undefined = person.token): Client {
  const door = network.doors.find((candidate) => candidate.name === name);
  if (door === undefined) throw new Error(`There is no door ${name}.`);
  return door.client(notificationsService, token);
}

function idsOf(page: Awaited<ReturnType<Client['listNotifications']>>): string[] {
  return page.edges.map(({ notification }) => notification?.id ?? '');
}

describe.each(['grpc', 'graphql'])('an inbox, through the %s door', (door) => {
  it('is listed newest first, page by page, each entry once', async () => {
    const ids = (await fill(person.id, 7)).toReversed();
    const client = clientOf(door);
    const seen: string[] = [];
    for (let after = '', more = true; more; ) {
      const page = await client.listNotifications({ page: { first: 3, after } });
      seen.push(...idsOf(page));
      after = page.pageInfo?.endCursor ?? '';
      more = page.pageInfo?.hasNextPage ?? false;
    }
    expect(seen).toEqual(ids);
  });

  it('is listed backwards in the same order', async () => {
    const ids = (await fill(person.id, 7)).toReversed();
    const client = clientOf(door);
    const last = await client.listNotifications({ page: { last: 3 } });
    expect(idsOf(last)).toEqual(ids.slice(4));
    expect(last.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
    const before = await client.listNotifications({
      page: { last: 10, before: last.pageInfo?.startCursor ?? '' },
    });
    expect(idsOf(before)).toEqual(ids.slice(0, 4));
    expect(before.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: true });
  });

  it('can be listed without what was read', async () => {
    const [oldest, newest] = await fill(person.id, 2);
    const client = clientOf(door);
    await client.markNotificationRead({ notificationId: newest ?? '' });
    expect(idsOf(await client.listNotifications({ unreadOnly: true }))).toEqual([oldest]);
    expect(idsOf(await client.listNotifications({}))).toEqual([newest, oldest]);
  });

  it('marks one read, and answers the same the second time', async () => {
    const [id = ''] = await fill(person.id, 1);
    const client = clientOf(door);
    const first = await client.markNotificationRead({ notificationId: id });
    const second = await client.markNotificationRead({ notificationId: id });
    expect(first.notification).toMatchObject({ id, readAt: { seconds: expect.any(String) } });
    expect(second).toEqual(first);
    expect((await client.getUnreadNotificationCount({})).unreadCount).toBe(0);
  });

  it('marks everything read that is there, once', async () => {
    await fill(person.id, 3);
    const client = clientOf(door);
    const eventsBefore = (await database.eventsOf(person.id)).length;
    expect(await client.markAllNotificationsRead({})).toEqual({ markedCount: 3 });
    expect(await client.markAllNotificationsRead({})).toEqual({ markedCount: 0 });
    const events = (await database.eventsOf(person.id)).slice(eventsBefore);
    expect(events.map(({ kind }) => kind)).toEqual(['notifications.all-notifications-read']);
  });

  it('counts what is unread up to 1,000', async () => {
    await fill(person.id, 1_002);
    expect(await clientOf(door).getUnreadNotificationCount({})).toEqual({ unreadCount: 1_000 });
  });

  it('shows nobody what is in the inbox of another', async () => {
    const [id = ''] = await fill(other.id, 1);
    const client = clientOf(door);
    expect(await client.batchGetNotifications({ ids: [id] })).toEqual({ notifications: [] });
    expect(idsOf(await client.listNotifications({}))).toEqual([]);
    expect(await client.getUnreadNotificationCount({})).toEqual({ unreadCount: 0 });
    expect(await client.markAllNotificationsRead({})).toEqual({ markedCount: 0 });
    expect(await refusalOf(client.markNotificationRead({ notificationId: id }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await clientOf(door, other.token).getUnreadNotificationCount({})).toEqual({ unreadCount: 1 });
  });

  it('has one preference a kind, on until it is turned off', async () => {
    const client = clientOf(door);
    await client.updateNotificationPreference({ kind: 'NOTIFICATION_KIND_MESSAGE_SENT', inApp: false });
    expect(await client.listNotificationPreferences({})).toEqual({
      notificationPreferences: [
        { kind: 'NOTIFICATION_KIND_FRIEND_REQUESTED', inApp: true },
        { kind: 'NOTIFICATION_KIND_FRIEND_ACCEPTED', inApp: true },
        { kind: 'NOTIFICATION_KIND_MESSAGE_SENT', inApp: false },
      ],
    });
    const { notificationPreference } = await client.updateNotificationPreference({
      kind: 'NOTIFICATION_KIND_MESSAGE_SENT',
      inApp: true,
    });
    expect(notificationPreference).toEqual({ kind: 'NOTIFICATION_KIND_MESSAGE_SENT', inApp: true });
  });
});

/** What both doors must answer in the same words. Each is called twice and leaves the inbox as it finds it. */
const refused: [string, (client: Client) => Promise<unknown>, object][] = [
  [
    'both first and last',
    (client) => client.listNotifications({ page: { first: 1, last: 1 } }),
    { code: 'INVALID_ARGUMENT', fields: [{ path: 'page.last', message: expect.any(String) }] },
  ],
  [
    'too large a page',
    (client) => client.listNotifications({ page: { first: 101 } }),
    { code: 'INVALID_ARGUMENT', fields: [{ path: 'page.first', message: expect.stringContaining('100') }] },
  ],
  [
    'a malformed cursor',
    (client) => client.listNotifications({ page: { first: 1, after: 'nonsense' } }),
    { code: 'INVALID_ARGUMENT', fields: [{ path: 'page.after', message: expect.any(String) }] },
  ],
  [
    'a cursor of another list',
    (client) =>
      client.listNotifications({
        page: { first: 1, after: Buffer.from('["users.friends",1]').toString('base64url') },
      }),
    {
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'page.after', message: expect.stringContaining('another list') }],
    },
  ],
  [
    'an id that is none',
    (client) => client.batchGetNotifications({ ids: ['me'] }),
    { code: 'INVALID_ARGUMENT', fields: [{ path: 'ids.0', message: expect.any(String) }] },
  ],
  [
    'too many ids',
    (client) => client.batchGetNotifications({ ids: Array.from({ length: 1_001 }, () => uuidv7()) }),
    { code: 'INVALID_ARGUMENT', fields: [{ path: 'ids', message: expect.stringContaining('1,000') }] },
  ],
  [
    'a notification that is not there',
    (client) => client.markNotificationRead({ notificationId: uuidv7() }),
    { code: 'NOT_FOUND' },
  ],
  [
    'a preference for no kind',
    (client) => client.updateNotificationPreference({ inApp: false }),
    { code: 'INVALID_ARGUMENT', fields: [{ path: 'kind', message: expect.any(String) }] },
  ],
];

describe('both doors', () => {
  it('answer alike', async () => {
    const ids = await fill(person.id, 3);
    const [grpc, graphql] = [clientOf('grpc'), clientOf('graphql')];
    for (const call of [
      (client: Client) => client.listNotifications({ page: { first: 2 }, unreadOnly: true }),
      (client: Client) => client.batchGetNotifications({ ids }),
      (client: Client) => client.getUnreadNotificationCount({}),
      (client: Client) => client.markNotificationRead({ notificationId: ids[0] ?? '' }),
      (client: Client) => client.listNotificationPreferences({}),
      (client: Client) =>
        client.updateNotificationPreference({ kind: 'NOTIFICATION_KIND_MESSAGE_SENT', inApp: false }),
    ]) {
      expect(await call(grpc)).toEqual(await call(graphql));
    }
  });

  it.each(refused)('refuse %s in the same words', async (_, call, refusal) => {
    const [grpc, graphql] = [
      await refusalOf(call(clientOf('grpc'))),
      await refusalOf(call(clientOf('graphql'))),
    ];
    expect(graphql).toMatchObject(refusal);
    expect(grpc).toEqual(graphql);
  });

  it.each(['grpc', 'graphql'])('refuse nobody and services alike: %s', async (name) => {
    const door = network.doors.find((candidate) => candidate.name === name);
    const nobody = door?.client(notificationsService).listNotifications({});
    expect(await refusalOf(nobody ?? Promise.resolve())).toMatchObject({ code: 'UNAUTHENTICATED' });
    const service = clientOf(name, await network.serviceToken()).listNotifications({});
    expect(await refusalOf(service)).toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
