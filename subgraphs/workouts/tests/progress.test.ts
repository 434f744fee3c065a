import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addDays, dayOf, mondayOf } from '#platform/days.ts';
import { PATIENCE } from '#tests/patience.ts';
import { usersService } from '#tests/people.ts';
import { catalogueId } from '../store/catalogue.ts';
import { doorNames, squatDay, squats, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

const HOUR = 60 * 60_000;

describe.each(doorNames)('records through %s', (door) => {
  it('are kept where they are first, and broken where they were there', async () => {
    const person = await world.signUp('Ada');
    const { progress, sessions } = world.as(person, door);
    await world.train(person, [squats(5, 100), squats(1, 110)], {
      startedAt: new Date(Date.now() - 5 * HOUR),
    });
    const better = await world.train(person, [squats(5, 105)], {
      startedAt: new Date(Date.now() - 2 * HOUR),
    });
    const { personalRecordIds } = await sessions.finishWorkoutSession({ workoutSessionId: better });
    const { personalRecords } = await progress.batchGetPersonalRecords({ ids: personalRecordIds });
    expect(personalRecords).toMatchObject([
      {
        kind: 'PERSONAL_RECORD_KIND_ESTIMATED_ONE_REP_MAX',
        value: 118.125,
        previousValue: 112.5,
        formula: 'ONE_REP_MAX_FORMULA_BRZYCKI',
        exerciseId: catalogueId('back-squat'),
        workoutSessionId: better,
        current: true,
      },
    ]);
    const query = { userIds: [person.id], exerciseId: catalogueId('back-squat') };
    const current = await progress.batchListPersonalRecords({ ...query, currentOnly: true });
    const values = (pages: typeof current) =>
      pages.pages[0]?.edges.map(({ personalRecord }) => [
        personalRecord?.kind.replace('PERSONAL_RECORD_KIND_', ''),
        personalRecord?.value,
      ]);
    expect(values(current)?.toSorted()).toEqual([
      ['ESTIMATED_ONE_REP_MAX', 118.125],
      ['LOAD', 110],
      ['SESSION_VOLUME', 610],
    ]);
    expect(values(await progress.batchListPersonalRecords(query))).toHaveLength(4);
    const log = await world.logOf(`workouts.person.${person.id}`);
    expect(log.filter((kind) => kind === 'record-broken')).toHaveLength(1);
  });
});

describe.each(doorNames)('weeks through %s', (door) => {
  it("are counted by the person's own days", async () => {
    // Whatever the time is, somewhere it is another day than in UTC.
    const now = Date.now();
    const zone = new Date(now).getUTCHours() >= 11 ? 'Pacific/Kiritimati' : 'Pacific/Pago_Pago';
    const person = await world.signUp('Ada', zone);
    const today = dayOf(now, zone);
    expect(today).not.toBe(dayOf(now, 'UTC'));
    const workoutSessionId = await world.train(person, [squats(5, 100)], {
      startedAt: new Date(now - 60_000),
      minutes: 1,
    });
    const { progress } = world.as(person, door);
    const { users } = await progress.batchListWorkoutWeeks({ userIds: [person.id], first: 2 });
    const day = dayOf(now - 60_000, zone);
    expect(users[0]?.weeks.map(({ monday }) => monday)).toEqual([
      mondayOf(today),
      addDays(mondayOf(today), -7),
    ]);
    const week = users[0]?.weeks.find(({ monday }) => monday === mondayOf(day));
    expect(week).toMatchObject({
      sessionCount: 1,
      setCount: 1,
      volumeKg: 500,
      durationSeconds: 60,
      dueDayCount: 0,
    });
    expect(week).not.toHaveProperty('adherencePercent');
    const asService = await world.asService(door);
    const { totals } = await asService.progress.batchGetWorkoutSessionTotals({
      workoutSessionIds: [workoutSessionId],
    });
    expect(totals).toMatchObject([
      { workoutSessionId, userId: person.id, volumeKg: 500, setCount: 1, durationSeconds: 60, localDay: day },
    ]);
  });

  it('tell how much of what was due is done', async () => {
    const person = await world.signUp('Ada');
    const { assignments, progress } = world.as(person, door);
    const [week] = squatDay.weeks;
    const days = [1, 2, 3].map((number) => ({ ...week?.days?.[0], name: `Day ${number}` }));
    const { id: workoutPlanId } = await world.plan(person, { weeks: [{ days }, { days }] });
    const startsOn = addDays(mondayOf(dayOf(Date.now(), 'UTC')), -7);
    const { workoutAssignment } = await assignments.followWorkoutPlan({
      workoutPlanId,
      startsOn,
      idempotencyKey: 'follow',
    });
    const workoutAssignmentId = workoutAssignment?.id ?? '';
    for (const day of [1, 3]) {
      const startedAt = new Date(Date.now() - (10 - day) * HOUR);
      await world.train(person, [squats(5, 60)], {
        startedAt,
        planned: { workoutAssignmentId, weekNumber: 1, dayNumber: day },
      });
    }
    const { users } = await progress.batchListWorkoutWeeks({ userIds: [person.id], first: 2 });
    expect(users[0]?.weeks[1]).toMatchObject({ dueDayCount: 3, doneDayCount: 2, adherencePercent: 66.7 });
  });
});

it('a person who moves lives by other days from then on', async () => {
  const person = await world.signUp('Ada', 'Europe/Zurich');
  await world.train(person, [squats(5, 100)]);
  const [door] = world.network.doors;
  await door
    ?.client(usersService, person.token)
    .updateUserProfile({ expectedVersion: 2, timeZone: 'Asia/Tokyo' });
  await vi.waitFor(async () => {
    const sql = 'SELECT time_zone FROM person_time_zones WHERE user_id = $1';
    expect(await world.sql(sql, [person.id])).toEqual([{ time_zone: 'Asia/Tokyo' }]);
  }, PATIENCE);
});
