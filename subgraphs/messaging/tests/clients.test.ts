import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Permission__Output } from '#gen/proto/fitme/training/v1/Permission.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { PATIENCE } from '#tests/patience.ts';
import { type Person, signUpAs } from '#tests/people.ts';
import { type DoorName, doorNames, startWorld, type World } from './world.ts';

const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');

let world: World;
let trainer: Person;

beforeAll(async () => {
  world = await startWorld();
  trainer = await signUpAs(world.network, 'TRAINER', 'Tara');
});

afterAll(() => world?.close());

function trainingAs({ token }: Person) {
  const [door] = world.network.doors;
  if (door === undefined) throw new Error('No door.');
  return door.client(trainingService, token);
}

/** A client who grants this, and has written twice; the relationship's id. */
async function clientWhoGrants(...permissions: Permission__Output[]) {
  const [client] = await world.signUp('Cleo');
  const invitation = { clientId: client.id, message: '', idempotencyKey: uuidv7() };
  const { clientRelationship } = await trainingAs(trainer).inviteClient(invitation);
  const relationshipId = clientRelationship?.id ?? '';
  await trainingAs(client).acceptClientRelationship({ clientRelationshipId: relationshipId, permissions });
  const conversationId = await world.startDirect(client, trainer);
  await world.send(client, conversationId);
  await world.send(client, conversationId);
  await world.send(trainer, conversationId);
  return { client, relationshipId };
}

async function unreadOf(door: DoorName, ...clients: Person[]) {
  const clientIds = clients.map(({ id }) => id);
  const { counts } = await world.as(trainer, door).batchGetUnreadClientMessageCounts({ clientIds });
  return Object.fromEntries(counts.map(({ clientId, unreadCount }) => [clientId, unreadCount]));
}

describe.each(doorNames)('through the %s door', (door) => {
  it('a trainer sees how much is unread of clients who let them, until that is taken back', async () => {
    const [{ client, relationshipId }, { client: discreet }] = await Promise.all([
      clientWhoGrants('PERMISSION_MESSAGES'),
      clientWhoGrants('PERMISSION_WORKOUTS', 'PERMISSION_DIET', 'PERMISSION_MEASUREMENTS'),
    ]);
    const [stranger] = await world.signUp('Stan');
    const unread = () => unreadOf(door, client, discreet, stranger, trainer);
    await vi.waitFor(async () => expect(await unread()).toEqual({ [client.id]: 2 }), PATIENCE);

    await trainingAs(client).setClientPermissions({ clientRelationshipId: relationshipId, permissions: [] });
    await vi.waitFor(async () => expect(await unread()).toEqual({}), PATIENCE);
  });
});

it('shows it on the client, to their trainer alone', async () => {
  const { client } = await clientWhoGrants('PERMISSION_MESSAGES');
  const [stranger] = await world.signUp('Stan');
  const ENTITY = `query ($id: ID!) {
    _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { unreadClientMessageCount } } }`;
  const ask = (person: Person, { id }: Person) =>
    world.network
      .graphql<{ _entities: { unreadClientMessageCount: number | null }[] }>('messaging', ENTITY, {
        variables: { id },
        token: person.token,
      })
      .then(({ data, errors }) => errors ?? data?._entities[0]?.unreadClientMessageCount);
  await vi.waitFor(async () => expect(await ask(trainer, client)).toBe(2), PATIENCE);
  expect(await ask(stranger, client)).toBeNull();
  expect(await ask(client, trainer)).toBeNull();
});
