import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDomainDatabase } from '#tests/domain-database.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import training from '../index.ts';
import { createJobs } from '../jobs/jobs.ts';
import { createPlanning } from '../rpc/planning.ts';
import { createStore } from '../store/store.ts';
import { CLASS, join, LOCATION, openGym, planClass } from './gym-world.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

describe('the schedule', () => {
  it('stands eight weeks ahead, in the time zone of the location', async () => {
    const gym = await openGym(world);
    const { gymClassId } = await planClass(gym);
    const { pages } = await gym.asOwner.batchListClassSessionsOfClasses({
      gymClassIds: [gymClassId],
      page: { first: 100 },
    });
    const edges = pages.flatMap((page) => page.edges);
    expect(edges.length).toBeGreaterThanOrEqual(15);
    expect(edges.length).toBeLessThanOrEqual(17);
    const inZurich = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Zurich',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    });
    for (const { classSession } of edges) {
      const start = new Date(Number(classSession?.startsAt?.seconds) * 1_000);
      expect(inZurich.format(start)).toMatch(/^(Mon|Thu),? 18:00$/);
    }
  });

  it('goes on by the clock, and ends what was left behind', async () => {
    const gym = await openGym(world);
    const { gymClassId } = await planClass(gym);
    const sessions = () =>
      world.sql<{ state: string }>(
        'SELECT state FROM class_sessions WHERE class_id = $1 AND starts_at > now() ORDER BY starts_at',
        [gymClassId],
      );
    const planned = (await sessions()).length;
    // As a process leaves it that was cut off, or has not run for long.
    await world.sql(
      `DELETE FROM class_sessions WHERE class_id = $1 AND starts_at > now() + interval '3 weeks'`,
      [gymClassId],
    );
    await world.sql(`UPDATE gym_classes SET planned_until = now() + interval '3 weeks' WHERE id = $1`, [
      gymClassId,
    ]);
    await runJob('plan-class-sessions');
    expect(await sessions()).toHaveLength(planned);
    await world.sql('UPDATE gym_classes SET ended_at = now() WHERE id = $1', [gymClassId]);
    await runJob('plan-class-sessions');
    expect(new Set((await sessions()).map(({ state }) => state))).toEqual(new Set(['CANCELLED']));
  });

  it('a class that moves takes those who had booked out of what is gone, and the waiting into more places', async () => {
    const gym = await openGym(world);
    const { gymClassId, sessionId } = await planClass(gym, { capacity: 1 });
    const [ada, ben] = (await join(world, gym, 'Ada', 'Ben')) as [Person, Person];
    for (const person of [ada, ben])
      await world.gymsAs(person).bookClassSession({ classSessionId: sessionId, idempotencyKey: 'k' });
    const own = async (person: Person) =>
      (await world.gymsAs(person).batchGetOwnClassBookings({ classSessionIds: [sessionId] })).classBookings[0]
        ?.state;
    expect(await own(ben)).toBe('CLASS_BOOKING_STATE_WAITING');
    await gym.asOwner.updateGymClass({ gymClassId, ...CLASS, capacity: 2, expectedVersion: 1 });
    expect(await own(ben)).toBe('CLASS_BOOKING_STATE_BOOKED');
    const moved = { ...CLASS, startsAtLocal: '2026-01-05T19:00', expectedVersion: 2 };
    await gym.asOwner.updateGymClass({ gymClassId, ...moved });
    expect(await own(ada)).toBeUndefined();
    const { classSessions } = await gym.asOwner.batchGetClassSessions({ ids: [sessionId] });
    expect(classSessions[0]).toMatchObject({ state: 'CLASS_SESSION_STATE_CANCELLED', bookedCount: 0 });
    expect(await refusalOf(gym.asOwner.updateGymClass({ gymClassId, ...moved }))).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('a location whose classes are planned keeps its time zone', async () => {
    const gym = await openGym(world);
    await planClass(gym);
    const { gymLocationId } = gym;
    const move = { gymLocationId, ...LOCATION, timeZone: 'Asia/Tokyo', expectedVersion: 1 };
    expect(await refusalOf(gym.asOwner.updateGymLocation(move))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      fields: [{ path: 'timeZone' }],
    });
  });
});

it('memberships end by the clock when their last day is over', async () => {
  const gym = await openGym(world);
  const [mia] = (await join(world, gym, 'Mia')) as [Person];
  await world.sql('UPDATE memberships SET last_day = $2 WHERE user_id = $1', [mia.id, yesterday()]);
  await runJob('end-memberships');
  const { edges } = await world.gymsAs(mia).listOwnGymMemberships({});
  expect(edges[0]?.gymMembership?.state).toBe('GYM_MEMBERSHIP_STATE_ENDED');
  expect(await world.logOf(`training.person.${mia.id}`)).toEqual([
    'membership-changed',
    'membership-changed',
  ]);
});

function yesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
}

/** Runs a job of the domain on the world's database, as the clock does. */
async function runJob(name: string): Promise<void> {
  const db = openDomainDatabase(world.network.database, 'training', training.createPrisma);
  try {
    const store = createStore({ db, now: Date.now, newId: uuidv7 });
    const job = createJobs(store, createPlanning(store)).find((candidate) => candidate.name === name);
    await job?.run(new AbortController().signal);
  } finally {
    await db.close();
  }
}
