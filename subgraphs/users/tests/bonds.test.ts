import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DomainNetwork } from '#tests/domain-network.ts';
import { refusalOf } from '#tests/refusal.ts';
import { usersService } from '../rpc/service.ts';
import { befriend, signUp, startUsers, throughBothDoors } from './world.ts';

let network: DomainNetwork;
beforeAll(async () => {
  network = await startUsers();
});
afterAll(() => network?.close());

it('services read all friendships and blocks, page by page, and people do not', async () => {
  await throughBothDoors(network, async (door) => {
    const [asker, asked] = [await signUp(door), await signUp(door)];
    const blocked = await signUp(door);
    await befriend(asker, asked);
    await asker.service.blockUser({ userId: blocked.id });
    const service = door.client(usersService, await network.serviceToken());
    const seen: string[] = [];
    let after: { afterUserId?: string; afterOtherId?: string } = {};
    for (;;) {
      const { bonds } = await service.listBonds({ ...after, limit: 2 });
      for (const { userId, otherId, friends, blocks } of bonds)
        seen.push([userId, otherId, friends, blocks].join(' '));
      const last = bonds.at(-1);
      if (last === undefined || bonds.length < 2) break;
      after = { afterUserId: last.userId, afterOtherId: last.otherId };
    }
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(seen.length);
    const expected = [
      [asker.id, asked.id, true, false],
      [asked.id, asker.id, true, false],
      [asker.id, blocked.id, false, true],
    ];
    expect(seen).toEqual(expect.arrayContaining(expected.map((bond) => bond.join(' '))));
    expect(await refusalOf(asker.service.listBonds({ limit: 1 }))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    return [];
  });
});
