import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FoodLogServiceDefinition } from '#gen/proto/fitme/diet/v1/FoodLogService.ts';
import type { IngredientsServiceDefinition } from '#gen/proto/fitme/diet/v1/IngredientsService.ts';
import type { ObjectivesServiceDefinition } from '#gen/proto/fitme/diet/v1/ObjectivesService.ts';
import { type ServiceName, serviceName } from '#platform/grpc/contract.ts';
import type { DoorClient } from '#tests/domain-network.ts';
import type { Person } from '#tests/people.ts';
import { BOARDS, startWorld, type World } from './world.ts';

const foodLogService = serviceName<FoodLogServiceDefinition>('fitme.diet.v1.FoodLogService');
const ingredientsService = serviceName<IngredientsServiceDefinition>('fitme.diet.v1.IngredientsService');
const objectivesService = serviceName<ObjectivesServiceDefinition>('fitme.diet.v1.ObjectivesService');

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

it('a day that is closed within its target gives points, a place and a streak; one outside of it gives nothing', async () => {
  const [ada, grace] = await world.players('Ada', 'Grace');
  const targets = [{ nutrient: 'NUTRIENT_ENERGY' as const, min: 300, max: 400 }];
  for (const [person, amount] of [
    [ada, 100],
    [grace, 900],
  ] as const) {
    await of(person, objectivesService).setObjective({ targets });
    const ingredientId = await porridgeOf(person);
    const { entry } = await of(person, foodLogService).logFood({
      meal: 'MEAL_KIND_BREAKFAST',
      portion: { ingredientId, amount, unit: 'UNIT_G' },
      idempotencyKey: 'breakfast',
    });
    await of(person, foodLogService).closeDietDay({ day: entry?.day ?? '' });
  }
  await world.untilPlaces(ada, BOARDS.pointsOfAllTime, [[ada.id, 5]]);
  await world.untilPlaces(ada, BOARDS.longestStreak, [[ada.id, 1]]);
  const { progress } = await world.as(ada).batchGetProgress({ personIds: [ada.id] });
  expect(progress).toMatchObject([{ points: '5', daysOnTarget: 1, currentStreakDays: 1 }]);
});

async function porridgeOf(person: Person): Promise<string> {
  const { ingredient } = await of(person, ingredientsService).createIngredient({
    ingredient: {
      name: 'Porridge',
      perHundredGrams: { energyKcal: 370, proteinG: 13, carbohydrateG: 59, fatG: 7 },
      aisle: 'AISLE_OTHER',
    },
    idempotencyKey: 'porridge',
  });
  return ingredient?.id ?? '';
}
