import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { squats, startWorld, type World } from './world.ts';

let world: World;
let statementCount: StatementCount;

beforeAll(async () => {
  world = await startWorld();
  statementCount = await openStatementCount(world.network.database.adminUrl);
});

afterAll(async () => {
  await statementCount?.close();
  await world?.close();
});

describe('what a trainer sees of all clients', () => {
  const OVERVIEW = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User {
    lastWorkoutSession { title sets(first: 5) { nodes { exercise { name } } } }
    workoutSessions(first: 3) { nodes { volumeKg } }
    workoutWeeks(first: 4) { adherencePercent }
    workoutAssignments(activeOnly: true, first: 1) {
      nodes {
        plan { name } version { number } days(pendingOnly: true, first: 1) { nodes { name dueOn } }
        prescription(weekNumber: 1, dayNumber: 1) { exercises { sets { loadKg } } }
      }
    }
    personalRecords(first: 3) { nodes { value exercise { name } } }
    latestBodyMeasurements { kind value }
    weightTrend { kgPerWeek }
  } } }`;

  async function costOf(trainer: Person, clients: readonly Person[]) {
    const of = clients.map(({ id }) => ({ __typename: 'User', id }));
    let entities: unknown[] = [];
    const statements = await statementCount.during(async () => {
      entities = (await world.ask<{ _entities: unknown[] }>(trainer, OVERVIEW, { of }))._entities;
    });
    // The consumers of grants and time zones go on meanwhile.
    const own = statements.filter(({ query }) => !/freshness\s+SET|person_time_zones SET/.test(query));
    return { entities, count: own.reduce((sum, { calls }) => sum + calls, 0) };
  }

  it('takes as many statements for eight clients as for one', async () => {
    const trainer = await world.signUpTrainer('Lena');
    const { id: workoutPlanId } = await world.plan(trainer);
    const clients = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const client = await world.signUp(`Client${index}`);
        await world.grant(trainer, client, ['WORKOUTS', 'MEASUREMENTS']);
        const assign = { workoutPlanId, userId: client.id, idempotencyKey: client.id };
        await world.as(trainer).assignments.assignWorkoutPlan(assign);
        await world.train(client, [squats(5, 100)]);
        await world.as(client).measurements.recordBodyMeasurement({
          kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
          value: 70,
          unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM',
          idempotencyKey: 'weight',
        });
        return client;
      }),
    );
    const one = await costOf(trainer, clients.slice(0, 1));
    const all = await costOf(trainer, clients);
    expect(all.entities).toEqual(Array(8).fill(one.entities[0]));
    expect(one.entities[0]).toMatchObject({
      lastWorkoutSession: { title: 'Workout', sets: { nodes: [{ exercise: { name: 'Back Squat' } }] } },
      workoutSessions: { nodes: [{ volumeKg: 500 }] },
      workoutAssignments: {
        nodes: [
          {
            ...{
              plan: { name: 'Strength' },
              version: { number: 1 },
              days: { nodes: [{ name: 'Squat day' }] },
            },
            prescription: { exercises: [{ sets: Array(3).fill({ loadKg: 60 }) }] },
          },
        ],
      },
      latestBodyMeasurements: [{ kind: 'BODY_WEIGHT', value: 70 }],
      weightTrend: { kgPerWeek: null },
    });
    expect(all.count).toBe(one.count);
  });
});

describe('what people see of their own', () => {
  const OWN = `query ($of: [_Any!]!, $first: Int!) {
    searchExercises(first: $first) { nodes { name owner { id } } }
    searchWorkoutPlans(first: $first) { nodes { name newestVersion { number } } }
    _entities(representations: $of) {
      ... on Viewer { workoutPlans(first: $first) { nodes {
        copiedFrom { name }
        newestVersion { weeks { days { exercises { exercise { name } } } } }
      } } }
      ... on User { bodyMeasurements(first: $first) { nodes { value } }
      personalRecords(first: $first) { nodes { exercise { name } session { title assignment { id } } } } }
    }
  }`;

  it('takes as many statements for ten of everything as for one', async () => {
    const person = await world.signUp('Ada');
    const { plans, measurements } = world.as(person);
    for (let turn = 0; turn < 10; turn++) {
      const { id: workoutPlanId } = await world.plan(person);
      const sharing = {
        workoutPlanId,
        visibility: 'WORKOUT_PLAN_VISIBILITY_PUBLIC',
        template: true,
      } as const;
      await plans.updateWorkoutPlanSharing(sharing);
      await plans.copyWorkoutPlan({ workoutPlanId, idempotencyKey: workoutPlanId });
      await measurements.recordBodyMeasurement({
        kind: 'BODY_MEASUREMENT_KIND_BODY_WEIGHT',
        value: 70,
        unit: 'BODY_MEASUREMENT_UNIT_KILOGRAM',
        idempotencyKey: workoutPlanId,
      });
      await world.train(person, [squats(5, 100 + turn)]);
    }
    const of = ['Viewer', 'User'].map((__typename) => ({ __typename, id: person.id }));
    const costOf = async (first: number) => {
      const statements = await statementCount.during(() => world.ask(person, OWN, { of, first }));
      const own = statements.filter(({ query }) => !/freshness\s+SET/.test(query));
      return own.reduce((sum, { calls }) => sum + calls, 0);
    };
    expect(await costOf(10)).toBe(await costOf(1));
  });
});
