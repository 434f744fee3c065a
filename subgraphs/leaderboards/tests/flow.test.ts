import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { FoodLogServiceDefinition } from '#gen/proto/fitme/diet/v1/FoodLogService.ts';
import type { IngredientsServiceDefinition } from '#gen/proto/fitme/diet/v1/IngredientsService.ts';
import type { ObjectivesServiceDefinition } from '#gen/proto/fitme/diet/v1/ObjectivesService.ts';
import type { ExercisesServiceDefinition } from '#gen/proto/fitme/workouts/v1/ExercisesService.ts';
import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import { type ServiceName, serviceName } from '#platform/grpc/contract.ts';
import type { DoorClient } from '#tests/domain-network.ts';
import type { Person } from '#tests/people.ts';
import { PATIENCE, startWorld, type World } from './world.ts';

const foodLogService = serviceName<FoodLogServiceDefinition>('fitme.diet.v1.FoodLogService');
const ingredientsService = serviceName<IngredientsServiceDefinition>('fitme.diet.v1.IngredientsService');
const objectivesService = serviceName<ObjectivesServiceDefinition>('fitme.diet.v1.ObjectivesService');

const exercisesService = serviceName<ExercisesServiceDefinition>('fitme.workouts.v1.ExercisesService');
const sessionsService = serviceName<SessionsServiceDefinition>('fitme.workouts.v1.SessionsService');

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

function of<Definition>({ token }: Person, service: ServiceName<Definition>): DoorClient<Definition> {
  const [door] = world.network.doors;
  if (door === undefined) throw new Error('The network has no door.');
  return door.client(service, token);
}

/** Does a set, and is done. */
async function train(person: Person, exerciseId: string, loadKg: number): Promise<void> {
  const sessions = of(person, sessionsService);
  const { workoutSession } = await sessions.startWorkoutSession({ idempotencyKey: `start-${loadKg}` });
  const workoutSessionId = workoutSession?.id ?? '';
  await sessions.logWorkoutSet({
    ...{ workoutSessionId, exerciseId, loadKg, kind: 'WORKOUT_SET_KIND_WORKING', reps: 5 },
    idempotencyKey: `set-${loadKg}`,
  });
  await sessions.finishWorkoutSession({ workoutSessionId });
}

it('a session that is finished gives points and volume, and a record that is broken in it more', async () => {
  const [ada] = await world.players('Ada');
  const leaderboardId = await world.community([ada]);
  const found = await of(ada, exercisesService).searchExercises({ text: 'squat', page: { first: 1 } });
  const exerciseId = found.edges[0]?.exercise?.id ?? '';
  await train(ada, exerciseId, 60);
  await world.untilPlaces(ada, leaderboardId, [[ada.id, 10]]);
  await train(ada, exerciseId, 80);
  const progress = async () =>
    (await world.as(ada).batchGetFitnessProgress({ userIds: [ada.id] })).fitnessProgress[0];
  await vi.waitFor(async () => {
    const records = (await progress())?.recordCount ?? 0;
    expect(records).toBeGreaterThan(0);
    expect(await progress()).toMatchObject({
      sessionCount: 2,
      volumeKg: 5 * (60 + 80),
      points: String(2 * 10 + records * 15),
    });
  }, PATIENCE);
  const points = Number((await progress())?.points);
  await world.untilPlaces(ada, leaderboardId, [[ada.id, points]]);
  const { edges } = await world.as(ada).listPointEntries({});
  expect(new Set(edges.map(({ pointEntry }) => pointEntry?.reason))).toEqual(
    new Set(['Finished a workout session', 'Broke a personal record']),
  );
});

it('a day that is closed within its target gives points, a place and a streak; one outside of it gives nothing', async () => {
  const [ada, grace] = await world.players('Ada', 'Grace');
  const leaderboardId = await world.community([ada, grace]);
  const targets = [{ nutrient: 'NUTRIENT_ENERGY' as const, min: 300, max: 400 }];
  for (const [person, amount] of [
    [ada, 100],
    [grace, 900],
  ] as const) {
    await of(person, objectivesService).setDietObjective({ targets });
    const ingredientId = await porridgeOf(person);
    const { foodEntry } = await of(person, foodLogService).logFoodEntry({
      meal: 'MEAL_KIND_BREAKFAST',
      portion: { ingredientId, amount, unit: 'FOOD_UNIT_G' },
      idempotencyKey: 'breakfast',
    });
    await of(person, foodLogService).closeDietDay({ day: foodEntry?.day ?? '' });
  }
  await world.untilPlaces(ada, leaderboardId, [[ada.id, 5]]);
  const { fitnessProgress } = await world.as(ada).batchGetFitnessProgress({ userIds: [ada.id] });
  expect(fitnessProgress).toMatchObject([{ points: '5', daysOnTargetCount: 1, currentStreakDays: 1 }]);
});

async function porridgeOf(person: Person): Promise<string> {
  const { ingredient } = await of(person, ingredientsService).createIngredient({
    name: 'Porridge',
    perHundredGrams: { energyKcal: 370, proteinG: 13, carbohydrateG: 59, fatG: 7 },
    aisle: 'AISLE_OTHER',
    idempotencyKey: 'porridge',
  });
  return ingredient?.id ?? '';
}
