import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type E2eNetwork, type Person, startNetwork } from './network.ts';

const CARD = 'query Card($id: ID!) { user(id: $id) { name handle } }';
const RENAME = /* GraphQL */ `
  mutation Rename($input: UpdateUserProfileInput!) {
    updateUserProfile(input: $input) { __typename }
  }
`;

let network: E2eNetwork;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  network = await startNetwork({
    // A database of its own: no other test's gateway forgets what this one keeps.
    redisUrl: `${inject('redisUrl').replace(/\/\d*$/, '')}/7`,
    environment: (name): Record<string, string> =>
      name === 'gateway' ? { ENGINE: 'compiled', RESPONSE_CACHE: 'true' } : {},
  });
  ann = await network.signUp('Ann Before');
  bob = await network.signUp('Bob');
});
afterAll(() => network?.close());

const nameOf = async ({ token }: Person) =>
  (await network.run<{ user: { name: string } }>(CARD, { variables: { id: ann.id }, token })).data?.user.name;

async function fetches(): Promise<number> {
  const text = await (await fetch(`${network.gatewayUrl}/metrics`)).text();
  const lines = text.match(/^fitme_gateway_subgraph_fetch_duration_seconds_count\{.*\} (\d+)$/gm) ?? [];
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

it('a public card is fetched once for everybody, and anew within 2 s after its person changed it', async () => {
  const callsOf = async (ask: () => Promise<unknown>) => {
    const before = await fetches();
    await ask();
    return (await fetches()) - before;
  };
  await expect.poll(() => callsOf(() => nameOf(ann))).toBe(0);
  expect(await callsOf(() => nameOf(bob))).toBe(0);
  expect(await nameOf(bob)).toBe('Ann Before');

  // Past the gateway: it hears of the change by its event alone.
  const answer = await fetch(`http://127.0.0.1:${network.addresses.users.httpPort}/users/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ann.token}` },
    body: JSON.stringify({ query: RENAME, variables: { input: await renamed('Ann After') } }),
  });
  expect(await answer.json()).toMatchObject({ data: { updateUserProfile: {} } });
  await expect.poll(() => nameOf(bob), { interval: 20 }).toBe('Ann After');
});

it('who changes their own card reads it as they wrote it', async () => {
  for (const name of ['Ann Third', 'Ann Fourth']) {
    await nameOf(ann);
    const { errors } = await network.run(
      'mutation Rename($input: UpdateUserProfileInput!) { updateUserProfile(input: $input) { user { name } } }',
      { variables: { input: await renamed(name) }, token: ann.token },
    );
    expect(errors).toBeUndefined();
    expect(await nameOf(ann)).toBe(name);
  }
});

async function renamed(name: string): Promise<object> {
  const { data } = await network.run<{ viewer: { profile: { version: number } } }>(
    '{ viewer { profile { version } } }',
    { token: ann.token },
  );
  return { name, expectedVersion: data?.viewer.profile.version };
}
