import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { createEventLog } from '#platform/events/log.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/test-services.ts';
import { createStore, type Store } from '../store/store.ts';

let database: TestDatabase;
let db: Database<PrismaClient>;
let store: Store;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminUrl'));
  db = openDomainDatabase(database, 'leaderboards', (adapter) => new PrismaClient({ adapter }));
  store = createStore({ db, now: Date.now, newId: uuidv7 });
});

afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const NOON = 'T12:00:00.000Z';

function finish(userId: string, day: string, change: object = {}) {
  const session = {
    eventId: uuidv7(),
    userId,
    occurredAt: new Date(day + NOON),
    day,
    sessionId: uuidv7(),
    volumeGrams: 250_000,
    ...change,
  };
  return db.transaction((open) => store.activities.recordSession(open, session));
}

function eatWell(userId: string, day: string, eventId = uuidv7()) {
  const activity = { eventId, userId, occurredAt: new Date(day + NOON), day };
  return db.transaction((open) => store.activities.recordDayOnTarget(open, activity));
}

function breakRecord(userId: string, recordId = uuidv7(), eventId = uuidv7()) {
  const activity = { eventId, userId, occurredAt: new Date(), day: '2026-11-20', recordId };
  return db.transaction((open) => store.activities.recordBrokenRecord(open, activity));
}

/** Rules that gave somebody points, with how many, oldest first. */
async function pointsOf(userId: string): Promise<[string, number][]> {
  const rows = await db.prisma.pointEntry.findMany({ where: { userId }, orderBy: { id: 'asc' } });
  return rows.map(({ ruleName, points }) => [ruleName, points]);
}

async function eventsOf(userId: string): Promise<string[]> {
  const page = await createEventLog(db).readTopic(`leaderboards.person.${userId}`, 0, 1_000);
  return (page?.events ?? []).map(({ kind }) => kind.replace('leaderboards.', ''));
}

describe('points', () => {
  it('are given once for an event, with the reason, and told', async () => {
    const person = uuidv7();
    const same = { eventId: uuidv7(), sessionId: uuidv7() };
    await finish(person, '2026-11-20', same);
    await finish(person, '2026-11-20', same);
    expect(await db.prisma.pointEntry.findMany({ where: { userId: person } })).toMatchObject([
      {
        eventId: same.eventId,
        ruleName: 'session-finished',
        points: 10,
        reason: 'Finished a workout session',
      },
    ]);
    expect(await eventsOf(person)).toEqual(['points-awarded', 'achievement-unlocked']);
  });

  it('of a history that is told anew under other event ids are given once', async () => {
    const person = uuidv7();
    const [sessionId, recordId] = [uuidv7(), uuidv7()];
    for (let turn = 0; turn < 2; turn += 1) {
      await finish(person, '2026-11-20', { sessionId });
      await breakRecord(person, recordId);
      await eatWell(person, '2026-11-20');
    }
    expect(await pointsOf(person)).toEqual([
      ['session-finished', 10],
      ['record-broken', 15],
      ['day-on-target', 5],
    ]);
  });

  it('stop at the most that a rule gives a day', async () => {
    const person = uuidv7();
    for (let turn = 0; turn < 5; turn += 1) await finish(person, '2026-11-20');
    await finish(person, '2026-11-22');
    expect(await pointsOf(person)).toEqual(Array.from({ length: 4 }, () => ['session-finished', 10]));
  });

  it('follow rules that are rows', async () => {
    const person = uuidv7();
    const data = {
      name: 'double-week',
      title: 'It is double week',
      trigger: 'RECORD_BROKEN',
      points: 15,
    } as const;
    await db.prisma.pointRule.create({ data });
    await breakRecord(person);
    await db.prisma.pointRule.update({ where: { name: data.name }, data: { active: false } });
    await breakRecord(person);
    expect((await pointsOf(person)).map(([rule]) => rule).sort()).toEqual([
      'double-week',
      'record-broken',
      'record-broken',
    ]);
  });
});

describe('a streak', () => {
  it('is of days in a row with anything done, and is rewarded at each length once', async () => {
    const person = uuidv7();
    await finish(person, '2026-11-01');
    await eatWell(person, '2026-11-02');
    await finish(person, '2026-11-02');
    await finish(person, '2026-11-03');
    expect((await pointsOf(person)).filter(([rule]) => rule.startsWith('streak'))).toEqual([
      ['streak-3', 10],
    ]);
    const [totals] = await totalsOf(person);
    expect(totals).toMatchObject({ longestStreak: 3, currentStreak: 3, sessions: 3, daysOnTarget: 1 });
  });

  it('that a late day joins is rewarded for what neither part had reached', async () => {
    const person = uuidv7();
    for (const day of ['01', '02', '03', '05', '06', '07', '08']) await finish(person, `2026-11-${day}`);
    await finish(person, '2026-11-04');
    expect((await pointsOf(person)).filter(([rule]) => rule.startsWith('streak'))).toEqual([
      ['streak-3', 10],
      ['streak-3', 10],
      ['streak-7', 30],
    ]);
    await finish(person, '2026-11-20');
    expect((await totalsOf(person))[0]).toMatchObject({ longestStreak: 8, currentStreak: 1 });
  });

  function totalsOf(person: string) {
    return store.achievements.totalsOf(person, [person], new AbortController().signal);
  }
});

describe('achievements', () => {
  it('rise, are unlocked once, and stay', async () => {
    const person = uuidv7();
    for (let turn = 0; turn < 4; turn += 1) await finish(person, `2026-11-${10 + 2 * turn}`);
    const rows = await db.prisma.userAchievement.findMany({
      where: { userId: person, achievement: { metric: { in: ['SESSIONS', 'VOLUME'] } } },
      include: { achievement: true },
    });
    const found = new Map(
      rows.map(({ achievement, progress, unlockedAt }) => [
        achievement.title,
        [Number(progress), unlockedAt],
      ]),
    );
    expect(found.get('First step')).toEqual([1, new Date(`2026-11-10${NOON}`)]);
    expect(found.get('Regular')).toEqual([4, null]);
    expect(found.get('A small car')).toEqual([1_000_000, new Date(`2026-11-16${NOON}`)]);
    const unlocked = (await eventsOf(person)).filter((kind) => kind === 'achievement-unlocked');
    expect(unlocked).toHaveLength(2);
  });
});

it('two that happen at a time both count', async () => {
  const person = uuidv7();
  await store.players.optIn(person, 'PUBLIC');
  await Promise.all([
    finish(person, '2026-11-20'),
    breakRecord(person),
    eatWell(person, '2026-11-20'),
    finish(person, '2026-11-20'),
  ]);
  const scores = await db.prisma.boardScore.findMany({
    where: { userId: person, board: { title: 'Points of all time' } },
  });
  expect(scores).toMatchObject([{ score: 40n }]);
});
