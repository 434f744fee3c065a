import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { masked } from '#tests/domain-network.ts';
import { PATIENCE } from '#tests/patience.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { type DoorName, doorNames, startWorld, type World } from './world.ts';

let world: World;
let statements: StatementCount;
let trainer: Person;
let client: Person;
let stranger: Person;

beforeAll(async () => {
  world = await startWorld();
  statements = await openStatementCount(world.network.database.adminUrl);
  [trainer, client, stranger] = await Promise.all([
    world.signUp('Tara', 'TRAINER'),
    world.signUp('Cleo'),
    world.signUp('Stan'),
  ]);
});

afterAll(async () => {
  await statements?.close();
  await world?.close();
});

const CONTENT = {
  headline: 'Strength, patiently',
  about: 'Ten years of barbells.',
  qualifications: [{ title: 'Strength coach', issuer: 'NSCA', year: 2016 }],
  specialities: ['TRAINER_SPECIALITY_STRENGTH' as const],
  rates: [{ price: { amountMinor: 9_000, currency: 'EUR' }, unit: 'TRAINER_RATE_UNIT_HOUR' as const }],
  acceptsClients: true,
};
const PROFILE = CONTENT;

const invite = (person: Person, clientId: string, door?: DoorName, idempotencyKey: string = uuidv7()) =>
  world.as(person, door).inviteClient({ clientId, message: 'Shall we?', idempotencyKey });

/** A relationship's whole life, each method of it at least once: what was answered. */
async function liveThrough(door: DoorName): Promise<unknown[]> {
  const [tara, cleo] = await Promise.all([world.signUp('Tara', 'TRAINER'), world.signUp('Cleo')]);
  const [asTrainer, asClient] = [world.as(tara, door), world.as(cleo, door)];
  const answers: unknown[] = [await asTrainer.updateTrainerProfile(PROFILE)];
  answers.push(await asClient.batchGetTrainerProfiles({ trainerIds: [tara.id, cleo.id] }));
  const asked = await asClient.requestTrainer({
    trainerId: tara.id,
    message: 'Please',
    permissions: ['PERMISSION_WORKOUTS'],
    idempotencyKey: 'request',
  });
  const clientRelationshipId = asked.clientRelationship?.id ?? '';
  answers.push(asked, await asTrainer.acceptClientRelationship({ clientRelationshipId }));
  answers.push(
    await asClient.setClientPermissions({
      clientRelationshipId,
      permissions: ['PERMISSION_DIET', 'PERMISSION_MESSAGES'],
    }),
  );
  const { training } = await world.asService(door);
  const { grants } = await training.listGrants({ limit: 1_000 });
  answers.push(
    grants.filter((grant) => grant.trainerId === tara.id),
    await asTrainer.pauseClientRelationship({ clientRelationshipId }),
    await asTrainer.resumeClientRelationship({ clientRelationshipId }),
    await asTrainer.listClientRelationships({ side: 'CLIENT_RELATIONSHIP_SIDE_TRAINER' }),
    await asClient.listClientRelationships({
      side: 'CLIENT_RELATIONSHIP_SIDE_CLIENT',
      states: ['CLIENT_RELATIONSHIP_STATE_ENDED'],
    }),
    await asClient.batchGetClientRelationships({ ids: [clientRelationshipId, uuidv7()] }),
    await asTrainer.endClientRelationship({ clientRelationshipId }),
    await asClient.batchListClientRelationshipChanges({
      clientRelationshipIds: [clientRelationshipId],
      page: { first: 3 },
    }),
  );
  const changed = ['relationship-changed', 'grants-changed'];
  expect(await world.logOf(`training.person.${cleo.id}`)).toEqual([
    'relationship-changed',
    ...Array(5).fill(changed).flat(),
  ]);
  expect(await world.logOf(`training.person.${tara.id}`)).toEqual(Array(6).fill('relationship-changed'));
  return answers;
}

it('lives through request, grants, pause and end, and answers the same through both doors', async () => {
  const [grpc = [], graphql = []] = await Promise.all(doorNames.map(liveThrough));
  expect(masked(graphql)).toEqual(masked(grpc));
  expect(grpc).toMatchObject([
    { trainerProfile: { ...CONTENT, version: 1 } },
    { trainerProfiles: [{ headline: 'Strength, patiently' }] },
    {
      clientRelationship: {
        state: 'CLIENT_RELATIONSHIP_STATE_REQUESTED',
        message: 'Please',
        acceptedAt: null,
      },
    },
    {
      clientRelationship: {
        state: 'CLIENT_RELATIONSHIP_STATE_ACTIVE',
        permissions: ['PERMISSION_WORKOUTS'],
        version: 2,
      },
    },
    { clientRelationship: { permissions: ['PERMISSION_DIET', 'PERMISSION_MESSAGES'] } },
    [{ permissions: ['PERMISSION_DIET', 'PERMISSION_MESSAGES'] }],
    {
      clientRelationship: {
        state: 'CLIENT_RELATIONSHIP_STATE_PAUSED',
        pausedById: expect.stringMatching(/./),
      },
    },
    { clientRelationship: { state: 'CLIENT_RELATIONSHIP_STATE_ACTIVE', pausedById: undefined } },
    { edges: [{ clientRelationship: { state: 'CLIENT_RELATIONSHIP_STATE_ACTIVE' } }] },
    { edges: [] },
    { clientRelationships: [{ version: 5 }] },
    {
      clientRelationship: {
        state: 'CLIENT_RELATIONSHIP_STATE_ENDED',
        endedAt: { nanos: expect.any(Number) },
      },
    },
    {
      pages: [
        {
          edges: [
            { clientRelationshipChange: { step: 'CLIENT_RELATIONSHIP_STEP_ENDED' } },
            { clientRelationshipChange: { step: 'CLIENT_RELATIONSHIP_STEP_RESUMED' } },
            { clientRelationshipChange: { step: 'CLIENT_RELATIONSHIP_STEP_PAUSED' } },
          ],
          pageInfo: { hasNextPage: true },
        },
      ],
    },
  ]);
});

describe.each(doorNames)('through the %s door', (door) => {
  it('an invitation is made once a key, and is one however often it is made', async () => {
    const cleo = await world.signUp('Cleo');
    const key = uuidv7();
    const first = await invite(trainer, cleo.id, door, key);
    expect(await invite(trainer, cleo.id, door, key)).toEqual(first);
    expect((await invite(trainer, cleo.id, door)).clientRelationship?.id).toBe(first.clientRelationship?.id);
    expect(await refusalOf(invite(trainer, client.id, door, key))).toMatchObject({ code: 'CONFLICT' });
  });

  it('two who ask each other at once find each other', async () => {
    const [tara, cleo] = await Promise.all([world.signUp('Tara', 'TRAINER'), world.signUp('Cleo')]);
    await world.as(tara, door).updateTrainerProfile(PROFILE);
    const request = {
      trainerId: tara.id,
      permissions: ['PERMISSION_DIET' as const],
      message: '',
      idempotencyKey: uuidv7(),
    };
    await Promise.all([invite(tara, cleo.id, door), world.as(cleo, door).requestTrainer(request)]);
    const { edges } = await world
      .as(cleo, door)
      .listClientRelationships({ side: 'CLIENT_RELATIONSHIP_SIDE_CLIENT' });
    expect(edges).toHaveLength(1);
    expect(edges[0]?.clientRelationship).toMatchObject({
      state: 'CLIENT_RELATIONSHIP_STATE_ACTIVE',
      permissions: ['PERMISSION_DIET'],
    });
  });

  it('whoever is no trainer invites nobody, and nobody else sees a relationship', async () => {
    expect(await refusalOf(invite(client, stranger.id, door))).toMatchObject({ code: 'PERMISSION_DENIED' });
    const clientRelationshipId = await world.relate(trainer, await world.signUp('Cleo'));
    const asStranger = world.as(stranger, door);
    expect(
      (await asStranger.batchGetClientRelationships({ ids: [clientRelationshipId] })).clientRelationships,
    ).toEqual([]);
    const refused = [
      () => asStranger.endClientRelationship({ clientRelationshipId }),
      () => asStranger.setClientPermissions({ clientRelationshipId, permissions: [] }),
    ];
    for (const call of refused) expect(await refusalOf(call())).toMatchObject({ code: 'NOT_FOUND' });
    const histories = { clientRelationshipIds: [clientRelationshipId] };
    expect(await asStranger.batchListClientRelationshipChanges(histories)).toEqual({ pages: [] });
    expect(await refusalOf(world.as(client, door).listGrants({ limit: 1 }))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });

  const ask = (trainerId: string) =>
    world
      .as(client, door)
      .requestTrainer({ trainerId, permissions: [], message: '', idempotencyKey: uuidv7() });

  it.each([
    ['somebody who does not exist', () => invite(trainer, uuidv7(), door), 'clientId'],
    ['oneself', () => invite(trainer, trainer.id, door), 'clientId'],
    ['an id that is none', () => invite(trainer, 'cleo', door), 'clientId'],
    ['no key', () => invite(trainer, client.id, door, ''), 'idempotencyKey'],
    ['a trainer who takes nobody', () => ask(stranger.id), 'trainerId'],
    [
      'a permission twice',
      () =>
        world.as(client, door).setClientPermissions({
          clientRelationshipId: uuidv7(),
          permissions: ['PERMISSION_DIET', 'PERMISSION_DIET'],
        }),
      'permissions',
    ],
    [
      'a negative rate',
      () =>
        world.as(trainer, door).updateTrainerProfile({
          ...PROFILE,
          rates: [{ price: { amountMinor: -1, currency: 'EUR' }, unit: 'TRAINER_RATE_UNIT_HOUR' }],
        }),
      'rates.0.price.amountMinor',
    ],
  ])('%s is refused with the field', async (_what, call, path) => {
    const refusal = await refusalOf(call());
    expect(refusal.fields.map((fault) => fault.path)).toEqual([path]);
  });

  it('a profile is changed from the version that was read', async () => {
    const tara = await world.signUp('Tara', 'TRAINER');
    const service = world.as(tara, door);
    await service.updateTrainerProfile(PROFILE);
    const stale = { code: 'CONFLICT', message: expect.stringContaining('version') };
    expect(await refusalOf(service.updateTrainerProfile(PROFILE))).toMatchObject(stale);
    const { trainerProfile } = await service.updateTrainerProfile({ ...PROFILE, expectedVersion: 1 });
    expect(trainerProfile?.version).toBe(2);
    expect(await refusalOf(service.updateTrainerProfile({ ...PROFILE, expectedVersion: 1 }))).toMatchObject(
      stale,
    );
  });
});

it('a block ends what two people have, and opens nothing new', async () => {
  const cleo = await world.signUp('Cleo');
  const clientRelationshipId = await world.relate(trainer, cleo, ['PERMISSION_DIET']);
  await world.block(cleo, trainer);
  await vi.waitFor(async () => {
    const { clientRelationships } = await world
      .as(cleo)
      .batchGetClientRelationships({ ids: [clientRelationshipId] });
    expect(clientRelationships[0]?.state).toBe('CLIENT_RELATIONSHIP_STATE_ENDED');
  }, PATIENCE);
  expect(await refusalOf(invite(trainer, cleo.id))).toMatchObject({
    code: 'PERMISSION_DENIED',
    fields: [{ path: 'clientId' }],
  });
});

it('lists are paged both ways, in a constant number of statements', async () => {
  const tara = await world.signUp('Tara', 'TRAINER');
  const clients = await Promise.all(Array.from({ length: 5 }, (_, nth) => world.signUp(`Client${nth}`)));
  const ids: string[] = [];
  for (const each of clients) ids.unshift(await world.relate(tara, each));
  const list = async (page: object) => {
    const { edges, pageInfo } = await world
      .as(tara)
      .listClientRelationships({ side: 'CLIENT_RELATIONSHIP_SIDE_TRAINER', page });
    return { ids: edges.map(({ clientRelationship }) => clientRelationship?.id), pageInfo };
  };
  const first = await list({ first: 3 });
  expect(first).toMatchObject({ ids: ids.slice(0, 3), pageInfo: { hasNextPage: true } });
  const rest = await list({ first: 3, after: first.pageInfo?.endCursor });
  expect(rest).toMatchObject({ ids: ids.slice(3), pageInfo: { hasNextPage: false } });
  expect(await list({ last: 3, before: rest.pageInfo?.startCursor })).toMatchObject({ ids: ids.slice(0, 3) });

  const CLIENTS = `{ _entities(representations: [{ __typename: "Viewer", id: "${tara.id}" }]) {
    ... on Viewer { clientRelationships(first: 100) { nodes { id state permissions client { id } } } } } }`;
  const ran = await statements.during(() => world.ask(tara, CLIENTS));
  expect(ran.map(({ calls }) => calls)).toEqual([1]);
});
