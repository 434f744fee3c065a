import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DomainNetwork, incomingCall, type TestDoor } from '#tests/domain-network.ts';
import { PATIENCE } from '#tests/patience.ts';
import { refusalOf } from '#tests/refusal.ts';
import { usersService } from '../rpc/service.ts';
import { befriend, signUp, startUsers, throughBothDoors } from './world.ts';

let network: DomainNetwork;
beforeAll(async () => {
  network = await startUsers();
});
afterAll(() => network?.close());

function openAdmin(): pg.Client {
  return new pg.Client({ connectionString: network.database.adminUrl });
}

describe('search', () => {
  async function crowd(door: TestDoor) {
    const mark = door.name === 'grpc' ? 'quixo' : 'zarfo';
    const sign = async (name: string) => ({ ...(await signUp(door, name)), name });
    return {
      mark,
      viewer: await signUp(door),
      people: [await sign(`${mark}te One`), await sign(`Two ${mark}te`), await sign(`Three x${mark}té`)],
    };
  }

  it('finds parts of names without case and accents, the best match first, page by page and both ways', async () => {
    await throughBothDoors(network, async (door) => {
      const { mark, viewer, people } = await crowd(door);
      const text = `${mark.toUpperCase()}TE`;
      const all = await viewer.service.searchUsers({ text });
      expect(all.edges.map(({ user }) => user?.id)).toEqual(people.map(({ id }) => id));
      const first = await viewer.service.searchUsers({ text, page: { first: 2 } });
      const rest = await viewer.service.searchUsers({
        text,
        page: { first: 2, after: first.pageInfo?.endCursor ?? '' },
      });
      expect([...first.edges, ...rest.edges]).toEqual(all.edges);
      expect([first.pageInfo?.hasNextPage, rest.pageInfo?.hasNextPage]).toEqual([true, false]);
      const last = await viewer.service.searchUsers({ text, page: { last: 1 } });
      const front = await viewer.service.searchUsers({
        text,
        page: { last: 2, before: last.pageInfo?.startCursor ?? '' },
      });
      expect([...front.edges, ...last.edges]).toEqual(all.edges);
      expect([front.pageInfo?.hasPreviousPage, last.pageInfo?.hasPreviousPage]).toEqual([false, true]);
      return [first.edges.length, rest.edges.length];
    });
  });

  it('finds the start of a handle, and nothing in the middle of it', async () => {
    await throughBothDoors(network, async (door) => {
      const { service, handle, id } = await signUp(door);
      const start = await service.searchUsers({ text: `@${handle.slice(0, 10)}` });
      const middle = await service.searchUsers({ text: handle.slice(4, 12) });
      expect(start.edges.map(({ user }) => user?.id)).toEqual([id]);
      expect(middle.edges).toEqual([]);
    });
  });

  it('takes what is written as it is, also what means something to a database', async () => {
    await throughBothDoors(network, async (door) => {
      const { service } = await signUp(door);
      const found = await Promise.all(
        ['%%', '__', "';--", '\\\\'].map((text) => service.searchUsers({ text })),
      );
      expect(found.map(({ edges }) => edges.length)).toEqual([0, 0, 0, 0]);
    });
  });

  it('does not show who blocks the viewer, but whom the viewer blocks', async () => {
    await throughBothDoors(network, async (door) => {
      const { mark, viewer, people } = await crowd(door);
      const text = `${mark}te`;
      const [one, two] = people;
      await one?.service.blockUser({ userId: viewer.id });
      await viewer.service.blockUser({ userId: two?.id ?? '' });
      const { edges } = await viewer.service.searchUsers({ text });
      const found = new Set(edges.map(({ user }) => user?.id));
      expect([found.has(one?.id ?? ''), found.has(two?.id ?? '')]).toEqual([false, true]);
    });
  });

  it('refuses one character, too much at once, and cursors of another list', async () => {
    await throughBothDoors(network, async (door) => {
      const [left, right] = [await signUp(door), await signUp(door)];
      await befriend(left, right);
      const friends = await left.service.listFriends({});
      const refused = await Promise.all(
        [
          { text: ' a ' },
          { text: 'ada', page: { first: 3, after: 'nonsense' } },
          { text: 'ada', page: { first: 3, after: friends.edges[0]?.cursor ?? '' } },
          { text: 'ada', page: { first: 101 } },
        ].map((search) => refusalOf(left.service.searchUsers(search))),
      );
      expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'INVALID_ARGUMENT'));
      return refused;
    });
  });

  it('stops in PostgreSQL when the caller goes away', async () => {
    const [door] = network.doors;
    if (door === undefined) throw new Error('no door');
    const person = await signUp(door);
    const [locker, admin] = [openAdmin(), openAdmin()];
    await Promise.all([locker.connect(), admin.connect()]);
    const searches = async () => {
      const { rows } = await admin.query(
        "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%search_bigrams @>%' AND pid <> pg_backend_pid()",
      );
      return rows.length;
    };
    try {
      // A search that takes for ever: it waits for this lock.
      await locker.query('BEGIN');
      await locker.query('LOCK TABLE users.people IN ACCESS EXCLUSIVE MODE');
      const controller = new AbortController();
      const call = { ...incomingCall(person.accessToken), signal: controller.signal };
      const search = network.host.service(usersService).local(call).searchUsers({ text: 'ada' });
      const refused = refusalOf(search);
      await vi.waitFor(async () => expect(await searches()).toBe(1), PATIENCE);
      controller.abort();
      expect((await refused).code).toBe('CANCELLED');
      await vi.waitFor(async () => expect(await searches()).toBe(0), PATIENCE);
    } finally {
      await Promise.all([locker.end(), admin.end()]);
    }
  });
});
