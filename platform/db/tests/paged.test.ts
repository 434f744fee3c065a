import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { ownedPages, paged, readPages, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, pageOf, windowOf } from '#platform/service/paging.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/test-services.ts';

type Keys = [at: number, id: string];
interface Row {
  at: Date;
  id: string;
}

/** Seven rows at three instants, so that the id decides among several. */
const ROWS = `
  SELECT to_timestamp(n / 3) AS at, ('00000000-0000-7000-8000-00000000000' || n)::uuid AS id
  FROM generate_series(1, 7) AS n`;

const LIST = paged<[excludedId: string], Row, Keys>(
  {
    by: [
      ['at', 'timestamptz'],
      ['id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) =>
    `SELECT * FROM (${ROWS}) AS rows WHERE id <> $1::uuid AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

const OWNED = ownedPages<[most: number], Row & { owner: string }, Keys>({
  rows: `SELECT rows.*, '00000000-0000-7000-8000-0000000000a0'::uuid AS owner FROM (${ROWS}) AS rows`,
  owner: 'owner',
  owners: "JOIN (SELECT '00000000-0000-7000-8000-0000000000b0'::uuid AS hidden) AS h ON h.hidden <> owner.id",
  where: 'extract(epoch FROM t.at) < $2::integer',
  by: [
    ['at', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'ASC',
  keysOf: ({ at, id }) => [at.getTime(), id],
});

const keys = z.tuple([cursorInstant, z.uuid()]);
const cursor = defineCursor<Keys>('tests.rows', keys);
const id = (n: number | string) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

let testDatabase: TestDatabase;
let db: Database<PrismaClient>;

beforeAll(async () => {
  testDatabase = await createTestDatabase(inject('adminUrl'));
  db = openDomainDatabase(testDatabase, 'users', (adapter) => new PrismaClient({ adapter }));
});

afterAll(async () => {
  await db?.close();
  await testDatabase?.drop();
});

async function read(request: Parameters<typeof windowOf>[0]): Promise<Page<Row>> {
  const window = windowOf(request, cursor);
  const rows = await readWindow(db, LIST, [id(4)], window);
  return pageOf(rows, window, cursor, (row) => [row.at.getTime(), row.id]);
}

function idsOf({ edges }: Page<Row>): string[] {
  return edges.map(({ row }) => row.id);
}

describe('a paged list', () => {
  it('is the same, whole, forwards and backwards', async () => {
    const whole = [7, 6, 5, 3, 2, 1].map(id);
    expect(idsOf(await read({ first: 10 }))).toEqual(whole);
    expect(idsOf(await read({ last: 10 }))).toEqual(whole);
  });

  it('goes on behind a cursor in either direction, also among rows of one instant', async () => {
    const head = await read({ first: 2 });
    expect(idsOf(head)).toEqual([7, 6].map(id));
    expect(head.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const middle = await read({ first: 2, after: head.pageInfo.endCursor ?? '' });
    expect(idsOf(middle)).toEqual([5, 3].map(id));
    const back = await read({ last: 2, before: middle.pageInfo.startCursor ?? '' });
    expect(idsOf(back)).toEqual(idsOf(head));
    const tail = await read({ last: 2 });
    expect(idsOf(tail)).toEqual([2, 1].map(id));
    expect(tail.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('has four texts, whose placeholders follow those of the statement', () => {
    expect(LIST.forwards.fromEnd.text).toContain(
      'id <> $1::uuid AND true ORDER BY at DESC, id DESC LIMIT $2::integer',
    );
    expect(LIST.backwards.behind.text).toContain(
      '(at, id) > ($3::timestamptz, $4::uuid) ORDER BY at ASC, id ASC LIMIT $2::integer',
    );
    const all = [LIST.forwards, LIST.backwards].flatMap(({ fromEnd, behind }) => [fromEnd.name, behind.name]);
    expect(new Set(all).size).toBe(4);
  });
});

describe('a list of many owners', () => {
  it('has a page for each that is to be seen, an empty one among them', async () => {
    const ownerIds = [id('e0'), id('a0'), id('b0')];
    const cursorOf = (ownerId: string) => defineCursor<Keys>(`tests.rows.${ownerId}`, keys);
    const pages = await readPages(db, OWNED, { ownerIds, page: { last: 2 }, values: [2] }, cursorOf);
    expect(pages.map(({ ownerId, page }) => [ownerId, idsOf(page)])).toEqual([
      [id('e0'), []],
      [id('a0'), [4, 5].map(id)],
    ]);
    expect(pages[1]?.page.edges[0]?.row).toEqual({ owner: id('a0'), at: new Date(1_000), id: id(4) });
    const before = pages[1]?.page.pageInfo.startCursor ?? '';
    const [earlier] = await readPages(
      db,
      OWNED,
      { ownerIds: [id('a0')], page: { last: 2, before }, values: [2] },
      cursorOf,
    );
    expect(earlier && idsOf(earlier.page)).toEqual([2, 3].map(id));
  });
});
