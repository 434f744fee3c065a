import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { type ArrivalStore, createArrivalStore, type MessageArrival } from '../store/arrivals.ts';
import { createInboxStore } from '../store/inbox.ts';
import { createPreferenceStore } from '../store/preferences.ts';
import { type InboxDatabase, openInboxDatabase } from './inbox-database.ts';

let database: InboxDatabase;
let arrivals: ArrivalStore;
let statementCount: StatementCount;

beforeAll(async () => {
  database = await openInboxDatabase();
  statementCount = await openStatementCount(database.adminUrl, { platform: true });
  arrivals = createArrivalStore({ now: Date.now, newId: uuidv7 });
});

afterAll(async () => {
  await statementCount?.close();
  await database?.close();
});

function messageTo(recipientIds: readonly string[], changes: Partial<MessageArrival> = {}): MessageArrival {
  return {
    recipientIds,
    actorId: uuidv7(),
    conversationId: uuidv7(),
    messageId: uuidv7(),
    seq: 2,
    occurredAt: new Date(),
    ...changes,
  };
}

function send(arrival: MessageArrival): Promise<void> {
  return database.db.transaction((transaction) => arrivals.notifyOfMessage(transaction, arrival));
}

function inboxOf(ownerId: string) {
  return database.db.prisma.notification.findMany({
    where: { ownerId },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
  });
}

async function kindsOf(ownerId: string): Promise<string[]> {
  return (await database.eventsOf(ownerId)).map(({ kind }) => kind.replace('notifications.', ''));
}

describe('messages', () => {
  it('make one unread notification a conversation, which names the newest and counts up', async () => {
    const owner = uuidv7();
    const first = messageTo([owner]);
    const second = {
      ...first,
      messageId: uuidv7(),
      actorId: uuidv7(),
      seq: 3,
      occurredAt: new Date(Date.now() + 1),
    };
    await send(first);
    await send(second);
    expect(await inboxOf(owner)).toMatchObject([
      {
        kind: 'MESSAGE_SENT',
        conversationId: first.conversationId,
        messageId: second.messageId,
        actorId: second.actorId,
        count: 2,
        occurredAt: second.occurredAt,
        readAt: null,
      },
    ]);
    expect(await kindsOf(owner)).toEqual(['notification-created', 'notification-updated']);
  });

  it('make another notification once the first was read', async () => {
    const owner = uuidv7();
    const first = messageTo([owner]);
    await send(first);
    const [before] = await inboxOf(owner);
    await createInboxStore(database.db).markRead(owner, before?.id ?? '', new Date());
    await send({ ...first, messageId: uuidv7(), seq: 3 });
    expect((await inboxOf(owner)).map(({ count, readAt }) => ({ count, read: readAt !== null }))).toEqual(
      expect.arrayContaining([
        { count: 1, read: true },
        { count: 1, read: false },
      ]),
    );
    expect(await kindsOf(owner)).toEqual([
      'notification-created',
      'notification-read',
      'notification-created',
    ]);
  });

  it('reach nobody who has turned them off, and all others', async () => {
    const [quiet, other] = [uuidv7(), uuidv7()];
    await createPreferenceStore(database.db).choose(quiet, { kind: 'MESSAGE_SENT', inApp: false });
    await send(messageTo([quiet, other]));
    expect(await inboxOf(quiet)).toEqual([]);
    expect(await database.eventsOf(quiet)).toEqual([]);
    expect(await inboxOf(other)).toHaveLength(1);
  });

  it('take as many statements for 250 recipients as for one', async () => {
    const recipients = Array.from({ length: 250 }, () => uuidv7());
    const arrival = messageTo(recipients);
    const callsOf = async (next: MessageArrival) =>
      (await statementCount.during(() => send(next))).map(({ calls }) => calls);
    expect(await callsOf(messageTo([uuidv7()]))).toEqual([1, 1]);
    expect(await callsOf(arrival)).toEqual([1, 1]);
    expect(await callsOf({ ...arrival, messageId: uuidv7(), seq: 3 })).toEqual([1, 1]);
    const [first, last] = await Promise.all([inboxOf(recipients[0] ?? ''), inboxOf(recipients[249] ?? '')]);
    expect([first[0]?.count, last[0]?.count]).toEqual([2, 2]);
  });

  it('that come a second time change nothing, read or unread', async () => {
    const owner = uuidv7();
    const first = messageTo([owner]);
    const second = { ...first, messageId: uuidv7(), seq: 3 };
    await send(first);
    await send(second);
    await send(first);
    await send(second);
    await createInboxStore(database.db).markAllRead(owner, new Date());
    await send(second);
    expect(await inboxOf(owner)).toMatchObject([
      { count: 2, messageId: second.messageId, readAt: expect.any(Date) },
    ]);
    expect(await kindsOf(owner)).toEqual([
      'notification-created',
      'notification-updated',
      'all-notifications-read',
    ]);
  });

  it('that arrive while an inbox is marked read are never lost', async () => {
    const owner = uuidv7();
    const arrival = messageTo([owner]);
    const inbox = createInboxStore(database.db);
    for (let seq = 2; seq < 22; seq += 1) {
      await Promise.all([
        send({ ...arrival, messageId: uuidv7(), seq }),
        inbox.markAllRead(owner, new Date()),
      ]);
    }
    const notifications = await inboxOf(owner);
    expect(notifications.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    expect(notifications.filter(({ readAt }) => readAt === null).length).toBeLessThanOrEqual(1);
  });
});

describe('a read marker', () => {
  it('resolves what it has passed, and only that owner and conversation', async () => {
    const [owner, other] = [uuidv7(), uuidv7()];
    const arrival = messageTo([owner, other]);
    await send(arrival);
    await send(messageTo([owner]));
    await database.db.transaction((transaction) =>
      arrivals.resolveConversation(transaction, {
        ownerId: owner,
        conversationId: arrival.conversationId,
        upToSeq: arrival.seq,
      }),
    );
    const unread = (await inboxOf(owner)).filter(({ readAt }) => readAt === null);
    expect(unread.map(({ conversationId }) => conversationId)).not.toContain(arrival.conversationId);
    expect(unread).toHaveLength(1);
    expect(await inboxOf(other)).toMatchObject([{ readAt: null }]);
    expect((await kindsOf(owner)).at(-1)).toBe('notification-read');
  });

  it('leaves unread what was written behind it', async () => {
    const owner = uuidv7();
    const arrival = messageTo([owner], { seq: 7 });
    await send(arrival);
    await database.db.transaction((transaction) =>
      arrivals.resolveConversation(transaction, {
        ownerId: owner,
        conversationId: arrival.conversationId,
        upToSeq: 6,
      }),
    );
    expect(await inboxOf(owner)).toMatchObject([{ readAt: null }]);
  });
});

describe('friend requests', () => {
  const request = () => ({
    kind: 'FRIEND_REQUESTED' as const,
    ownerId: uuidv7(),
    actorId: uuidv7(),
    friendRequestId: uuidv7(),
    occurredAt: new Date(),
  });
  const notify = (arrival: Parameters<ArrivalStore['notifyOfFriendship']>[1]) =>
    database.db.transaction((transaction) => arrivals.notifyOfFriendship(transaction, arrival));

  it('are told of once', async () => {
    const arrival = request();
    await notify(arrival);
    await notify(arrival);
    expect(await inboxOf(arrival.ownerId)).toMatchObject([
      {
        kind: 'FRIEND_REQUESTED',
        actorId: arrival.actorId,
        friendRequestId: arrival.friendRequestId,
        count: 1,
      },
    ]);
    expect(await kindsOf(arrival.ownerId)).toEqual(['notification-created']);
  });

  it('are not told of where that is turned off', async () => {
    const arrival = request();
    await createPreferenceStore(database.db).choose(arrival.ownerId, {
      kind: 'FRIEND_REQUESTED',
      inApp: false,
    });
    await notify(arrival);
    await notify({ ...arrival, kind: 'FRIEND_ACCEPTED' as const });
    expect((await inboxOf(arrival.ownerId)).map(({ kind }) => kind)).toEqual(['FRIEND_ACCEPTED']);
  });

  it('are read once they are answered', async () => {
    const arrival = request();
    await notify(arrival);
    await database.db.transaction((transaction) =>
      arrivals.resolveFriendRequest(transaction, arrival.friendRequestId),
    );
    expect(await inboxOf(arrival.ownerId)).toMatchObject([{ readAt: expect.any(Date) }]);
    expect(await kindsOf(arrival.ownerId)).toEqual(['notification-created', 'notification-read']);
  });

  it('leave nothing behind when the bond ends, whichever way round the pair is named', async () => {
    const arrival = request();
    await notify(arrival);
    await notify({ ...arrival, actorId: uuidv7(), friendRequestId: uuidv7() });
    await database.db.transaction((transaction) =>
      arrivals.removeFriendship(transaction, [arrival.actorId, arrival.ownerId]),
    );
    expect((await inboxOf(arrival.ownerId)).map(({ actorId }) => actorId)).not.toContain(arrival.actorId);
    expect(await inboxOf(arrival.ownerId)).toHaveLength(1);
    expect((await kindsOf(arrival.ownerId)).at(-1)).toBe('notification-removed');
  });
});
