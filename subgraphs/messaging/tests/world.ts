import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { DomainError } from '#platform/errors.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { type DomainNetwork, type DoorClient, startDomains } from '#tests/domain-network.ts';
import { domains } from '../../domains.ts';
import { messagingService } from '../service.ts';

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');

/** The ways into the service. */
export const doorNames = ['grpc', 'graphql'] as const;
export type DoorName = (typeof doorNames)[number];

export type MessagingClient = DoorClient<MessagingServiceDefinition>;

/** Somebody who is signed in. */
export interface Person {
  id: string;
  token: string;
}

/** One person a name. */
export type People<Names extends string[]> = { [Index in keyof Names]: Person };

/** An event as the log holds it, but for what differs from run to run. */
export interface LogEntry {
  seq: number;
  kind: string;
}

/** Users and messaging at work, and what tests do in them. */
export interface World {
  network: DomainNetwork;
  signUp<Names extends string[]>(...names: Names): Promise<People<Names>>;
  block(blocker: Person, blocked: Person): Promise<void>;
  /** The service as somebody sees it. */
  as(person: Person, door?: DoorName): MessagingClient;
  /** The service as a service sees it. */
  asService(door?: DoorName): Promise<MessagingClient>;
  /** What a gateway is told of somebody's access to a conversation's topic. */
  authorize(
    person: Person,
    conversationId: string,
    door?: DoorName,
  ): Promise<{ fromSeq: string; toSeq: string }>;
  startDirect(person: Person, other: Person): Promise<string>;
  startGroup(owner: Person, ...others: Person[]): Promise<string>;
  /** The id of a new message. */
  send(author: Person, conversationId: string, body?: string): Promise<string>;
  /** A topic's log. */
  logOf(topic: string): Promise<LogEntry[]>;
  /** Rows of the database, as its administrator. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Starts users and messaging, with room for as many people as a test signs up. */
export async function startWorld(): Promise<World> {
  const network = await startDomains(
    domains.filter(({ name }) => name !== 'notifications'),
    { environment: { USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR: '1000' } },
  );
  const pool = new pg.Pool({
    connectionString: network.database.adminUrl,
    options: '-c search_path=messaging',
  });
  const doorOf = (name: DoorName) => {
    const door = network.doors.find((candidate) => candidate.name === name);
    if (door === undefined) throw new Error(`There is no door ${name}.`);
    return door;
  };
  const world: World = {
    network,
    async signUp<Names extends string[]>(...names: Names) {
      const users = doorOf('graphql').client(usersService);
      return (await Promise.all(names.map((name) => signUp(users, name)))) as People<Names>;
    },
    async block(blocker, blocked) {
      await doorOf('graphql').client(usersService, blocker.token).blockUser({ userId: blocked.id });
    },
    as: ({ token }, door = 'graphql') => doorOf(door).client(messagingService, token),
    asService: async (door = 'graphql') =>
      doorOf(door).client(messagingService, await network.serviceToken()),
    authorize: ({ token }, conversationId, door = 'graphql') =>
      doorOf(door)
        .client(liveSourceService, token)
        .authorize({ topic: `messaging.conversation.${conversationId}` }),
    async startDirect(person, other) {
      const request = { userId: other.id, idempotencyKey: uuidv7() };
      const { conversation } = await world.as(person).startDirectConversation(request);
      return conversation?.id ?? '';
    },
    async startGroup(owner, ...others) {
      const participantIds = others.map(({ id }) => id);
      const request = { title: 'Sunday run', participantIds, idempotencyKey: uuidv7() };
      const { conversation } = await world.as(owner).startGroupConversation(request);
      return conversation?.id ?? '';
    },
    async send(author, conversationId, body = 'Ready when you are.') {
      const request = { conversationId, body, idempotencyKey: uuidv7() };
      const { message } = await world.as(author).sendMessage(request);
      return message?.id ?? '';
    },
    async logOf(topic) {
      const rows = await world.sql<{ seq: string; kind: string }>(
        'SELECT seq, kind FROM events WHERE topic = $1 ORDER BY seq',
        [topic],
      );
      return rows.map(({ seq, kind }) => ({ seq: Number(seq), kind: kind.replace('messaging.', '') }));
    },
    sql: async (text, values) => (await pool.query(text, values)).rows,
    async close() {
      await pool.end();
      await network.close();
    },
  };
  return world;
}

async function signUp(users: DoorClient<UsersServiceDefinition>, name: string): Promise<Person> {
  const key = uuidv7();
  const { user, tokens } = await users.signUp({
    email: `${name.toLowerCase()}.${key}@example.com`,
    password: `correct ${key.slice(-12)} horse`,
    name,
    handle: `person_${key.slice(-12)}`,
    idempotencyKey: key,
  });
  return { id: user?.id ?? '', token: tokens?.accessToken ?? '' };
}

/** What a refused call was answered. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; paths: string[] }> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error('The call was not refused.', { cause: error });
  return { code: error.code, message: error.message, paths: error.fields.map(({ path }) => path) };
}
