import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { join, openGym, planClass, type TestGym } from './gym-world.ts';
import { startWorld, type World } from './world.ts';

/** Lists that are fields of what has them: read for a page of it at once, and seen by those who may see each. */
let world: World;
let statements: StatementCount;
let gym: TestGym;
let member: Person;
let sessionId: string;

beforeAll(async () => {
  world = await startWorld();
  statements = await openStatementCount(world.network.database.adminUrl);
  gym = await openGym(world);
  [member] = (await join(world, gym, 'Mia', 'Max')) as [Person, Person];
  ({ sessionId } = await planClass(gym));
  for (let nth = 0; nth < 2; nth += 1) await planClass(gym, { title: `Class ${nth}` });
  await world.gymsAs(member).bookClassSession({ classSessionId: sessionId, idempotencyKey: 'place' });
});

afterAll(async () => {
  await statements?.close();
  await world?.close();
});

const GYMS = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Gym {
  name staff(first: 2) { nodes { role user { id } } } memberships { nodes { state user { id } } }
  classes(first: 2) { nodes { title } } classSessions(first: 3) { nodes { startsAt } }
} } }`;

const references = (type: string, ids: string[]) => ids.map((id) => ({ __typename: type, id }));

describe('a list of each of twenty is read in as many statements as that of one', () => {
  const cost = async (person: Person, operation: string, ids: object[]) => {
    const ran = await statements.during(() => world.ask(person, operation, { ids }));
    return ran.reduce((sum, { calls }) => sum + calls, 0);
  };

  it('of gyms', async () => {
    const more = await Promise.all(Array.from({ length: 19 }, () => openGym(world)));
    const ids = references(
      'Gym',
      [gym, ...more].map(({ gymId }) => gymId),
    );
    // One for the gyms, and one for each of the lists.
    expect(await cost(gym.owner, GYMS, ids.slice(0, 1))).toBe(5);
    expect(await cost(gym.owner, GYMS, ids)).toBe(5);
  });

  it('of classes and of sessions', async () => {
    const { pages } = await gym.asOwner.batchListGymClasses({ gymIds: [gym.gymId] });
    const classes = pages[0]?.edges.map(({ gymClass }) => gymClass?.id ?? '') ?? [];
    const sessions = await gym.asOwner.batchListClassSessionsOfGyms({
      gymIds: [gym.gymId],
      page: { first: 20 },
    });
    const sessionIds = sessions.pages[0]?.edges.map(({ classSession }) => classSession?.id ?? '') ?? [];
    expect(classes).toHaveLength(3);
    expect(sessionIds).toHaveLength(20);
    const ofClasses = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on GymClass {
      classSessions(first: 3) { nodes { startsAt } } } } }`;
    const ofSessions = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on ClassSession {
      bookings { nodes { state waitingPosition user { id } } } } } }`;
    expect(await cost(gym.owner, ofClasses, references('GymClass', classes))).toBe(2);
    expect(await cost(gym.owner, ofSessions, references('ClassSession', sessionIds))).toBe(2);
  });

  it('of relationships', async () => {
    const trainer = await world.signUp('Tara', 'TRAINER');
    const clients = await Promise.all(Array.from({ length: 3 }, (_, nth) => world.signUp(`Client${nth}`)));
    const ids = await Promise.all(clients.map((client) => world.relate(trainer, client)));
    const histories = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on ClientRelationship {
      history(first: 1) { nodes { step } pageInfo { hasNextPage } } } } }`;
    expect(await cost(trainer, histories, references('ClientRelationship', ids))).toBe(2);
    const { _entities: read } = await world.ask<{ _entities: object[] }>(trainer, histories, {
      ids: references('ClientRelationship', ids),
    });
    const accepted = { history: { nodes: [{ step: 'ACCEPTED' }], pageInfo: { hasNextPage: true } } };
    expect(read).toEqual([accepted, accepted, accepted]);
  });
});

it('who trains in a gym and who has booked is told to its staff alone', async () => {
  const stranger = await world.signUp('Stan');
  const ask = (person: Person) =>
    world.ask<{ gym: object; classSession: object }>(
      person,
      `query ($gymId: ID!, $sessionId: ID!) {
        gym(id: $gymId) { memberships(first: 1) { nodes { user { id } } pageInfo { hasNextPage } } staff { nodes { role } } }
        classSession(id: $sessionId) { bookings { nodes { user { id } } } ownBooking { state } }
      }`,
      { gymId: gym.gymId, sessionId },
    );
  expect(await ask(gym.owner)).toMatchObject({
    gym: {
      memberships: { nodes: [{}], pageInfo: { hasNextPage: true } },
      staff: { nodes: [{ role: 'OWNER' }] },
    },
    classSession: { bookings: { nodes: [{ user: { id: member.id } }] }, ownBooking: null },
  });
  for (const person of [member, stranger]) {
    expect(await ask(person)).toMatchObject({
      gym: { memberships: null, staff: { nodes: [{ role: 'OWNER' }] } },
      classSession: { bookings: null },
    });
  }
});

it('a gym without classes has an empty list of them, and is asked for a page of its own by its cursor', async () => {
  const empty = await openGym(world);
  const { gym: read } = await world.ask<{ gym: unknown }>(
    empty.owner,
    'query ($id: ID!) { gym(id: $id) { classes { nodes { id } pageInfo { hasNextPage endCursor } } } }',
    { id: empty.gymId },
  );
  expect(read).toEqual({ classes: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } });

  const titles = async (page: string) => {
    const operation = `query ($id: ID!) { gym(id: $id) { classes(${page}) {
      nodes { title } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }`;
    const answer = await world.ask<{ gym: { classes: { nodes: { title: string }[]; pageInfo: PageInfo } } }>(
      gym.owner,
      operation,
      { id: gym.gymId },
    );
    const { nodes, pageInfo } = answer.gym.classes;
    return { titles: nodes.map(({ title }) => title), pageInfo };
  };
  const first = await titles('first: 2');
  expect(first).toMatchObject({ titles: ['Class 0', 'Class 1'], pageInfo: { hasNextPage: true } });
  const rest = await titles(`first: 2, after: "${first.pageInfo.endCursor}"`);
  expect(rest).toMatchObject({ titles: ['Kettlebells'], pageInfo: { hasNextPage: false } });
  expect(await titles(`last: 5, before: "${rest.pageInfo.startCursor}"`)).toMatchObject({
    titles: ['Class 0', 'Class 1'],
  });
  const { errors } = await world.network.graphql(
    'training',
    `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Gym {
      classes(after: "${first.pageInfo.endCursor}") { nodes { id } } } } }`,
    { variables: { ids: references('Gym', [gym.gymId, empty.gymId]) }, token: gym.owner.token },
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'after' }] });
});

it('places and memberships are read again by their ids, whatever the letters, by those who may see them', async () => {
  const { edges } = await world.gymsAs(member).listOwnGymMemberships({});
  const gymMembershipId = edges[0]?.gymMembership?.id ?? '';
  const ask = (person: Person, id: string) =>
    world.ask(
      person,
      'query ($id: ID!, $place: ID!) { gymMembership(id: $id) { state user { id } gym { id } } gymLocation(id: $place) { city } }',
      { id, place: gym.gymLocationId.toUpperCase() },
    );
  const seen = {
    gymMembership: { state: 'ACTIVE', user: { id: member.id }, gym: { id: gym.gymId } },
    gymLocation: { city: 'Zürich' },
  };
  expect(await ask(member, gymMembershipId.toUpperCase())).toEqual(seen);
  expect(await ask(gym.owner, gymMembershipId)).toEqual(seen);
  const stranger = await world.signUp('Stan');
  expect(await ask(stranger, gymMembershipId)).toEqual({ ...seen, gymMembership: null });
  expect(await ask(member, uuidv7())).toMatchObject({ gymMembership: null });
});

it("what is one's own hangs on the viewer, and nobody is another one", async () => {
  const own = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Viewer {
    gymMemberships { nodes { gym { id } } } classBookings { nodes { classSession { id } } } appointments { nodes { id } }
    clientRelationships { nodes { id } } trainerRelationships { nodes { id } }
  } } }`;
  const ids = references('Viewer', [member.id, gym.owner.id]);
  expect(await world.ask(member, own, { ids })).toEqual({
    _entities: [
      {
        gymMemberships: { nodes: [{ gym: { id: gym.gymId } }] },
        classBookings: { nodes: [{ classSession: { id: sessionId } }] },
        appointments: { nodes: [] },
        clientRelationships: { nodes: [] },
        trainerRelationships: { nodes: [] },
      },
      null,
    ],
  });
});

interface PageInfo {
  startCursor: string;
  endCursor: string;
}
