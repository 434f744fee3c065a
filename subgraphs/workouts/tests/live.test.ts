import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveSourceService } from '#platform/events/live-source.ts';
import type { Person } from '#tests/people.ts';
import { catalogueId } from '../store/catalogue.ts';
import { squats, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

/** What the newest event of a kind is about, by the names of the fields that a gateway completes of it. */
async function subjectsOf(topic: string, kind: string): Promise<Record<string, string> | undefined> {
  const source = world.network.doors[0]?.client(liveSourceService, await world.network.serviceToken());
  const page = await source?.read({ topic, afterSeq: '0', limit: 100 });
  return page?.events.findLast((event) => event.kind === `workouts.${kind}`)?.subjects;
}

const training = ({ id }: Person) => `workouts.person.${id}`;

it('a session and its record are named as the fields of WorkoutEvent', async () => {
  const person = await world.signUp('Ada');
  await world.train(person, [squats(5, 100)]);
  const workoutSession = await world.train(person, [squats(5, 110)]);
  const user = person.id;
  expect(await subjectsOf(training(person), 'session-finished')).toEqual({ user, workoutSession });
  expect(await subjectsOf(training(person), 'record-broken')).toEqual({
    ...{ user, workoutSession, exercise: catalogueId('back-squat') },
    personalRecord: expect.any(String),
  });
});

it('an assignment is named with its plan, and with whoever ended it', async () => {
  const person = await world.signUp('Ada');
  const { assignments } = world.as(person);
  const { id: workoutPlanId } = await world.plan(person);
  const follow = { workoutPlanId, idempotencyKey: 'follow' };
  const { workoutAssignment } = await assignments.followWorkoutPlan(follow);
  const workoutAssignmentId = workoutAssignment?.id ?? '';
  await assignments.endWorkoutAssignment({ workoutAssignmentId });
  expect(await subjectsOf(training(person), 'assignment-ended')).toEqual({
    ...{ user: person.id, actor: person.id },
    ...{ workoutPlan: workoutPlanId, workoutAssignment: workoutAssignmentId },
  });
});

it('a measurement is named, and no longer where it is gone', async () => {
  const person = await world.signUp('Ada');
  const { measurements } = world.as(person);
  const topic = `workouts.measurements.${person.id}`;
  const { bodyMeasurement } = await measurements.recordBodyMeasurement({
    ...{ kind: 'BODY_MEASUREMENT_KIND_WAIST', value: 84, unit: 'BODY_MEASUREMENT_UNIT_CENTIMETRE' },
    idempotencyKey: 'waist',
  });
  const bodyMeasurementId = bodyMeasurement?.id ?? '';
  const told = () => subjectsOf(topic, 'measurements-changed');
  expect(await told()).toEqual({ user: person.id, bodyMeasurement: bodyMeasurementId });
  await measurements.deleteBodyMeasurement({ bodyMeasurementId });
  expect(await told()).toEqual({ user: person.id });
});
