import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/users/client.ts';
import { APPEND } from '#platform/event-log/append.ts';
import { sql } from '#platform/sql/statement.ts';
import { createCutOff } from '#tests/fixtures/cut-off.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/test-services.ts';
import { DomainError } from '../../errors.ts';
import { isOutage } from '../../service/outage.ts';
import { readConnectionBudget } from '../connection-budget.ts';
import { createDatabase, type Database, type DatabaseOptions } from '../database.ts';

let testDatabase: TestDatabase;
let db: Database<PrismaClient>;
let appended = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase(inject('adminUrl'));
  db = openDatabase(testDatabase.urls['users'] ?? '');
});

function openDatabase(url: string): Database<PrismaClient> {
  return createDatabase(options(url));
}

function options(url: string): DatabaseOptions<PrismaClient> {
  return {
    url,
    domain: 'users',
    poolSize: 4,
    // Nothing that a test cancels or cuts off ends by itself.
    statementTimeoutMs: 600_000,
    createPrisma: (adapter) => new PrismaClient({ adapter }),
    newId: uuidv7,
    onAppended: () => {
      appended += 1;
    },
  };
}

const event = (sessionId: string) => ({
  topic: 'users.revocations',
  kind: 'users.session-revoked',
  payload: { sessionRevoked: { sessionId, userId: randomUUID() } },
});

afterAll(async () => {
  await db?.close();
  await testDatabase?.drop();
});

describe('a role', () => {
  it("is refused every other domain's tables, and the making of schemas", async () => {
    await expect(db.query(sql<unknown[]>('SELECT * FROM messaging.messages'), [])).rejects.toThrow(
      /permission denied/,
    );
    await expect(db.query(sql<unknown[]>('SELECT * FROM notifications.events'), [])).rejects.toThrow(
      /permission denied/,
    );
    await expect(db.query(sql<unknown[]>('CREATE SCHEMA mine'), [])).rejects.toThrow(/permission denied/);
    await expect(db.query(sql<unknown[]>('CREATE TABLE public.mine (id int)'), [])).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('a cancellable read', () => {
  it('is gone from PostgreSQL with its caller', async () => {
    const caller = new AbortController();
    const mark = randomUUID();
    const running = db.query(sql<unknown[]>(`SELECT pg_sleep(300) /* ${mark} */`), [], caller.signal);
    const failure = expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => runningStatements(mark)).toBe(1);
    caller.abort();
    await failure;
    await expect.poll(() => runningStatements(mark)).toBe(0);
    await expect(db.query(sql<unknown[]>('SELECT 1 AS one'), [])).resolves.toEqual([{ one: 1 }]);
  });

  it('fails alone where its connection breaks', async () => {
    const acquired = once(db.pool, 'acquire');
    const mark = randomUUID();
    const signal = new AbortController().signal;
    const failure = expect(
      db.query(sql<unknown[]>(`SELECT pg_sleep(300) /* ${mark} */`), [], signal),
    ).rejects.toThrow();
    await expect.poll(() => runningStatements(mark)).toBe(1);
    const [client] = (await acquired) as [{ connection: { stream: Socket } }];
    client.connection.stream.destroy();
    await failure;
    await expect(db.query(sql<unknown[]>('SELECT 1 AS one'), [], signal)).resolves.toEqual([{ one: 1 }]);
  });

  it('does not begin for a caller who has gone', async () => {
    await expect(db.query(sql<unknown[]>('SELECT 1'), [], AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('an idempotent transaction', () => {
  const callOf = (request: object, key: string = randomUUID()) => ({
    viewerId: 'person-1',
    method: 'Test',
    key,
    request,
  });

  it('runs once, also where both tries come at the same time', async () => {
    let runs = 0;
    const call = callOf({ text: 'a', idempotencyKey: 'left out' });
    const run = () =>
      db.idempotent(call, async () => {
        runs += 1;
        return { number: runs };
      });
    const answers = await Promise.all([run(), run(), run()]);
    expect(answers).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }]);
    expect(runs).toBe(1);
  });

  it('refuses the key of another request', async () => {
    const key = randomUUID();
    await db.idempotent(callOf({ text: 'a' }, key), async () => ({}));
    const other = db.idempotent(callOf({ text: 'b' }, key), async () => ({}));
    await expect(other).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('new key'),
    });
  });

  it('answers a repeated call with what is kept, also where it would not be admitted any longer', async () => {
    const call = callOf({ text: 'a' });
    const refuse = () => Promise.reject(new DomainError('PERMISSION_DENIED', 'Not now.'));
    const refused = { ...call, prepare: refuse };
    await expect(db.idempotent(refused, async () => 'never')).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    const prepared = { ...call, prepare: () => Promise.resolve('the answer') };
    await db.idempotent(prepared, async (_transaction, draft) => draft);
    await expect(db.idempotent(refused, async () => 'another')).resolves.toBe('the answer');
    const other = { ...refused, request: { text: 'b' } };
    await expect(db.idempotent(other, async () => 'another')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('forgets the key where the work failed', async () => {
    const call = callOf({ text: 'a' });
    await expect(db.idempotent(call, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(db.idempotent(call, async () => ({ done: true }))).resolves.toEqual({ done: true });
  });
});

describe('a connection', () => {
  it('prepares each statement once, and the append of every transaction', async () => {
    const single = createDatabase({ ...options(testDatabase.urls['users'] ?? ''), poolSize: 1 });
    const numbered = sql<[n: number], { n: number }>('SELECT $1::int AS n');
    for (const n of [1, 2]) {
      await expect(single.query(numbered, [n])).resolves.toEqual([{ n }]);
      await single.transaction(({ append }) => append(event('prepared')));
    }
    const all = sql<[], { name: string }>('SELECT name FROM pg_prepared_statements');
    const prepared = await single.query(all, []);
    expect(prepared.map(({ name }) => name).sort()).toEqual([APPEND.name, numbered.name, all.name].sort());
    await single.close();
  });
});

describe('a transaction', () => {
  it('runs again where PostgreSQL ended it to resolve a deadlock', async () => {
    const bothHold = Promise.withResolvers<void>();
    let holding = 0;
    const runs: string[] = [];
    const lockBoth = (first: number, second: number) =>
      db.transaction(async ({ tx, append }) => {
        runs.push(`${first} then ${second}`);
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${first})`;
        holding += 1;
        if (holding === 2) bothHold.resolve();
        await bothHold.promise;
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${second})`;
        await tx.$executeRaw`SELECT 1`;
        return append(event(`locks ${first}`));
      });
    const before = appended;
    const seqs = (await Promise.all([lockBoth(1, 2), lockBoth(2, 1)])).map(([only]) => only?.seq ?? 0);
    expect(runs).toHaveLength(3);
    expect(Math.abs((seqs[0] ?? 0) - (seqs[1] ?? 0))).toBe(1);
    expect(appended).toBe(before + 2);
  });

  it('does not run again after any other failure', async () => {
    let runs = 0;
    const failing = db.transaction(async ({ tx }) => {
      runs += 1;
      await tx.$executeRaw`SELECT 1 / 0`;
    });
    await expect(failing).rejects.toThrow();
    expect(runs).toBe(1);
  });

  it('tells of its events once it is committed, and never of those that were rolled back', async () => {
    const before = appended;
    const [first] = await db.transaction(({ append }) => append(event('one')));
    expect(appended).toBe(before + 1);
    const broken = db.transaction(async ({ append }) => {
      await append(event('two'));
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(appended).toBe(before + 1);
    const [next] = await db.transaction(({ append }) => append(event('three')));
    expect(next?.seq).toBe((first?.seq ?? 0) + 1);
  });
});

it('knows how many connections a process may take, and how many there are', async () => {
  const [row] = await db.query(
    sql<[], { max: number }>("SELECT current_setting('max_connections')::int AS max"),
    [],
  );
  const budget = await readConnectionBudget(db, { domains: 3, poolSize: 10 });
  expect(budget.wanted).toBe(39);
  expect(budget.allowed).toBeLessThan(row?.max ?? 0);
  expect(budget.allowed).toBeGreaterThan(0);
});

describe('a server that goes away', () => {
  const work: Record<string, (db: Database<PrismaClient>) => Promise<unknown>> = {
    'a read': (db) => db.prisma.person.count(),
    'a read in SQL': (db) => db.query(sql<unknown[]>('SELECT pg_sleep(0)'), []),
    'a transaction': (db) => db.transaction(({ tx }) => tx.person.count()),
  };

  it.for(Object.entries(work))('is an outage to %s, before it and in the middle of it', async ([, run]) => {
    const mark = randomUUID();
    const way = await createCutOff(testDatabase.urls['users'] ?? '');
    const cutOff = openDatabase(way.url);
    try {
      await run(cutOff);
      way.cut();
      await expect(run(cutOff)).rejects.toSatisfy(isOutage);
      way.restore();
      await run(cutOff);
      const sleeping = cutOff.transaction(({ tx }) =>
        tx.$queryRawUnsafe(`SELECT pg_sleep(300) /* ${mark} */`),
      );
      const failure = expect(sleeping).rejects.toSatisfy(isOutage);
      await expect.poll(() => runningStatements(mark)).toBe(1);
      way.cut();
      await failure;
    } finally {
      await cutOff.close();
      await way.close();
    }
  });

  it('is none where a statement is wrong', async () => {
    await expect(db.query(sql<unknown[]>('SELECT nothing FROM nowhere'), [])).rejects.not.toSatisfy(isOutage);
  });
});

async function runningStatements(mark: string): Promise<number> {
  const running = sql<[mark: string], { running: number }>(`
    SELECT count(*) AS running FROM pg_stat_activity
    WHERE strpos(query, $1) > 0 AND state = 'active' AND pid <> pg_backend_pid()`);
  const [row] = await db.query(running, [mark]);
  return row?.running ?? -1;
}
