import { randomBytes, randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { expect } from 'vitest';
import type { E2eNetwork, Person } from './network.ts';
import { tell } from './story.ts';
import type { Trace } from './trace-matrix.ts';

/**
 * The operations of the matrix about what people do beside talking: a trainer, and a client who trains and
 * eats. What leads up to them is not sampled.
 */
export async function runTracedTraining(
  network: E2eNetwork,
  trace: Trace,
  { trainer, client }: { trainer: Person; client: Person },
): Promise<void> {
  const headers = {
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
  };
  const story = tell({ run: (query, options) => network.run(query, { ...options, headers }) });
  const traced = (person: Person, operation: string, variables: object) => async (traceparent: string) => {
    const { data, errors } = await network.run(operation, {
      token: person.token,
      variables,
      headers: { traceparent },
    });
    if (errors !== undefined || !data) throw new Error(`${operation}\n${JSON.stringify(errors)}`);
    // biome-ignore lint/suspicious/noExplicitAny: the answer's shape stands in the operation
    return data as any;
  };
  const keyed = (input: object) => ({ input: { ...input, idempotencyKey: randomUUID() } });

  await story.ask(client, WARM_UP);
  await story.act(client, OPT_IN, { visibility: 'PUBLIC' });
  const { createLeaderboard } = await story.create(client, CREATE_BOARD, {
    title: 'Katherine and friends',
    metric: 'POINTS',
    period: 'ALL_TIME',
    access: 'OPEN',
  });
  const { searchExercises } = await story.ask(client, EXERCISES);
  const { startWorkoutSession } = await trace(
    'a first session, on the calendar that users keep of whoever trains',
    traced(client, START, keyed({ title: 'Squats' })),
  );
  const workoutSessionId = startWorkoutSession.workoutSession.id;
  const exerciseId = searchExercises.nodes[0].id;
  await story.create(client, LOG_SET, { workoutSessionId, exerciseId, reps: 5, loadKg: 60 });
  const socket = createClient({
    url: network.socketUrl,
    connectionParams: { authorization: `Bearer ${client.token}` },
    retryAttempts: 0,
  });
  const arrivals = socket.iterate({ query: FOLLOW_TRAINING, variables: { userId: client.id } });
  const arrival = arrivals.next();
  const board = { id: createLeaderboard.leaderboard.id };
  const standings = socket.iterate({ query: FOLLOW_BOARD, variables: board });
  expect((await standings.next()).value).toEqual(scores([]));
  const change = standings.next();
  await story.eventually(async () => {
    const text = await (await fetch(`${network.gatewayUrl}/metrics`)).text();
    if (!/^fitme_live_subscriptions 2$/m.test(text)) throw new Error('nobody listens yet');
  });
  await trace(
    'a finished session, which counts on boards and arrives in subscriptions',
    traced(client, FINISH, { input: { workoutSessionId } }),
  );
  await arrival;
  expect((await change).value).toEqual(scores([{ score: expect.any(Number) }]));
  await arrivals.return?.();
  await standings.return?.();
  await socket.dispose();
  await trace('a board with its people', traced(client, BOARD, board));

  const { createIngredient } = await story.create(trainer, CREATE_INGREDIENT, {
    name: 'Oats of the trace',
    perHundredGrams: { energyKcal: 380, proteinG: 13, carbohydrateG: 60, fatG: 7 },
    allergens: ['GLUTEN'],
    aisle: 'GRAINS_AND_PULSES',
  });
  const portions = [{ ingredientId: createIngredient.ingredient.id, amount: 100, unit: 'G' }];
  const mealPlan = {
    title: 'Oats',
    startsOn: '2026-11-30',
    days: [{ meals: [{ kind: 'BREAKFAST', portions }] }],
  };
  const { createMealPlan } = await trace(
    'a meal plan that a trainer writes for a client',
    traced(trainer, PLAN, keyed({ userId: client.id, ...mealPlan })),
  );
  const { createShoppingList } = await story.create(client, CREATE_LIST, {
    title: 'For the week',
    mealPlanId: createMealPlan.mealPlan.id,
    fromDay: mealPlan.startsOn,
    toDay: mealPlan.startsOn,
  });
  const { id: shoppingListId } = createShoppingList.shoppingList;
  await trace(
    'a shopping list for two, between whom users must know of no block',
    traced(client, SHARE, { input: { shoppingListId, userIds: [trainer.id] } }),
  );
}

function scores(nodes: object[]) {
  return { data: { leaderboardState: { leaderboard: { entries: { nodes } } } } };
}

/** Every process fetches the keys of tokens once, in the trace of whoever comes first. */
const WARM_UP = '{ viewer { user { workoutAssignments(first: 1) { nodes { id } } } } }';
const OPT_IN =
  'mutation ($input: OptInToLeaderboardsInput!) { optInToLeaderboards(input: $input) { __typename } }';
const CREATE_BOARD =
  'mutation ($input: CreateLeaderboardInput!) { createLeaderboard(input: $input) { leaderboard { id } } }';
const EXERCISES = '{ searchExercises(text: "squat", first: 1) { nodes { id } } }';
const START =
  'mutation Start($input: StartWorkoutSessionInput!) { startWorkoutSession(input: $input) { workoutSession { id } } }';
const LOG_SET =
  'mutation ($input: LogWorkoutSetInput!) { logWorkoutSet(input: $input) { workoutSet { id } } }';
const FOLLOW_TRAINING =
  'subscription FollowTraining($userId: ID!) { workoutEvents(userId: $userId) { kind workoutSession { volumeKg } } }';
const FOLLOW_BOARD = `subscription FollowBoard($id: ID!) {
  leaderboardState(leaderboardId: $id) { leaderboard { entries(first: 3) { nodes { score } } } }
}`;
const FINISH =
  'mutation Finish($input: FinishWorkoutSessionInput!) { finishWorkoutSession(input: $input) { workoutSession { id } } }';
const BOARD = `query Board($id: ID!) {
  leaderboard(id: $id) { entries(first: 3) { nodes { rank player { name } } } }
}`;
const CREATE_INGREDIENT =
  'mutation ($input: CreateIngredientInput!) { createIngredient(input: $input) { ingredient { id } } }';
const PLAN =
  'mutation Plan($input: CreateMealPlanInput!) { createMealPlan(input: $input) { mealPlan { id } } }';
const CREATE_LIST =
  'mutation ($input: CreateShoppingListInput!) { createShoppingList(input: $input) { shoppingList { id } } }';
const SHARE =
  'mutation Share($input: ShareShoppingListInput!) { shareShoppingList(input: $input) { shoppingList { id } } }';
