import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainNetwork } from '#tests/domain-network.ts';
import { refusalOf } from '#tests/refusal.ts';
import { usersService } from '../rpc/service.ts';
import { befriend, newHandle, type Person, signUp, startUsers, throughBothDoors } from './world.ts';

let network: DomainNetwork;
beforeAll(async () => {
  network = await startUsers();
});
afterAll(() => network?.close());

const NOBODY = '01900000-0000-7000-8000-000000000000';

async function profileFor(viewer: Person, owner: Person) {
  const { profiles } = await viewer.service.batchGetUserProfiles({ userIds: [owner.id] });
  return profiles[0] ?? null;
}

describe('profiles', () => {
  it('begin with plain values, and change field by field', async () => {
    await throughBothDoors(network, async (door) => {
      const { service, id } = await signUp(door);
      const [before] = (await service.batchGetUserProfiles({ userIds: [id] })).profiles;
      const full = await service.updateUserProfile({
        expectedVersion: 1,
        name: ' Ada King ',
        bio: 'Lifts engines.',
        avatarUrl: 'https://example.com/ada.png',
        locale: 'de-ch',
        timeZone: 'Europe/Zurich',
        units: 'UNIT_SYSTEM_IMPERIAL',
        bornOn: '1990-12-10',
        sex: 'SEX_FEMALE',
        heightCm: 168.5,
        objective: 'TRAINING_OBJECTIVE_STRENGTH',
      });
      expect(full.user).toMatchObject({ name: 'Ada King', avatarUrl: 'https://example.com/ada.png' });
      expect(full.profile).toMatchObject({
        bornOn: '1990-12-10',
        heightCm: 168.5,
        locale: 'de-CH',
        version: 2,
      });
      const [read] = (await service.batchGetUserProfiles({ userIds: [id] })).profiles;
      expect(read).toEqual(full.profile);
      const emptied = await service.updateUserProfile({
        expectedVersion: 2,
        updateMask: { paths: ['avatar_url', 'born_on', 'sex', 'height_cm', 'objective'] },
      });
      const { user, profile } = emptied;
      expect(user?.name).toBe('Ada King');
      expect(profile).toMatchObject({ bio: 'Lifts engines.', version: 3 });
      expect([user?.avatarUrl, profile?.bornOn, profile?.heightCm]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      const wordless = await service.updateUserProfile({ expectedVersion: 3, bio: '' });
      expect(wordless.profile?.bio).toBeUndefined();
      return [before, full, read, emptied];
    });
  });

  it('refuse a change that was made on a stale version, and one of two at once', async () => {
    await throughBothDoors(network, async (door) => {
      const { service, id } = await signUp(door);
      const both = await Promise.allSettled(
        ['one', 'two'].map((bio) => service.updateUserProfile({ expectedVersion: 1, bio })),
      );
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const stale = await refusalOf(service.updateUserProfile({ expectedVersion: 1, bio: 'three' }));
      expect(stale.code).toBe('CONFLICT');
      const { profiles } = await service.batchGetUserProfiles({ userIds: [id] });
      expect(profiles[0]?.version).toBe(2);
      return stale;
    });
  });

  it('refuse what cannot be, field by field', async () => {
    const answers = await throughBothDoors(network, async (door) => {
      const { service } = await signUp(door);
      const many = await refusalOf(
        service.updateUserProfile({
          expectedVersion: 1,
          bio: 'x'.repeat(501),
          avatarUrl: 'http://example.com/plain.png',
          locale: 'not a locale',
          timeZone: 'Mars/Olympus',
          heightCm: 30,
          units: 'UNIT_SYSTEM_UNSPECIFIED',
        }),
      );
      const child = await refusalOf(service.updateUserProfile({ expectedVersion: 1, bornOn: '2026-01-01' }));
      const taken = await refusalOf(
        service.updateUserProfile({ expectedVersion: 1, handle: (await signUp(door)).handle }),
      );
      return { many, child, taken };
    });
    const [answer] = answers;
    expect(answer?.many.fields.map(({ path }) => path)).toEqual([
      'bio',
      'avatarUrl',
      'locale',
      'timeZone',
      'units',
      'heightCm',
    ]);
    expect(answer?.child.fields).toMatchObject([{ path: 'bornOn' }]);
    expect(answer?.taken.code).toBe('ALREADY_EXISTS');
  });

  it('are seen by whom their owner allows it', async () => {
    await throughBothDoors(network, async (door) => {
      const [owner, friend, stranger] = [await signUp(door), await signUp(door), await signUp(door)];
      await befriend(friend, owner);
      const seen: Record<string, boolean[]> = {};
      for (const profileVisibility of [
        'PROFILE_VISIBILITY_PUBLIC',
        'PROFILE_VISIBILITY_FRIENDS',
        'PROFILE_VISIBILITY_PRIVATE',
      ] as const) {
        await owner.service.updateProfilePrivacy({ profileVisibility });
        const profiles = await Promise.all(
          [owner, friend, stranger].map((viewer) => profileFor(viewer, owner)),
        );
        seen[profileVisibility] = profiles.map((profile) => profile !== null);
      }
      expect(seen).toEqual({
        PROFILE_VISIBILITY_PUBLIC: [true, true, true],
        PROFILE_VISIBILITY_FRIENDS: [true, true, false],
        PROFILE_VISIBILITY_PRIVATE: [true, false, false],
      });
      return seen;
    });
  });

  it('leave a stranger of a private person with the card and nothing else, wherever they look', async () => {
    await throughBothDoors(network, async (door) => {
      const [owner, stranger] = [await signUp(door, 'Greta Garbo'), await signUp(door)];
      await owner.service.updateUserProfile({ expectedVersion: 1, bio: 'I want to be alone.' });
      await owner.service.updateProfilePrivacy({ profileVisibility: 'PROFILE_VISIBILITY_PRIVATE' });
      const looks = await Promise.all([
        stranger.service.batchGetUsers({ ids: [owner.id] }),
        stranger.service.batchGetUserProfiles({ userIds: [owner.id] }),
        stranger.service.getUserByHandle({ handle: owner.handle }),
        stranger.service.searchUsers({ text: owner.handle }),
      ]);
      expect(JSON.stringify(looks)).not.toContain('alone');
      const [{ users }, , { user }, { edges }] = looks;
      expect([user, edges[0]?.user]).toEqual([users[0], users[0]]);
      return looks;
    });
  });
});

describe('cards', () => {
  it('answer those who exist, once each', async () => {
    await throughBothDoors(network, async (door) => {
      const [left, right] = [await signUp(door), await signUp(door)];
      const { users } = await left.service.batchGetUsers({ ids: [left.id, right.id, left.id, NOBODY] });
      expect(users.map(({ id }) => id).sort()).toEqual([left.id, right.id].sort());
      return users.length;
    });
  });

  it('refuse what is no id, and more than a thousand', async () => {
    await throughBothDoors(network, async (door) => {
      const { service } = await signUp(door);
      const refused = [
        await refusalOf(service.batchGetUsers({ ids: ['x'] })),
        await refusalOf(service.batchGetUsers({ ids: Array.from({ length: 1_001 }, () => NOBODY) })),
      ];
      expect(refused.map(({ code }) => code)).toEqual(['INVALID_ARGUMENT', 'INVALID_ARGUMENT']);
      return refused;
    });
  });

  it('are found by handle, whatever its case', async () => {
    await throughBothDoors(network, async (door) => {
      const { service, handle, id } = await signUp(door);
      const { user } = await service.getUserByHandle({ handle: `@${handle.toUpperCase()}` });
      expect(user?.id).toBe(id);
      const nobody = await refusalOf(service.getUserByHandle({ handle: newHandle() }));
      expect(nobody.code).toBe('NOT_FOUND');
      return [user, nobody];
    });
  });
});

it('services are told in which time zone people live, and nobody else is', async () => {
  await throughBothDoors(network, async (door) => {
    const { service, id } = await signUp(door);
    const { id: newcomerId } = await signUp(door);
    await service.updateUserProfile({ expectedVersion: 1, timeZone: 'Asia/Tokyo' });
    const asService = door.client(usersService, await network.serviceToken());
    const { timeZones } = await asService.batchGetTimeZones({ userIds: [id, newcomerId, NOBODY] });
    const zoneOf = new Map(timeZones.map(({ userId, timeZone }) => [userId, timeZone]));
    expect([zoneOf.get(id), zoneOf.get(newcomerId), zoneOf.size]).toEqual(['Asia/Tokyo', 'UTC', 2]);
    const refusal = await refusalOf(service.batchGetTimeZones({ userIds: [id] }));
    expect(refusal.code).toBe('PERMISSION_DENIED');
  });
});
