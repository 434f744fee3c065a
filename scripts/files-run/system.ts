import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { Pool } from 'pg';
import { WebSocket } from 'ws';
import { createLogger } from '../../observability/logger.ts';
import { appendEvents } from '../../platform/event-log/append.ts';
import { relayChannel } from '../../platform/events/channels.ts';
import { createWakeups } from '../../platform/events/wakeups.ts';
import type { SqlTransaction } from '../../platform/sql/statement.ts';
import { startProgram } from '../development/program.ts';
import { gatewayEnvironment, type Network, servicesEnvironment } from '../environment.ts';
import { createKeys } from '../keys.ts';
import { createGuard } from '../processes/guard.ts';
import { freePort } from '../processes/ports.ts';
import { createTestDatabase, startTestServices } from '../test-services.ts';
import { type Coverage, inspectable, startCoverage } from './coverage.ts';

/** Services in one process and a gateway, as `npm start` runs them, in which somebody listens to a conversation. */
interface CountedSystem {
  services: Coverage;
  gateway: Coverage;
  /** Sends a message through the gateway. Answers its id when the answer is there. */
  sendMessage(): Promise<string>;
  /** Opens the one subscription. */
  subscribe(): Promise<void>;
  /** Appends an event to messaging's log, as another process of messaging would, and waits until the socket has it. */
  deliverEvent(messageId: string): Promise<void>;
  close(): Promise<void>;
}

/** What a message and its delivery need; notifications and leaderboards would do their own work with the event. */
const DOMAINS = ['users', 'messaging', 'training'];
/** Whose event is delivered. */
const LOGGED = 'messaging';

/** Starts all of it, on throw-away data. */
export async function startCountedSystem(): Promise<CountedSystem> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const each of closers.reverse()) await each();
  };
  try {
    return { ...(await open(closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(closers: (() => unknown)[]): Promise<Omit<CountedSystem, 'close'>> {
  const servers = await startTestServices();
  closers.push(() => servers.close());
  const database = await createTestDatabase(servers.adminUrl);
  const folder = mkdtempSync(join(tmpdir(), 'fitme-files-run-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const guard = createGuard();
  closers.push(() => guard.close());
  const address = { httpPort: await freePort(), grpcPort: await freePort() };
  const network: Network = {
    databaseUrls: database.urls,
    redisUrl: servers.redisUrl,
    addresses: Object.fromEntries(DOMAINS.map((name) => [name, address])),
    keys: createKeys([...DOMAINS, 'gateway']),
  };

  async function run(name: string, file: string, port: number, env: Record<string, string>) {
    const inspectorPort = await freePort();
    const child = await startProgram({
      ...{ guard, name, file, logFile: join(folder, name) },
      env: { ...env, ...inspectable(inspectorPort) },
      readyUrl: `http://127.0.0.1:${port}/readyz`,
    });
    const coverage = await startCoverage(child.pid, inspectorPort);
    closers.push(async () => {
      coverage.close();
      await child.stop();
    });
    return coverage;
  }

  const hosted = servicesEnvironment(network, DOMAINS);
  const services = await run('services', 'subgraphs/serve.ts', address.httpPort, hosted);
  const port = await freePort();
  const gateway = await run('gateway', 'gateway/main.ts', port, gatewayEnvironment(network, port));
  const origin = `http://127.0.0.1:${port}`;
  const [ada, ben] = [await signUp(origin, 'Ada'), await signUp(origin, 'Ben')];
  const conversationId = await startGroup(origin, ada, ben);
  const append = openLog(network, closers);
  let received = Promise.withResolvers<void>();
  return {
    services,
    gateway,
    async sendMessage() {
      const { sendMessage } = await mutate<Sent>(origin, ada.token, SEND, { conversationId, body: 'Hello' });
      return sendMessage.message.id;
    },
    async subscribe() {
      const client = createClient({
        url: `ws://127.0.0.1:${port}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${ben.token}` },
        retryAttempts: 0,
      });
      closers.push(() => client.dispose());
      const fail = (reason: unknown) => received.reject(new Error(JSON.stringify(reason)));
      client.subscribe(
        { query: EVENTS, variables: { id: conversationId } },
        {
          next: ({ errors }) => (errors === undefined ? received.resolve() : fail(errors)),
          error: fail,
          complete: () => fail('The subscription ended.'),
        },
      );
      await untilListening(origin);
    },
    async deliverEvent(messageId) {
      received = Promise.withResolvers();
      await append(conversationId, messageId, ada.id);
      await received.promise;
    },
  };
}

/** Appends to messaging's log, and wakes its relay. */
function openLog({ databaseUrls, redisUrl }: Network, closers: (() => unknown)[]) {
  const options = `-c search_path=${LOGGED}`;
  const pool = new Pool({ connectionString: databaseUrls[LOGGED], options });
  const wakeups = createWakeups({ redisUrl, log: createLogger({ level: 'warn', name: 'files-run' }) });
  closers.push(() => Promise.all([pool.end(), wakeups.close()]));
  const transaction: SqlTransaction = {
    $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) =>
      (await pool.query(sql, values)).rows as Rows,
    $executeRawUnsafe: async (sql, ...values) => (await pool.query(sql, values)).rowCount ?? 0,
  };
  return async (conversationId: string, messageId: string, actorId: string) => {
    const topic = `${LOGGED}.conversation.${conversationId}`;
    const payload = { messageSent: { conversationId, messageId, actorId } };
    const draft = { topic, kind: `${LOGGED}.message-sent`, payload };
    await appendEvents(transaction, [draft], { domain: LOGGED, newId: randomUUID });
    await wakeups.publish(relayChannel(LOGGED), 0);
  };
}

/** A subscription is acknowledged by nothing: the gateway counts those that it has begun to read for. */
async function untilListening(origin: string): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    if (/^fitme_live_subscriptions 1$/m.test(metrics)) return;
    await sleep(50);
  }
}

interface Person {
  id: string;
  token: string;
}

async function signUp(origin: string, name: string): Promise<Person> {
  const input = { email: `${name}@files-run.example`, password: 'correct horse battery', name };
  const { signUp } = await mutate<SignedUp>(origin, undefined, SIGN_UP, input);
  return { id: signUp.user.id, token: signUp.authTokens.accessToken };
}

async function startGroup(origin: string, { token }: Person, other: Person): Promise<string> {
  const input = { title: 'Files', participantIds: [other.id] };
  const { startGroupConversation } = await mutate<Started>(origin, token, START, input);
  return startGroupConversation.conversation.id;
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

interface Sent {
  sendMessage: { message: { id: string } };
}

const SIGN_UP = /* GraphQL */ `
  mutation SignUp($input: SignUpInput!) {
    signUp(input: $input) { user { id } authTokens { accessToken } }
  }
`;
const START = /* GraphQL */ `
  mutation Start($input: StartGroupConversationInput!) {
    startGroupConversation(input: $input) { conversation { id } }
  }
`;
const SEND = /* GraphQL */ `
  mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) { message { id body sender { name } } }
  }
`;
const EVENTS = /* GraphQL */ `
  subscription Events($id: ID!) {
    conversationEvents(conversationId: $id) { cursor kind message { body sender { name } } }
  }
`;
