import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

const DAY = 24 * 60 * 60_000;

describe.each(doorNames)('measurements through %s', (door) => {
  it('have a history, a newest of each kind, and a trend', async () => {
    const person = await world.signUp('Ada');
    const { measurements } = world.as(person, door);
    const weigh = (value: number, daysAgo: number, unit: 'KILOGRAM' | 'POUND' = 'KILOGRAM') =>
      measurements.recordBodyMeasurement({
        kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
        value,
        unit: `BODY_MEASUREMENT_UNIT_${unit}`,
        measuredAt: timestampOf(Date.now() - daysAgo * DAY),
        idempotencyKey: `${value}`,
      });
    await weigh(82, 14);
    await weigh(81, 7);
    const { bodyMeasurement } = await weigh(176.36981, 0, 'POUND');
    expect(bodyMeasurement).toMatchObject({ value: 80, unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM' });
    await measurements.recordBodyMeasurement({
      kind: 'BODY_MEASUREMENT_KIND_WAIST',
      value: 84.5,
      unit: 'BODY_MEASUREMENT_UNIT_CENTIMETRE',
      note: 'Before breakfast.',
      idempotencyKey: 'waist',
    });
    const userIds = [person.id];
    const { pages } = await measurements.batchListBodyMeasurements({
      userIds,
      kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
      page: { first: 2 },
    });
    expect(pages[0]?.edges.map(({ bodyMeasurement: each }) => each?.value)).toEqual([80, 81]);
    expect(pages[0]?.pageInfo?.hasNextPage).toBe(true);
    const latest = await measurements.batchGetLatestBodyMeasurements({ userIds });
    expect(latest.users[0]?.bodyMeasurements.map(({ value }) => value)).toEqual([80, 84.5]);
    const { trends } = await measurements.batchGetWeightTrends({ userIds, days: 30 });
    expect(trends).toMatchObject([{ firstKg: 82, lastKg: 80, measurementCount: 3 }]);
    expect(trends[0]?.kgPerWeek).toBeCloseTo(-1, 2);
    expect((await measurements.batchGetWeightTrends({ userIds, days: 7 })).trends[0]?.measurementCount).toBe(
      1,
    );

    await measurements.deleteBodyMeasurement({ bodyMeasurementId: bodyMeasurement?.id ?? '' });
    await measurements.deleteBodyMeasurement({ bodyMeasurementId: bodyMeasurement?.id ?? '' });
    const found = await measurements.batchGetBodyMeasurements({ ids: [bodyMeasurement?.id ?? ''] });
    expect(found.bodyMeasurements).toEqual([]);
    expect(await world.logOf(`workouts.measurements.${person.id}`)).toEqual(
      Array(5).fill('measurements-changed'),
    );
  });

  it('take an empty note as none', async () => {
    const { measurements } = world.as(await world.signUp('Ada'), door);
    const { bodyMeasurement } = await measurements.recordBodyMeasurement({
      ...{ kind: 'BODY_MEASUREMENT_KIND_BODY_FAT', value: 20, unit: 'BODY_MEASUREMENT_UNIT_PERCENT' },
      ...{ note: '', idempotencyKey: 'fat' },
    });
    expect(bodyMeasurement?.note).toBeUndefined();
  });

  let mistyper: Promise<Person> | undefined;
  it.each([
    ['a negative weight', 'value', { value: -80 }],
    ['a weight of tonnes', 'value', { value: 5_000 }],
    ['a weight in centimetres', 'unit', { unit: 'BODY_MEASUREMENT_UNIT_CENTIMETRE' }],
    ['a weight in nothing', 'unit', { unit: 'BODY_MEASUREMENT_UNIT_UNSPECIFIED' }],
    ['a measurement of nothing', 'kind', { kind: 'BODY_MEASUREMENT_KIND_UNSPECIFIED' }],
    ['a weight in a unit that nobody knows', 'unit', { unit: 'BODY_MEASUREMENT_UNIT_STONE' }],
    ['tomorrow’s weight', 'measuredAt', { measuredAt: timestampOf(Date.now() + DAY) }],
  ])('refuse %s with the field', async (_what, path, change) => {
    mistyper ??= world.signUp('Ada');
    const person = await mistyper;
    const request = {
      kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
      value: 80,
      unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM',
      idempotencyKey: 'weight',
      ...change,
    };
    const refusal = await refusalOf(
      world.as(person, door).measurements.recordBodyMeasurement(request as never),
    );
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path }] });
  });
});
