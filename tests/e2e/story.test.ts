import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PATIENCE } from '#tests/patience.ts';
import { domains } from '../../subgraphs/domains.ts';
import { type LiveClient, openLiveClient } from './live-client.ts';
import { type E2eNetwork, type Person, startNetwork } from './network.ts';
import { makeAdministrator, photo, refusal, type Story, signedIn, tell } from './story.ts';

/**
 * The platform as its people meet it, over GraphQL alone, with every domain in a process of its own: a trainer takes a client on,
 * and what each of them does is felt by the other. Each step builds on those before it.
 */
let network: E2eNetwork;
let story: Story;
let trainer: Person;
let client: Person;
let outsider: Person;
const sockets: LiveClient[] = [];
/** What later steps need of earlier ones. */
const made = { exerciseId: '', assignmentId: '', boardId: '', ingredientId: '', mealPlanId: '' };

beforeAll(async () => {
  network = await startNetwork({ domains: domains.map(({ name }) => name) });
  story = tell(network);
  const [admin, ...people] = await Promise.all(
    ['Ada Admin', 'Tomas Trainer', 'Clara Client', 'Olga Outsider'].map(network.signUp),
  );
  [trainer, client, outsider] = people as [Person, Person, Person];
  await makeAdministrator(network, admin as Person);
  await story.act(await signedIn(network, admin as Person), GRANT_ROLE, {
    userId: trainer.id,
    role: 'TRAINER',
  });
  trainer = await signedIn(network, trainer);
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await network?.close();
});

function listen(person: Person): LiveClient {
  const socket = openLiveClient(network.socketUrl, person.token);
  sockets.push(socket);
  return socket;
}

it('a trainer invites a client, who accepts and says what they may see', async () => {
  const { inviteClient } = await story.create(trainer, INVITE, { clientId: client.id, message: 'Shall we?' });
  const { acceptClientRelationship } = await story.act(client, ACCEPT, {
    clientRelationshipId: inviteClient.clientRelationship.id,
    permissions: ['WORKOUTS', 'DIET', 'MEASUREMENTS', 'MESSAGES'],
  });
  expect(acceptClientRelationship.clientRelationship).toMatchObject({
    state: 'ACTIVE',
    trainer: { name: 'Tomas Trainer' },
  });
});

it('the trainer assigns a plan to the client, and to nobody else', async () => {
  const { searchExercises } = await story.ask(trainer, EXERCISES);
  made.exerciseId = searchExercises.nodes[0].id;
  const { createWorkoutPlan } = await story.create(trainer, CREATE_PLAN, {
    name: 'Strong in a week',
    weeks: [
      {
        days: [
          {
            name: 'Squats',
            exercises: [{ exerciseId: made.exerciseId, sets: [{ minReps: 5, maxReps: 5, loadKg: 80 }] }],
          },
        ],
      },
    ],
  });
  const workoutPlanId = createWorkoutPlan.workoutPlan.id;
  // Each domain learns of the grant by itself, within two seconds.
  const { assignWorkoutPlan } = await story.eventually(() =>
    story.create(trainer, ASSIGN_PLAN, { workoutPlanId, userId: client.id }),
  );
  made.assignmentId = assignWorkoutPlan.workoutAssignment.id;
  const { viewer } = await story.ask(client, ASSIGNMENTS);
  expect(viewer.user.workoutAssignments.nodes).toEqual([
    { id: made.assignmentId, assignedBy: { name: 'Tomas Trainer' } },
  ]);
  const toOutsider = await network.run(ASSIGN_PLAN, {
    token: trainer.token,
    variables: { input: { workoutPlanId, userId: outsider.id, idempotencyKey: randomUUID() } },
  });
  expect(refusal(toOutsider)).toMatch(/^(FORBIDDEN|NOT_FOUND)$/);
});

it('a session is logged, its record arrives live with the trainer, and its points on the board', async () => {
  await train({ title: 'To begin with' }, 60);
  await story.act(client, OPT_IN, { visibility: 'PUBLIC' });
  const { createLeaderboard } = await story.create(client, CREATE_BOARD, {
    title: 'Clara and friends',
    metric: 'POINTS',
    period: 'ALL_TIME',
    access: 'OPEN',
  });
  made.boardId = createLeaderboard.leaderboard.id;
  const board = listen(client).subscribe<BoardChanged>(BOARD_CHANGED, { boardId: made.boardId });
  await board.next();
  const coach = listen(trainer).subscribe<WorkoutHappened>(WORKOUT_EVENTS, { userId: client.id });
  await untilListening(2);

  const { workoutSession, personalRecords } = await train(
    { plannedDay: { workoutAssignmentId: made.assignmentId, weekNumber: 1, dayNumber: 1 } },
    80,
  );
  expect(workoutSession).toMatchObject({ state: 'FINISHED', volumeKg: 400, setCount: 1 });
  expect(personalRecords.length).toBeGreaterThan(0);

  await vi.waitFor(() => {
    const kinds = coach.received.map(({ data }) => data?.workoutEvents.kind);
    expect(kinds).toEqual(expect.arrayContaining(['SESSION_STARTED', 'SESSION_FINISHED', 'RECORD_BROKEN']));
  }, PATIENCE);
  await vi.waitFor(() => {
    const entry = board.received.at(-1)?.data?.leaderboardState.leaderboard.ownEntry;
    expect(entry).toMatchObject({ rank: 1, own: true });
    expect(entry?.score).toBeGreaterThan(0);
  }, PATIENCE);
});

/** Five squats, and done. */
async function train(what: object, loadKg: number) {
  const { startWorkoutSession } = await story.create(client, START, what);
  const workoutSessionId = startWorkoutSession.workoutSession.id;
  await story.create(client, LOG_SET, { workoutSessionId, exerciseId: made.exerciseId, reps: 5, loadKg });
  const { finishWorkoutSession } = await story.act(client, FINISH, { workoutSessionId });
  return finishWorkoutSession;
}

it('a meal plan over the objective warns, and is saved once the trainer says why', async () => {
  const { createIngredient } = await story.create(trainer, CREATE_INGREDIENT, {
    name: 'Oats of the story',
    perHundredGrams: { energyKcal: 380, proteinG: 13, carbohydrateG: 60, fatG: 7 },
    allergens: ['GLUTEN'],
    aisle: 'GRAINS_AND_PULSES',
  });
  made.ingredientId = createIngredient.ingredient.id;
  await story.act(client, SET_OBJECTIVE, { targets: [{ nutrient: 'ENERGY', max: 2000 }] });
  const input = {
    userId: client.id,
    title: 'Oats, and more oats',
    startsOn: '2026-11-30',
    days: [
      {
        meals: [
          { kind: 'BREAKFAST', portions: [{ ingredientId: made.ingredientId, amount: 900, unit: 'G' }] },
        ],
      },
    ],
  };
  const { checkMealPlan } = await story.eventually(() => story.act(trainer, CHECK_PLAN, input));
  const warnings: { code: string; nutrient: string; difference: number }[] = checkMealPlan.warnings;
  expect(warnings).toContainEqual(expect.objectContaining({ nutrient: 'ENERGY', difference: 1420 }));
  const unconfirmed = await network.run(CREATE_MEAL_PLAN, {
    token: trainer.token,
    variables: { input: { ...input, idempotencyKey: randomUUID() } },
  });
  expect(refusal(unconfirmed)).toBe('FAILED_PRECONDITION');

  const reason = 'A day before the marathon';
  const { createMealPlan } = await story.create(trainer, CREATE_MEAL_PLAN, {
    ...input,
    override: { warningCodes: warnings.map(({ code }) => code), reason },
  });
  made.mealPlanId = createMealPlan.mealPlan.id;
  const { mealPlanOverrides } = await story.ask(trainer, OVERRIDES, { userId: client.id });
  expect(mealPlanOverrides.nodes).toMatchObject([{ reason, actor: { name: 'Tomas Trainer' } }]);
});

it('two people tick off one shopping list, each seeing what the other takes', async () => {
  const { createShoppingList } = await story.create(client, CREATE_LIST, {
    title: 'Marathon',
    mealPlanId: made.mealPlanId,
    fromDay: '2026-11-30',
    toDay: '2026-11-30',
  });
  const { id: shoppingListId, items } = createShoppingList.shoppingList;
  expect(items).toMatchObject([{ name: 'Oats of the story', amountG: 900 }]);
  await story.act(client, SHARE_LIST, { shoppingListId, userIds: [outsider.id] });
  const atClient = listen(client).subscribe<ListChanged>(LIST_EVENTS, { shoppingListId });
  const atOther = listen(outsider).subscribe<ListChanged>(LIST_EVENTS, { shoppingListId });
  await untilListening(4);
  await story.act(outsider, TICK, { shoppingItemId: items[0].id, ticked: true });
  for (const subscription of [atClient, atOther]) {
    const [event] = await subscription.take(1);
    expect(event?.shoppingListEvents).toMatchObject({
      kind: 'SHOPPING_ITEM_TICKED',
      shoppingItem: { tickedBy: { name: 'Olga Outsider' } },
    });
  }
});

it('a photo that is sent in a chat is seen by those in it, and refused to everybody else', async () => {
  const bytes = photo();
  const { startFileUpload } = await story.create(client, START_UPLOAD, {
    name: 'finish-line.png',
    purpose: 'MESSAGE',
    contentType: 'image/png',
    sizeBytes: bytes.length,
  });
  const { file, fileUpload } = startFileUpload;
  const sent = await fetch(fileUpload.url, {
    method: 'PUT',
    headers: Object.fromEntries(
      fileUpload.headers.map(({ name, value }: { name: string; value: string }) => [name, value]),
    ),
    body: bytes,
  });
  expect(sent.status).toBeLessThan(300);
  await story.act(client, COMPLETE_UPLOAD, { fileId: file.id });
  const { startDirectConversation } = await story.create(client, START_DIRECT, { userId: trainer.id });
  const { sendMessage } = await story.create(client, SEND, {
    conversationId: startDirectConversation.conversation.id,
    body: 'I did it!',
    fileIds: [file.id],
  });
  expect(sendMessage.message.attachments).toMatchObject([{ name: 'finish-line.png' }]);

  const { file: seen } = await story.eventually(() => story.ask(trainer, FILE, { id: file.id }));
  const download = await fetch(seen.download.url);
  expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true);
  const hidden = await network.run<{ file: unknown }>(FILE, {
    token: outsider.token,
    variables: { id: file.id },
  });
  expect(hidden.data?.file ?? null).toBeNull();
});

it('the trainer sees the whole of it in one operation', async () => {
  const { viewer } = await story.ask(trainer, DASHBOARD);
  expect(viewer.clientRelationships.nodes).toMatchObject([
    { client: { name: 'Clara Client', lastWorkoutSession: { volumeKg: 400 }, openMealPlanOverrideCount: 1 } },
  ]);
});

/** What happens before a subscription has begun is not its affair. */
function untilListening(subscriptions: number): Promise<void> {
  return vi.waitFor(async () => {
    const text = await (await fetch(`${network.gatewayUrl}/metrics`)).text();
    expect(text).toMatch(new RegExp(`^fitme_live_subscriptions ${subscriptions}$`, 'm'));
  }, PATIENCE);
}

interface BoardChanged {
  leaderboardState: { leaderboard: { ownEntry: { rank: number; score: number; own: boolean } | null } };
}
interface WorkoutHappened {
  workoutEvents: { kind: string };
}
interface ListChanged {
  shoppingListEvents: { kind: string; shoppingItem: { tickedBy: { name: string } | null } | null };
}

const GRANT_ROLE = 'mutation ($input: GrantUserRoleInput!) { grantUserRole(input: $input) { __typename } }';
const INVITE =
  'mutation ($input: InviteClientInput!) { inviteClient(input: $input) { clientRelationship { id } } }';
const ACCEPT = `mutation ($input: AcceptClientRelationshipInput!) {
  acceptClientRelationship(input: $input) { clientRelationship { state permissions trainer { name } } }
}`;
const EXERCISES = '{ searchExercises(text: "squat", first: 1) { nodes { id } } }';
const CREATE_PLAN =
  'mutation ($input: CreateWorkoutPlanInput!) { createWorkoutPlan(input: $input) { workoutPlan { id } } }';
const ASSIGN_PLAN =
  'mutation ($input: AssignWorkoutPlanInput!) { assignWorkoutPlan(input: $input) { workoutAssignment { id } } }';
const ASSIGNMENTS =
  '{ viewer { user { workoutAssignments(first: 5) { nodes { id assignedBy { name } } } } } }';
const OPT_IN =
  'mutation ($input: OptInToLeaderboardsInput!) { optInToLeaderboards(input: $input) { __typename } }';
const CREATE_BOARD =
  'mutation ($input: CreateLeaderboardInput!) { createLeaderboard(input: $input) { leaderboard { id } } }';
const BOARD_CHANGED = `subscription ($boardId: ID!) {
  leaderboardState(leaderboardId: $boardId) { leaderboard { ownEntry { rank score own } } }
}`;
const WORKOUT_EVENTS =
  'subscription ($userId: ID!) { workoutEvents(userId: $userId) { kind personalRecord { value } } }';
const START =
  'mutation ($input: StartWorkoutSessionInput!) { startWorkoutSession(input: $input) { workoutSession { id } } }';
const LOG_SET =
  'mutation ($input: LogWorkoutSetInput!) { logWorkoutSet(input: $input) { workoutSet { id } } }';
const FINISH = `mutation ($input: FinishWorkoutSessionInput!) {
  finishWorkoutSession(input: $input) { workoutSession { state volumeKg setCount } personalRecords { kind value } }
}`;
const CREATE_INGREDIENT =
  'mutation ($input: CreateIngredientInput!) { createIngredient(input: $input) { ingredient { id } } }';
const SET_OBJECTIVE =
  'mutation ($input: SetDietObjectiveInput!) { setDietObjective(input: $input) { __typename } }';
const CHECK_PLAN = `query ($input: CheckMealPlanInput!) {
  checkMealPlan(input: $input) { warnings { code nutrient difference } }
}`;
const CREATE_MEAL_PLAN =
  'mutation ($input: CreateMealPlanInput!) { createMealPlan(input: $input) { mealPlan { id } } }';
const OVERRIDES = `query ($userId: ID!) {
  mealPlanOverrides(userId: $userId, first: 5) { nodes { reason actor { name } } }
}`;
const CREATE_LIST = `mutation ($input: CreateShoppingListInput!) {
  createShoppingList(input: $input) { shoppingList { id items { id name amountG } } }
}`;
const SHARE_LIST =
  'mutation ($input: ShareShoppingListInput!) { shareShoppingList(input: $input) { __typename } }';
const LIST_EVENTS = `subscription ($shoppingListId: ID!) {
  shoppingListEvents(shoppingListId: $shoppingListId) { kind shoppingItem { tickedBy { name } } }
}`;
const TICK =
  'mutation ($input: TickShoppingItemInput!) { tickShoppingItem(input: $input) { shoppingItem { id } } }';
const START_UPLOAD = `mutation ($input: StartFileUploadInput!) {
  startFileUpload(input: $input) { file { id } fileUpload { url headers { name value } } }
}`;
const COMPLETE_UPLOAD =
  'mutation ($input: CompleteFileUploadInput!) { completeFileUpload(input: $input) { file { state } } }';
const START_DIRECT = `mutation ($input: StartDirectConversationInput!) {
  startDirectConversation(input: $input) { conversation { id } }
}`;
const SEND = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id attachments { id name } } }
}`;
const FILE = 'query ($id: ID!) { file(id: $id) { name download { url } } }';
const DASHBOARD = `{
  viewer { clientRelationships(first: 50) { nodes {
    client { name lastWorkoutSession { volumeKg } workoutWeeks(first: 1) { adherencePercent } weightTrend { kgPerWeek } openMealPlanOverrideCount }
    nextAppointment { startsAt }
  } } }
}`;
