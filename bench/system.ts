import { randomUUID } from 'node:crypto';
import { gatewayEnvironment, type Network, servicesEnvironment } from '../scripts/environment.ts';
import { createKeys } from '../scripts/keys.ts';
import { freePort } from '../scripts/processes/ports.ts';
import { createTestDatabase, startTestServices } from '../scripts/test-services.ts';
import { PROBE } from './measure/usage.ts';
import type { Parts } from './parts.ts';

const DOMAINS = ['users', 'messaging', 'notifications', 'training'] as const;
const OVERVIEW_CONVERSATIONS = 20;
const PEOPLE = 10;

/** Our own services at work, as `npm start` runs them, on a database of their own. */
export interface System {
  network: Network;
  /** Routing URLs. */
  subgraphUrls: Readonly<Record<string, string>>;
  /** gRPC address of the messaging domain. */
  messagingAddress: string;
  /** Is the port of measure/probe.ts in the services' process. */
  probePort: number;
}

/** Somebody with an account. */
export interface Person {
  id: string;
  token: string;
}

/** Starts databases and services. */
export async function startSystem(parts: Parts): Promise<System> {
  const services = parts.keep(await startTestServices({ durable: true }));
  const database = await createTestDatabase(services.adminUrl);
  parts.keep({ close: () => database.drop() });
  const address = { httpPort: await freePort(), grpcPort: await freePort() };
  const network: Network = {
    databaseUrls: database.urls,
    redisUrl: services.redisUrl,
    addresses: Object.fromEntries(DOMAINS.map((name) => [name, address])),
    keys: createKeys([...DOMAINS, 'gateway']),
  };
  const probePort = await freePort();
  await parts.start({
    name: 'services',
    args: ['--import', './observability/register.ts', 'subgraphs/serve.ts'],
    env: {
      ...servicesEnvironment(network, DOMAINS),
      USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR: '100000',
      LOG_LEVEL: 'warn',
      BENCH_PROBE_PORT: String(probePort),
      NODE_OPTIONS: `--import=${PROBE}`,
    },
    ready: async () => (await fetch(`http://127.0.0.1:${address.httpPort}/readyz`)).ok,
  });
  return {
    network,
    subgraphUrls: JSON.parse(gatewayEnvironment(network, 0)['SUBGRAPH_URLS'] ?? '{}'),
    messagingAddress: `127.0.0.1:${address.grpcPort}`,
    probePort,
  };
}

/** Signs people up, through a gateway. */
export async function signUpPeople(origin: string): Promise<[Person, ...Person[]]> {
  const people: Person[] = [];
  for (let index = 0; index < PEOPLE; index += 1) {
    const { signUp } = await mutate<SignedUp>(origin, undefined, SIGN_UP, {
      email: `${randomUUID()}@bench.example`,
      password: 'correct horse battery',
      name: `Person ${index}`,
    });
    people.push({ id: signUp.user.id, token: signUp.authTokens.accessToken });
  }
  return people as [Person, ...Person[]];
}

/** Starts a group of all people, the first its owner. Answers its id. */
export async function startGroup(origin: string, [owner, ...others]: [Person, ...Person[]]): Promise<string> {
  const { startGroupConversation } = await mutate<Started>(origin, owner.token, START_GROUP, {
    title: 'A group of the bench',
    participantIds: others.map(({ id }) => id),
  });
  return startGroupConversation.conversation.id;
}

/** Creates what the overview shows: conversations of all people with a message in each. */
export async function fillOverview(origin: string, people: [Person, ...Person[]]): Promise<void> {
  for (let index = 0; index < OVERVIEW_CONVERSATIONS; index += 1) {
    const conversationId = await startGroup(origin, people);
    await sendMessage(origin, people[1], conversationId, `Hello ${index}`);
  }
}

/** Sends a message through a gateway. */
export async function sendMessage(
  origin: string,
  sender: Person | undefined,
  conversationId: string,
  body: string,
): Promise<void> {
  await mutate(origin, sender?.token, SEND, { conversationId, body });
}

async function mutate<Data>(
  origin: string,
  token: string | undefined,
  query: string,
  input: object,
): Promise<Data> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables: { input: { ...input, idempotencyKey: randomUUID() } } }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (errors !== undefined || !data) throw new Error(JSON.stringify(errors));
  return data;
}

interface SignedUp {
  signUp: { user: { id: string }; authTokens: { accessToken: string } };
}

interface Started {
  startGroupConversation: { conversation: { id: string } };
}

const SIGN_UP = /* GraphQL */ `
  mutation SignUp($input: SignUpInput!) {
    signUp(input: $input) { user { id } authTokens { accessToken } }
  }
`;
const START_GROUP = /* GraphQL */ `
  mutation StartGroup($input: StartGroupConversationInput!) {
    startGroupConversation(input: $input) { conversation { id } }
  }
`;
const SEND = /* GraphQL */ `
  mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }
`;
