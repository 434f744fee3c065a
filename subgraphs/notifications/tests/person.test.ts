import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore, type Store } from '../store/store.ts';
import { type InboxDatabase, openInboxDatabase } from './inbox-database.ts';

let database: InboxDatabase;
let store: Store;

beforeAll(async () => {
  database = await openInboxDatabase();
  store = createStore({ db: database.db, now: Date.now, newId: uuidv7 });
});

afterAll(() => database?.close());

/** Each of the two is told of a message by the other, and of a friend request by the other. */
async function twoPeople(): Promise<{ person: string; friend: string }> {
  const [person, friend] = [uuidv7(), uuidv7()];
  await database.db.transaction(async (transaction) => {
    for (const [ownerId, actorId] of [
      [person, friend],
      [friend, person],
    ] as const) {
      const occurredAt = new Date('2026-11-01T10:00:00Z');
      const conversationId = uuidv7();
      await store.arrivals.notifyOfMessage(transaction, {
        recipientIds: [ownerId],
        actorId,
        conversationId,
        messageId: uuidv7(),
        seq: 2,
        occurredAt,
      });
      await store.arrivals.notifyOfFriendship(transaction, {
        kind: 'FRIEND_REQUESTED',
        ownerId,
        actorId,
        friendRequestId: uuidv7(),
        occurredAt,
      });
    }
  });
  await store.preferences.choose(person, { kind: 'FRIEND_ACCEPTED', inApp: false });
  return { person, friend };
}

describe('the export of a person', () => {
  it('holds their inbox and their preferences, as JSON', async () => {
    const { person, friend } = await twoPeople();
    const exported = await store.person.export(person);
    expect(exported).toEqual({
      notifications: [
        expect.objectContaining({
          kind: 'MESSAGE_SENT',
          actorId: friend,
          occurredAt: '2026-11-01T10:00:00.000Z',
        }),
        expect.objectContaining({ kind: 'FRIEND_REQUESTED', actorId: friend, readAt: null }),
      ],
      preferences: [{ kind: 'FRIEND_ACCEPTED', inApp: false }],
    });
    expect(JSON.parse(JSON.stringify(exported))).toEqual(exported);
  });
});

describe('the erasure of a person', () => {
  it('leaves nothing of theirs, and no name of theirs with others', async () => {
    const { person, friend } = await twoPeople();
    await store.person.erase(person);
    expect(await store.person.export(person)).toEqual({ notifications: [], preferences: [] });
    expect(await store.person.export(friend)).toMatchObject({
      notifications: [{ kind: 'MESSAGE_SENT', actorId: null }],
    });
    const events = await database.eventsOf(friend);
    expect(events.at(-1)?.kind).toBe('notifications.notification-removed');
  });

  it('changes nothing the second time', async () => {
    const { person, friend } = await twoPeople();
    await store.person.erase(person);
    const [inbox, events] = [await store.person.export(friend), await database.eventsOf(friend)];
    await store.person.erase(person);
    expect(await store.person.export(friend)).toEqual(inbox);
    expect(await database.eventsOf(friend)).toHaveLength(events.length);
  });
});
