import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MealPlanOverridesServiceDefinition } from '#gen/proto/fitme/diet/v1/MealPlanOverridesService.ts';
import type { ProgressServiceDefinition } from '#gen/proto/fitme/workouts/v1/ProgressService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { callAs } from './chat.ts';
import { type LiveClient, openLiveClient } from './live-client.ts';
import { DOMAINS, type E2eNetwork, type Person, startNetwork } from './network.ts';

const overridesService = serviceName<MealPlanOverridesServiceDefinition>(
  'fitme.diet.v1.MealPlanOverridesService',
);
const progressService = serviceName<ProgressServiceDefinition>('fitme.workouts.v1.ProgressService');

let network: E2eNetwork;
let trainer: Person;
const sockets: LiveClient[] = [];

beforeAll(async () => {
  network = await startNetwork({ domains: [...DOMAINS, 'training', 'workouts', 'diet'] });
  trainer = await network.signUpAs('TRAINER', 'Tara');
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

afterAll(() => network?.close());

/** What one domain shows of a client, at each of its doors. */
interface Shown {
  permission: 'WORKOUTS' | 'DIET';
  /** A subscription about the client; `event { cursor }` in it. */
  subscription: string;
  /** A field of User that is null for whoever may not see it. */
  field: string;
  /** How many people the domain's gRPC door answers of, asked for this one. */
  overGrpc(viewer: Person, userId: string): Promise<number>;
  /** Makes for an event, as the client, however often. */
  act(client: Person): Promise<unknown>;
}

const SHOWN: Shown[] = [
  {
    permission: 'WORKOUTS',
    subscription:
      'subscription ($userId: ID!, $after: String) { event: workoutEvents(userId: $userId, after: $after) { cursor kind } }',
    field: 'workoutWeeks(first: 1) { sessionCount }',
    async overGrpc(viewer, userId) {
      const request = { userIds: [userId], first: 1 };
      return (await network.grpc('workouts', progressService).batchListWorkoutWeeks(request, callAs(viewer)))
        .users.length;
    },
    // One session goes on at a time: it is given up, so that the next can begin.
    async act(client) {
      const { startWorkoutSession } = await run<{ startWorkoutSession: { workoutSession: { id: string } } }>(
        client,
        'mutation ($key: String!) { startWorkoutSession(input: { idempotencyKey: $key }) { workoutSession { id } } }',
        { key: randomUUID() },
      );
      await run(
        client,
        'mutation ($id: ID!) { abandonWorkoutSession(input: { workoutSessionId: $id }) { workoutSession { id } } }',
        { id: startWorkoutSession.workoutSession.id },
      );
    },
  },
  {
    permission: 'DIET',
    subscription:
      'subscription ($userId: ID!, $after: String) { event: dietEvents(userId: $userId, after: $after) { cursor kind } }',
    field: 'openMealPlanOverrideCount',
    async overGrpc(viewer, userId) {
      const request = { userIds: [userId] };
      const answer = await network
        .grpc('diet', overridesService)
        .batchCountOpenMealPlanOverrides(request, callAs(viewer));
      return answer.counts.length;
    },
    act: (client) =>
      run(
        client,
        'mutation { setDietObjective(input: { targets: [{ nutrient: ENERGY, min: 1800, max: 2200 }] }) { dietObjective { __typename } } }',
      ),
  },
];

describe.each(SHOWN)('a client who takes $permission back', ({ permission, ...shown }) => {
  it('is shown no more, at both doors, live and in a replay', async () => {
    const client = await network.signUp('Cleo');
    const relationshipId = await grant(client, permission);
    const ask = async () => {
      const { data } = await network.run<{ user: Record<string, unknown> }>(
        `query ($id: ID!) { user(id: $id) { shown: ${shown.field} } }`,
        { token: trainer.token, variables: { id: client.id } },
      );
      return data?.user['shown'] ?? null;
    };
    await expect.poll(ask).not.toBeNull();
    expect(await shown.overGrpc(trainer, client.id)).toBe(1);

    const socket = openLiveClient(network.socketUrl, trainer.token);
    sockets.push(socket);
    const live = socket.subscribe<{ event: { cursor: string } }>(shown.subscription, { userId: client.id });
    // Whether the subscription stands is told by nothing but an event.
    let cursor: string | undefined;
    await expect
      .poll(
        async () => {
          await shown.act(client);
          cursor = live.received[0]?.data?.event.cursor;
          return cursor;
        },
        { interval: 200 },
      )
      .toBeDefined();

    await run(
      client,
      'mutation ($id: ID!) { setClientPermissions(input: { clientRelationshipId: $id, permissions: [] }) { clientRelationship { version } } }',
      { id: relationshipId },
    );
    const [how] = await Promise.all([
      live.ended,
      expect.poll(ask, { interval: 20 }).toBeNull(),
      expect.poll(() => shown.overGrpc(trainer, client.id), { interval: 20 }).toBe(0),
    ]);
    expect(how).toBe('complete');
    expect(live.received.at(-1)?.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');

    const replay = socket.subscribe(shown.subscription, { userId: client.id, after: cursor });
    expect(JSON.stringify(await replay.ended)).toMatch(/NOT_FOUND|FORBIDDEN/);
    expect(replay.received).toEqual([]);
  });
});

async function run<Data>(person: Person, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await network.run<Data>(query, { token: person.token, variables });
  if (errors !== undefined || !data) throw new Error(JSON.stringify(errors));
  return data;
}

async function grant(client: Person, permission: string): Promise<string> {
  const { inviteClient } = await run<{ inviteClient: { clientRelationship: { id: string } } }>(
    trainer,
    'mutation ($input: InviteClientInput!) { inviteClient(input: $input) { clientRelationship { id } } }',
    { input: { clientId: client.id, idempotencyKey: randomUUID() } },
  );
  const clientRelationshipId = inviteClient.clientRelationship.id;
  await run(
    client,
    'mutation ($input: AcceptClientRelationshipInput!) { acceptClientRelationship(input: $input) { clientRelationship { id } } }',
    { input: { clientRelationshipId, permissions: [permission] } },
  );
  return clientRelationshipId;
}
