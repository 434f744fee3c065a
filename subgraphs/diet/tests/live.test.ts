import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { topicChannel } from '#platform/events/channels.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { createWakeups, type Wakeups } from '#platform/events/wakeups.ts';
import { PATIENCE } from '#tests/patience.ts';
import { refusalOf } from '#tests/refusal.ts';
import { grams, planOf } from './portions.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let wakeups: Wakeups;
let rice: string;

beforeAll(async () => {
  world = await startWorld();
  wakeups = createWakeups({
    redisUrl: inject('redisUrl'),
    log: createLogger({ level: 'fatal', name: 'test' }),
  });
  rice = await world.food({ name: 'Rice', energyCal: 365_000 });
});

afterAll(async () => {
  await wakeups?.close();
  await world?.close();
});

/** Remembers the heads that a topic is woken with. */
async function hear(topic: string): Promise<number[]> {
  const heard: number[] = [];
  await wakeups.listen(topicChannel(topic), (head) => void heard.push(head));
  return heard;
}

/** What a gateway reads of a topic. */
async function read(topic: string) {
  const [door] = world.network.doors;
  const source = door?.client(liveSourceService, await world.network.serviceToken());
  const { events } = (await source?.read({ topic, afterSeq: 0, limit: 100 })) ?? { events: [] };
  return events.map(({ kind, subjects, accessChangedFor }) => ({ kind, subjects, accessChangedFor }));
}

it('whoever shares a list is woken when somebody ticks an item off, and told which', async () => {
  const [ada, grace] = await Promise.all([world.signUp('Ada'), world.signUp('Grace')]);
  const { mealPlans, shopping } = world.as(ada);
  const { mealPlan } = await mealPlans.createMealPlan({
    ...planOf([[grams(rice, 100)]]),
    idempotencyKey: uuidv7(),
  });
  const days = { fromDay: '2026-11-02', toDay: '2026-11-02', servingsFactor: 1 };
  const asked = { title: 'One', mealPlanId: mealPlan?.id ?? '', ...days, idempotencyKey: uuidv7() };
  const { shoppingList } = await shopping.createShoppingList(asked);
  const shoppingListId = shoppingList?.id ?? '';
  const shoppingItemId = shoppingList?.items[0]?.id ?? '';
  await shopping.shareShoppingList({ shoppingListId, userIds: [grace.id] });
  const topic = `diet.shopping-list.${shoppingListId}`;
  const heard = await hear(topic);
  await world.as(grace).shopping.tickShoppingItem({ shoppingItemId, ticked: true });
  await vi.waitFor(() => expect(heard).toContain(3), PATIENCE);
  expect(await read(topic)).toMatchObject([
    { kind: 'diet.shopping-list-created', subjects: { shoppingList: shoppingListId, actor: ada.id } },
    { subjects: { member: grace.id }, accessChangedFor: [grace.id] },
    {
      kind: 'diet.shopping-item-ticked',
      subjects: { shoppingItem: shoppingItemId, actor: grace.id },
      accessChangedFor: [],
    },
  ]);
});

it('a trainer is woken by what happens to a client, until the client takes that back', async () => {
  const [trainer, client] = await Promise.all([world.signUp('Trainer', 'TRAINER'), world.signUp('Client')]);
  const topic = `diet.person.${client.id}`;
  expect(await refusalOf(world.authorize(trainer, topic))).toMatchObject({ code: 'NOT_FOUND' });
  const relationship = await world.grant(client, trainer, 'DIET');
  const { fromSeq, toSeq } = await world.authorize(trainer, topic);
  expect([fromSeq, toSeq]).toEqual(['1', undefined]);
  const heard = await hear(topic);
  const meal = 'MEAL_KIND_LUNCH' as const;
  const { foodEntry } = await world
    .as(client)
    .foodLog.logFoodEntry({ meal, portion: grams(rice, 1), idempotencyKey: uuidv7() });
  await vi.waitFor(() => expect(heard).toContain(2), PATIENCE);
  await world.revoke(client, relationship);
  await vi.waitFor(() => expect(heard).toContain(3), PATIENCE);
  expect(await read(topic)).toMatchObject([
    { kind: 'diet.access-changed', accessChangedFor: [trainer.id] },
    {
      kind: 'diet.food-log-changed',
      subjects: { foodEntry: foodEntry?.id, user: client.id },
      accessChangedFor: [],
    },
    { kind: 'diet.access-changed', accessChangedFor: [trainer.id] },
  ]);
  expect(await refusalOf(world.authorize(trainer, topic))).toMatchObject({ code: 'NOT_FOUND' });
});
