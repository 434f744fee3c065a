import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import type { DomainNetwork, TestDoor } from '#tests/domain-network.ts';
import { usersService } from '../rpc/service.ts';
import { createStore } from '../store/store.ts';
import { befriend, PASSWORD, signUp, startUsers } from './world.ts';

let network: DomainNetwork;
let db: Database<PrismaClient>;
let store: ReturnType<typeof createStore>;
let admin: pg.Client;
let door: TestDoor;
beforeAll(async () => {
  network = await startUsers();
  door = network.doors[0] as TestDoor;
  db = openDomainDatabase(network.database, 'users', (adapter) => new PrismaClient({ adapter }));
  store = createStore({ db, now: Date.now, newId: uuidv7 });
  admin = new pg.Client({ connectionString: network.database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await db?.close();
  await network?.close();
});

/** Everything in the domain's tables that holds a text. */
async function tracesOf(text: string): Promise<string[]> {
  const { rows: tables } = await admin.query(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'users' AND tablename NOT LIKE 'events%' AND tablename <> 'topics'",
  );
  const found: string[] = [];
  for (const { tablename } of tables) {
    const { rows } = await admin.query(
      `SELECT 1 FROM users.${tablename} t WHERE t::text LIKE '%' || $1 || '%'`,
      [text],
    );
    if (rows.length > 0) found.push(tablename);
  }
  return found.sort();
}

describe('a person’s data', () => {
  it('is exported whole, but for password and tokens', async () => {
    const [person, friend] = [await signUp(door), await signUp(door)];
    await befriend(person, friend);
    await person.service.blockUser({ userId: (await signUp(door)).id });
    const exported = JSON.stringify(await store.person.export(person.id));
    for (const piece of [
      person.email,
      person.handle,
      person.sessionId,
      friend.id,
      'blockedId',
      'requestsSent',
    ]) {
      expect(exported).toContain(piece);
    }
    expect(exported).not.toMatch(/argon2|passwordHash|"hash"/);
  });

  it('is gone when it was erased, once and for all; the sessions end, and the e-mail is free again', async () => {
    const [person, friend] = [await signUp(door), await signUp(door)];
    await befriend(person, friend);
    await friend.service.blockUser({ userId: person.id });
    await store.person.erase(person.id, new Date());
    await store.person.erase(person.id, new Date());
    expect(await tracesOf(person.id)).toEqual([]);
    expect(await tracesOf(person.email)).toEqual([]);
    expect(await store.person.export(person.id)).toEqual({});
    const { rows } = await admin.query(
      "SELECT 1 FROM users.events WHERE kind = 'users.session-revoked' AND position($1::bytea IN payload) > 0",
      [Buffer.from(person.sessionId)],
    );
    expect(rows).toHaveLength(1);
    const { service } = friend;
    expect((await service.batchGetUsers({ ids: [person.id] })).users).toEqual([]);
    const { email, handle } = person;
    await network.doors[0]
      ?.client(usersService)
      .signUp({ email, password: PASSWORD, name: 'A', handle, idempotencyKey: 'new' });
  });
});

describe('sessions', () => {
  it('are forgotten a day after they ended, with their tokens; others stay', async () => {
    const [gone, open] = [await signUp(door), await signUp(door)];
    await gone.service.signOut({});
    await store.sessions.purge(new Date(Date.now() + 25 * 60 * 60_000));
    expect(await tracesOf(gone.sessionId)).toEqual([]);
    expect(await tracesOf(open.sessionId)).toEqual(['refresh_tokens', 'sessions']);
  });

  it('are a hundred at most: one more ends the one that was not used for longest', async () => {
    const person = await signUp(door);
    const token = () => ({
      hash: new Uint8Array(Buffer.from(uuidv7())),
      expiresAt: new Date(Date.now() + 60_000),
    });
    for (let count = 0; count < 100; count += 1) {
      await store.sessions.open({
        id: uuidv7(),
        userId: person.id,
        device: null,
        createdAt: new Date(),
        token: token(),
      });
    }
    const open = await store.sessions.list(person.id, new Date());
    expect(open).toHaveLength(100);
    expect(open.some(({ id }) => id === person.sessionId)).toBe(false);
  });
});
