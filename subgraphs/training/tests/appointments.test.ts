import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timestampOf } from '#platform/service/timestamps.ts';
import { masked } from '#tests/domain-network.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { type DoorName, doorNames, startWorld, type World } from './world.ts';

let world: World;
let stranger: Person;

beforeAll(async () => {
  world = await startWorld();
  stranger = await world.signUp('Stan');
});

afterAll(() => world?.close());

const HOUR_MS = 3_600_000;

/** From so many hours on, for an hour. */
function hoursAhead(hours: number, length = 1) {
  const from = Date.now() + hours * HOUR_MS;
  return { startsAt: timestampOf(from), endsAt: timestampOf(from + length * HOUR_MS) };
}

async function pair() {
  const [trainer, client] = await Promise.all([world.signUp('Tara', 'TRAINER'), world.signUp('Cleo')]);
  return { trainer, client, clientRelationshipId: await world.relate(trainer, client) };
}

function schedule(person: Person, clientRelationshipId: string, when: object, door?: DoorName) {
  const request = {
    clientRelationshipId,
    title: 'Squats',
    place: 'Hall 2',
    idempotencyKey: uuidv7(),
    ...when,
  };
  return world.as(person, door).scheduleAppointment(request);
}

async function liveThrough(door: DoorName): Promise<unknown[]> {
  const { trainer, client, clientRelationshipId } = await pair();
  const second = await schedule(trainer, clientRelationshipId, hoursAhead(48), door);
  const first = await schedule(client, clientRelationshipId, hoursAhead(24), door);
  const ids = [first, second].map(({ appointment }) => appointment?.id ?? '');
  const [asTrainer, asClient] = [world.as(trainer, door), world.as(client, door)];
  const next = () =>
    asTrainer.batchGetNextAppointments({ clientRelationshipIds: [clientRelationshipId, uuidv7()] });
  const answers: unknown[] = [first, await next()];
  const moved = { title: 'Deadlifts', ...hoursAhead(72), expectedVersion: 1 };
  answers.push(
    await asClient.updateAppointment({ appointmentId: ids[0], ...moved }),
    await next(),
    await asClient.listAppointments({ page: { first: 1 } }),
    await asClient.cancelAppointment({ appointmentId: ids[1] }),
    await asTrainer.listAppointments({}),
    await asTrainer.listAppointments({ includeCancelled: true }),
    await asTrainer.batchGetAppointments({ ids: [...ids, uuidv7()] }),
  );
  expect((await world.logOf(`training.person.${trainer.id}`)).slice(-4)).toEqual(
    Array(4).fill('appointment-changed'),
  );
  return answers;
}

it('is scheduled, moved and cancelled by either, the same through both doors', async () => {
  const [grpc = [], graphql = []] = await Promise.all(doorNames.map(liveThrough));
  expect(masked(graphql)).toEqual(masked(grpc));
  expect(grpc).toMatchObject([
    { appointment: { title: 'Squats', place: 'Hall 2', version: 1 } },
    { appointments: [{ title: 'Squats' }] },
    { appointment: { title: 'Deadlifts', place: 'Hall 2', version: 2 } },
    { appointments: [{ title: 'Squats' }] },
    { edges: [{ appointment: { title: 'Squats' } }], pageInfo: { hasNextPage: true } },
    { appointment: { cancelledAt: { nanos: expect.any(Number) }, version: 2 } },
    { edges: [{ appointment: { title: 'Deadlifts' } }] },
    { edges: [{ appointment: { title: 'Squats' } }, { appointment: { title: 'Deadlifts' } }] },
    { appointments: [{}, {}] },
  ]);
});

describe.each(doorNames)('through the %s door', (door) => {
  it.each<[string, () => object, string]>([
    ['begins in the past', () => hoursAhead(-1), 'startsAt'],
    ['ends before it begins', () => hoursAhead(5, -1), 'endsAt'],
    ['ends when it begins', () => hoursAhead(5, 0), 'endsAt'],
    ['takes a day', () => hoursAhead(5, 24), 'endsAt'],
    ['lies years ahead', () => hoursAhead(24 * 800), 'startsAt'],
    ['has no time', () => ({ startsAt: null, endsAt: null }), 'startsAt'],
    ['has no title', () => ({ ...hoursAhead(5), title: ' ' }), 'title'],
  ])('one that %s is refused with the field', async (_what, when, path) => {
    const { trainer, clientRelationshipId } = await pair();
    const refusal = await refusalOf(schedule(trainer, clientRelationshipId, when(), door));
    expect(refusal.code).toBe('INVALID_ARGUMENT');
    expect(refusal.fields[0]?.path).toBe(path);
  });

  it('nobody is in two places: of two at once that overlap, one is refused', async () => {
    const { trainer, client, clientRelationshipId } = await pair();
    const other = await world.relate(trainer, await world.signUp('Dora'));
    const outcomes = await Promise.allSettled([
      schedule(trainer, clientRelationshipId, hoursAhead(10), door),
      schedule(trainer, other, hoursAhead(10.5), door),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const clash = refusalOf(schedule(client, clientRelationshipId, hoursAhead(10.2), door));
    expect(await clash).toMatchObject({ code: 'CONFLICT', fields: [{ path: 'startsAt' }] });
    await schedule(trainer, clientRelationshipId, hoursAhead(20), door);
  });

  it('is a matter of the two, while they are active', async () => {
    const { trainer, client, clientRelationshipId } = await pair();
    const { appointment } = await schedule(trainer, clientRelationshipId, hoursAhead(6), door);
    const appointmentId = appointment?.id ?? '';
    const asStranger = world.as(stranger, door);
    expect(await refusalOf(schedule(stranger, clientRelationshipId, hoursAhead(8), door))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await refusalOf(asStranger.cancelAppointment({ appointmentId }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await asStranger.batchGetAppointments({ ids: [appointmentId] })).appointments).toEqual([]);
    const { appointments } = await asStranger.batchGetNextAppointments({
      clientRelationshipIds: [clientRelationshipId],
    });
    expect(appointments).toEqual([]);

    await world.as(client, door).endClientRelationship({ clientRelationshipId });
    expect(await refusalOf(schedule(trainer, clientRelationshipId, hoursAhead(8), door))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      fields: [{ path: 'clientRelationshipId' }],
    });
    const after = await world.as(trainer, door).batchGetAppointments({ ids: [appointmentId] });
    expect(after.appointments[0]).toMatchObject({ cancelledById: client.id });
  });

  it('keeps what a change leaves out, and its begin and end are judged together', async () => {
    const { client, clientRelationshipId } = await pair();
    const { appointment } = await schedule(client, clientRelationshipId, hoursAhead(6), door);
    const change = (fields: object, expectedVersion: number) =>
      world
        .as(client, door)
        .updateAppointment({ appointmentId: appointment?.id ?? '', ...fields, expectedVersion });
    const moved = await change({ endsAt: hoursAhead(8).endsAt }, 1);
    expect(moved.appointment).toMatchObject({ title: 'Squats', place: 'Hall 2', version: 2 });
    expect(moved.appointment?.startsAt).toEqual(appointment?.startsAt);
    expect(await refusalOf(change({ startsAt: hoursAhead(30).startsAt }, 2))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'endsAt' }],
    });
    const without = await change({ updateMask: { paths: ['place'] } }, 2);
    expect(without.appointment?.place).toBeUndefined();
  });

  it('is moved from the version that was read', async () => {
    const { trainer, clientRelationshipId } = await pair();
    const { appointment } = await schedule(trainer, clientRelationshipId, hoursAhead(6), door);
    const move = (expectedVersion: number) =>
      world
        .as(trainer, door)
        .updateAppointment({ appointmentId: appointment?.id ?? '', ...hoursAhead(7), expectedVersion });
    await move(1);
    expect(await refusalOf(move(1))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('version 2'),
    });
  });
});
