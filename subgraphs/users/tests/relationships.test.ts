import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainNetwork, TestDoor } from '#tests/domain-network.ts';
import { refusalOf } from '#tests/refusal.ts';
import { usersService } from '../rpc/service.ts';
import { befriend, type Person, signUp, startUsers, throughBothDoors } from './world.ts';

let network: DomainNetwork;
beforeAll(async () => {
  network = await startUsers();
});
afterAll(() => network?.close());

const NOBODY = '01900000-0000-7000-8000-000000000000';

async function pair(door: TestDoor): Promise<[Person, Person]> {
  return [await signUp(door), await signUp(door)];
}

async function ask(from: Person, to: Person, idempotencyKey = 'ask') {
  const { friendRequest } = await from.service.sendFriendRequest({ userId: to.id, idempotencyKey });
  if (friendRequest === null) throw new Error('The answer lacks the request.');
  return friendRequest;
}

/** How each stands to the other. */
async function standings(left: Person, right: Person): Promise<(string | undefined)[]> {
  const seen = async (viewer: Person, other: Person) => {
    const { relationships } = await viewer.service.batchGetUserRelationships({ userIds: [other.id] });
    return relationships[0]?.relationship.replace('USER_RELATIONSHIP_', '');
  };
  return [await seen(left, right), await seen(right, left)];
}

async function waiting(person: Person, direction: 'RECEIVED' | 'SENT'): Promise<(string | undefined)[]> {
  const { edges } = await person.service.listFriendRequests({
    direction: `FRIEND_REQUEST_DIRECTION_${direction}`,
  });
  return edges.map(({ friendRequest }) => friendRequest?.id);
}

async function friendsOf(person: Person): Promise<(string | undefined)[]> {
  return (await person.service.listFriends({})).edges.map(({ user }) => user?.id);
}

describe('friend requests', () => {
  it('are sent, seen by both and by nobody else, and accepted', async () => {
    await throughBothDoors(network, async (door) => {
      const [asker, asked] = await pair(door);
      const stranger = await signUp(door);
      const request = await ask(asker, asked);
      expect(await standings(asker, asked)).toEqual(['REQUEST_SENT', 'REQUEST_RECEIVED']);
      expect([await waiting(asker, 'SENT'), await waiting(asked, 'RECEIVED')]).toEqual([
        [request.id],
        [request.id],
      ]);
      const read = await asked.service.batchGetFriendRequests({ ids: [request.id, NOBODY] });
      expect(read.friendRequests).toEqual([request]);
      const strangers = await stranger.service.batchGetFriendRequests({ ids: [request.id] });
      expect(strangers.friendRequests).toEqual([]);

      const accepted = await asked.service.acceptFriendRequest({ friendRequestId: request.id });
      expect(accepted.friendRequest).toEqual({ ...request, accepted: true });
      expect(await asked.service.acceptFriendRequest({ friendRequestId: request.id })).toEqual(accepted);
      expect(await standings(asker, asked)).toEqual(['FRIEND', 'FRIEND']);
      expect([await friendsOf(asker), await friendsOf(asked)]).toEqual([[asked.id], [asker.id]]);
      expect([await waiting(asker, 'SENT'), await waiting(asked, 'RECEIVED')]).toEqual([[], []]);
      return [request, read, strangers, accepted];
    });
  });

  it('accept what the other has asked already', async () => {
    await throughBothDoors(network, async (door) => {
      const [asker, asked] = await pair(door);
      const request = await ask(asker, asked);
      const answer = await ask(asked, asker);
      expect(answer).toEqual({ ...request, accepted: true });
      return answer;
    });
  });

  it('make one friendship where both ask at once', async () => {
    await throughBothDoors(network, async (door) => {
      const [left, right] = await pair(door);
      const answers = await Promise.all([ask(left, right), ask(right, left)]);
      expect(answers[0]?.id).toBe(answers[1]?.id);
      expect(answers.map(({ accepted }) => accepted).sort()).toEqual([false, true]);
      expect(await friendsOf(left)).toEqual([right.id]);
    });
  });

  it('are the same one when sent again, under the same key or another', async () => {
    await throughBothDoors(network, async (door) => {
      const [asker, asked] = await pair(door);
      const first = await ask(asker, asked, 'key-1');
      expect([await ask(asker, asked, 'key-1'), await ask(asker, asked, 'key-2')]).toEqual([first, first]);
      const otherBody = await refusalOf(ask(asker, await signUp(door), 'key-1'));
      expect(otherBody.code).toBe('CONFLICT');
      return [first, otherBody];
    });
  });

  it('are declined by who was asked and cancelled by who has asked, and by nobody else', async () => {
    await throughBothDoors(network, async (door) => {
      const [asker, asked] = await pair(door);
      const { id: friendRequestId } = await ask(asker, asked, 'first');
      const refused = [
        await refusalOf(asker.service.acceptFriendRequest({ friendRequestId })),
        await refusalOf(asker.service.declineFriendRequest({ friendRequestId })),
        await refusalOf(asked.service.cancelFriendRequest({ friendRequestId })),
      ];
      expect(refused.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
      await asked.service.declineFriendRequest({ friendRequestId });
      expect(await standings(asker, asked)).toEqual(['STRANGER', 'STRANGER']);
      const second = await ask(asker, asked, 'second');
      const cancelled = await asker.service.cancelFriendRequest({ friendRequestId: second.id });
      expect(await waiting(asked, 'RECEIVED')).toEqual([]);
      const gone = await refusalOf(asked.service.acceptFriendRequest({ friendRequestId: second.id }));
      expect(gone.code).toBe('NOT_FOUND');
      return [refused, cancelled, gone];
    });
  });

  it('refuse oneself, nobody, friends, and the accepted ones’ withdrawal', async () => {
    await throughBothDoors(network, async (door) => {
      const [left, right] = await pair(door);
      const friendRequestId = await befriend(left, right);
      const refused = [
        await refusalOf(ask(left, left, 'self')),
        await refusalOf(left.service.sendFriendRequest({ userId: NOBODY, idempotencyKey: 'nobody' })),
        await refusalOf(ask(left, right, 'friends')),
        await refusalOf(left.service.cancelFriendRequest({ friendRequestId })),
      ];
      expect(refused.map(({ code }) => code)).toEqual([
        'INVALID_ARGUMENT',
        'NOT_FOUND',
        'ALREADY_EXISTS',
        'FAILED_PRECONDITION',
      ]);
      return refused;
    });
  });
});

describe('friends', () => {
  it('are removed, and nothing happens where there are none', async () => {
    await throughBothDoors(network, async (door) => {
      const [left, right] = await pair(door);
      await befriend(left, right);
      const answers = [
        await left.service.removeFriend({ userId: right.id }),
        await left.service.removeFriend({ userId: right.id }),
      ];
      expect(await standings(left, right)).toEqual(['STRANGER', 'STRANGER']);
      expect(await friendsOf(right)).toEqual([]);
      return answers;
    });
  });

  it('are paged both ways, the newest first', async () => {
    await throughBothDoors(network, async (door) => {
      const person = await signUp(door);
      const friends: Person[] = [];
      for (let count = 0; count < 5; count += 1) friends.unshift(await signUp(door));
      for (const friend of friends.toReversed()) await befriend(person, friend);
      const ids = friends.map(({ id }) => id);
      const list = (page: object) => person.service.listFriends({ page });
      const first = await list({ first: 2 });
      const next = await list({ first: 2, after: first.pageInfo?.endCursor ?? '' });
      const last = await list({ last: 2 });
      const previous = await list({ last: 2, before: last.pageInfo?.startCursor ?? '' });
      const idsOf = ({ edges }: typeof first) => edges.map(({ user }) => user?.id);
      expect([first, next, last, previous].map(idsOf)).toEqual([
        ids.slice(0, 2),
        ids.slice(2, 4),
        ids.slice(3),
        ids.slice(1, 3),
      ]);
      return [first, next, last, previous].map(({ pageInfo }) => pageInfo);
    });
  });
});

describe('blocks', () => {
  it('end what there was, hide the profile, and cannot be told from nobody by who is blocked', async () => {
    await throughBothDoors(network, async (door) => {
      const [blocker, blocked] = await pair(door);
      await befriend(blocker, blocked);
      const answer = await blocker.service.blockUser({ userId: blocked.id });
      await blocker.service.blockUser({ userId: blocked.id });
      expect(await standings(blocker, blocked)).toEqual(['BLOCKED', 'STRANGER']);
      expect([await friendsOf(blocker), await friendsOf(blocked)]).toEqual([[], []]);
      const { profiles } = await blocked.service.batchGetUserProfiles({ userIds: [blocker.id] });
      expect(profiles).toEqual([]);
      const { users } = await blocked.service.batchGetUsers({ ids: [blocker.id] });
      expect(users).toHaveLength(1);
      const asking = await refusalOf(ask(blocked, blocker));
      const askingNobody = await refusalOf(
        blocked.service.sendFriendRequest({ userId: NOBODY, idempotencyKey: 'n' }),
      );
      expect(asking.message).toBe(askingNobody.message);
      const askingBlocked = await refusalOf(ask(blocker, blocked));
      expect(askingBlocked.code).toBe('FAILED_PRECONDITION');
      const { edges } = await blocker.service.listBlockedUsers({});
      expect(edges.map(({ user }) => user?.id)).toEqual([blocked.id]);
      return [answer, users, asking, askingBlocked, edges];
    });
  });

  it('are taken back, and leave strangers', async () => {
    await throughBothDoors(network, async (door) => {
      const [blocker, blocked] = await pair(door);
      await blocker.service.blockUser({ userId: blocked.id });
      const answer = await blocker.service.unblockUser({ userId: blocked.id });
      await blocker.service.unblockUser({ userId: blocked.id });
      expect(await standings(blocker, blocked)).toEqual(['STRANGER', 'STRANGER']);
      expect((await blocker.service.listBlockedUsers({})).edges).toEqual([]);
      await ask(blocked, blocker);
      return answer;
    });
  });

  it('refuse oneself and nobody', async () => {
    await throughBothDoors(network, async (door) => {
      const { service, id } = await signUp(door);
      const refused = [
        await refusalOf(service.blockUser({ userId: id })),
        await refusalOf(service.blockUser({ userId: NOBODY })),
      ];
      expect(refused.map(({ code }) => code)).toEqual(['INVALID_ARGUMENT', 'NOT_FOUND']);
      return refused;
    });
  });

  it('are told to services that ask, both ways, and to no person', async () => {
    await throughBothDoors(network, async (door) => {
      const [person, blocked] = await pair(door);
      const [blocker, other] = await pair(door);
      await person.service.blockUser({ userId: blocked.id });
      await blocker.service.blockUser({ userId: person.id });
      const request = { userId: person.id, otherIds: [blocked.id, blocker.id, other.id, NOBODY] };
      const service = door.client(usersService, await network.serviceToken());
      const { unknownIds, blockedIds } = await service.checkContacts(request);
      expect(unknownIds).toEqual([NOBODY]);
      expect(blockedIds.sort()).toEqual([blocked.id, blocker.id].sort());
      const refused = await refusalOf(person.service.checkContacts(request));
      expect(refused.code).toBe('PERMISSION_DENIED');
      return refused;
    });
  });
});
