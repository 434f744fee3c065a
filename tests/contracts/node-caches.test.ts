import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DomainNetwork, startDomains } from '#tests/domain-network.ts';
import { type Person, signUp } from '#tests/people.ts';
import { readGatewayConfig } from '../../gateway/config/config.ts';
import { createGateway, type Gateway } from '../../gateway/server.ts';
import { domains } from '../../subgraphs/domains.ts';
import { openApollo } from './caches/apollo.ts';
import type { NodeCache, Operation } from './caches/node-cache.ts';
import { openPlainRelay, openRelay } from './caches/relay.ts';
import { openUrql } from './caches/urql.ts';

/** What docs/CONTRACTS.md promises to caches, with the caches themselves, in front of a gateway. */
const CLIENTS = [
  ['Apollo Client', openApollo],
  ['urql', openUrql],
  ['Relay', openRelay],
] as const;

const OWN = `query Own {
  viewer { id leaderboardParticipation { takesPart } user { id name } }
}`;
const JOINED = 'query Joined { leaderboards(joinedOnly: true, last: 5) { nodes { id title version } } }';
const COMMUNITIES = `query Communities {
  leaderboards(kind: COMMUNITY, first: 5) { edges { node { id title version } } }
}`;
const ENDS = `query Ends {
  front: leaderboards(first: 1) { nodes { id title } }
  back: leaderboards(last: 1) { nodes { id title } }
}`;
const BOARD = 'query Board($id: ID!) { leaderboard(id: $id) { id title version } }';
const OPT_IN = `mutation OptIn($input: OptInToLeaderboardsInput!) {
  optInToLeaderboards(input: $input) { leaderboardParticipation { takesPart } }
}`;
const CREATE = `mutation Create($input: CreateLeaderboardInput!) {
  createLeaderboard(input: $input) { leaderboard { id title version } }
}`;
const RENAME = `mutation Rename($input: UpdateLeaderboardInput!) {
  updateLeaderboard(input: $input) { leaderboard { id title version } }
}`;

let network: DomainNetwork;
let gateway: Gateway;

beforeAll(async () => {
  // In tests urql's cache hands over nothing to be stored, and so shows no records.
  vi.stubEnv('NODE_ENV', 'development');
  network = await startDomains(domains);
  gateway = await createGateway(readGatewayConfig(network.gatewayEnvironment));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await gateway?.close();
  await network?.close();
});

it('asks for nothing that the public schema does not have', () => {
  const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'));
  const operations = [OWN, JOINED, COMMUNITIES, ENDS, BOARD, OPT_IN, CREATE, RENAME];
  expect(operations.flatMap((operation) => validate(schema, parse(operation)))).toEqual([]);
});

describe.each(CLIENTS)('%s', (_name, open) => {
  let person: Person;
  let cache: NodeCache;
  /** A board that the person owns, and is on. */
  let id: string;

  beforeAll(async () => {
    person = await signUp(network, 'Ada');
    cache = open(`${gateway.url}/graphql`, person.token);
    await cache.ask({ query: OPT_IN, variables: { input: { visibility: 'PRIVATE' } } });
    id = await createBoard(cache);
  });

  it("keeps what is one's own apart from what others see of the same person", async () => {
    const answer = await cache.ask({ query: OWN });
    expect(answer).toMatchObject({
      viewer: {
        id: person.id,
        leaderboardParticipation: { takesPart: true },
        user: { id: person.id, name: 'Ada' },
      },
    });
    expect(await cache.shown({ query: OWN })).toEqual(answer);
    await expect.poll(async () => (await cache.typesOf(person.id)).sort()).toEqual(['User', 'Viewer']);
  });

  it('shows a change in every list that the thing stands in', async () => {
    const lists: Operation[] = [{ query: JOINED }, { query: COMMUNITIES }];
    for (const list of lists) expect(JSON.stringify(await cache.ask(list))).toContain('"Office"');
    const input = { leaderboardId: id, title: 'Kitchen', expectedVersion: 1 };
    await cache.ask({ query: RENAME, variables: { input } });
    for (const list of lists) {
      const shown = JSON.stringify(await cache.shown(list));
      expect(shown).toContain('"Kitchen"');
      expect(shown).not.toContain('"Office"');
    }
    await expect.poll(() => cache.typesOf(id)).toEqual(['Leaderboard']);
  });

  it('keeps lists apart, which have no id', async () => {
    await cache.ask({ query: ENDS });
    const { front, back } = (await cache.shown({ query: ENDS })) as Record<string, { nodes: object[] }>;
    expect(front?.nodes).toHaveLength(1);
    expect(front?.nodes).not.toEqual(back?.nodes);
  });

  it('takes an id in capitals for the same thing', async () => {
    const inCapitals = { query: BOARD, variables: { id: id.toUpperCase() } };
    expect(await cache.ask(inCapitals)).toMatchObject({ leaderboard: { id, title: 'Kitchen', version: 2 } });
    const input = { leaderboardId: id.toUpperCase(), title: 'Cellar', expectedVersion: 2 };
    await cache.ask({ query: RENAME, variables: { input } });
    expect(await cache.shown(inCapitals)).toMatchObject({ leaderboard: { id, title: 'Cellar', version: 3 } });
    await expect.poll(() => cache.typesOf(id)).toEqual(['Leaderboard']);
  });
});

it('Relay has to be told that an id is one of its type: else two types share a record', async () => {
  const { id, token } = await signUp(network, 'Ada');
  const warned = vi.spyOn(console, 'error').mockReturnValue();
  const cache = openPlainRelay(`${gateway.url}/graphql`, token);
  await cache.ask({ query: OWN });
  expect(String(warned.mock.calls)).toContain('conflicting types');
  warned.mockRestore();
  expect(await cache.typesOf(id)).toHaveLength(1);
});

async function createBoard(cache: NodeCache): Promise<string> {
  const board = { title: 'Office', metric: 'SESSIONS', period: 'WEEKLY', access: 'INVITATION' };
  const input = { ...board, idempotencyKey: uuidv7() };
  const answer = await cache.ask({ query: CREATE, variables: { input } });
  return (answer as { createLeaderboard: { leaderboard: { id: string } } }).createLeaderboard.leaderboard.id;
}
