import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeEvent, type EventRow, eventColumns } from '#platform/event-log/envelope.ts';
import type { DomainNetwork, TestDoor } from '#tests/domain-network.ts';
import { befriend, type Person, signUp, startUsers } from './world.ts';

let network: DomainNetwork;
let admin: pg.Client;
let door: TestDoor;
beforeAll(async () => {
  network = await startUsers();
  door = network.doors[0] as TestDoor;
  admin = new pg.Client({ connectionString: network.database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await network?.close();
});

/** What a topic tells, in order: kind and payload. */
async function told(topic: string): Promise<[kind: string, payload: unknown][]> {
  const { rows } = await admin.query<EventRow>(
    `SELECT ${eventColumns('events')} FROM users.events WHERE topic = $1 ORDER BY seq`,
    [topic],
  );
  return rows.map((row) => {
    const event = decodeEvent(row, '');
    return [event.kind, event.payload && event[event.payload]];
  });
}

const toldTo = ({ id }: Person) => told(`users.person.${id}`);

describe('events', () => {
  it('tell each of two people what the other did, and nothing twice', async () => {
    const [asker, asked] = [await signUp(door), await signUp(door)];
    const friendRequestId = await befriend(asker, asked);
    await asked.service.acceptFriendRequest({ friendRequestId });
    await asker.service.sendFriendRequest({ userId: asked.id, idempotencyKey: asked.id });
    await asked.service.removeFriend({ userId: asker.id });
    await asked.service.removeFriend({ userId: asker.id });
    const payload = { friendRequestId, requesterId: asker.id, addresseeId: asked.id };
    expect(await toldTo(asked)).toEqual([['users.friend-requested', payload]]);
    expect(await toldTo(asker)).toEqual([
      ['users.friend-accepted', payload],
      ['users.friendship-ended', { actorId: asked.id, otherId: asker.id }],
    ]);
  });

  it('tell of a block to the blocker alone, and of what it ended to the other', async () => {
    const [blocker, blocked] = [await signUp(door), await signUp(door)];
    await blocker.service.blockUser({ userId: blocked.id });
    await blocker.service.blockUser({ userId: blocked.id });
    await blocker.service.unblockUser({ userId: blocked.id });
    await blocker.service.unblockUser({ userId: blocked.id });
    const payload = { blockerId: blocker.id, blockedId: blocked.id };
    expect(await toldTo(blocker)).toEqual([
      ['users.person-blocked', payload],
      ['users.person-unblocked', payload],
    ]);
    expect(await toldTo(blocked)).toEqual([]);
  });

  it('tell of a changed profile and privacy, and not of a refused change', async () => {
    const person = await signUp(door);
    await person.service.updateUserProfile({ expectedVersion: 1, bio: 'Lifts.' });
    await person.service.updateUserProfile({ expectedVersion: 1, bio: 'Late.' }).catch(() => undefined);
    await person.service.updateProfilePrivacy({ profileVisibility: 'PROFILE_VISIBILITY_PRIVATE' });
    const payload = { userId: person.id };
    expect(await toldTo(person)).toEqual([
      ['users.profile-changed', payload],
      ['users.profile-changed', payload],
    ]);
  });

  it('name a session once when it ends', async () => {
    const { service, id, sessionId } = await signUp(door);
    await service.signOut({});
    const revocations = await told('users.revocations');
    expect(revocations).toContainEqual(['users.session-revoked', { sessionId, userId: id }]);
    expect(
      revocations.filter(([, payload]) => (payload as { sessionId: string }).sessionId === sessionId),
    ).toHaveLength(1);
  });
});
