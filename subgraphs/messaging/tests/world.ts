import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { type DomainNetwork, type DoorClient, startDomains } from '#tests/domain-network.ts';
import { type Person, signUp, usersService } from '#tests/people.ts';
import { domains } from '../../domains.ts';
import { messagingService } from '../rpc/service.ts';

/** The ways into the service. */
export const doorNames = ['grpc', 'graphql'] as const;
export type DoorName = (typeof doorNames)[number];

export type MessagingClient = DoorClient<MessagingServiceDefinition>;

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
  ): Promise<{ fromSeq: string; toSeq?: string | undefined }>;
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

/** Starts users and messaging. */
export async function startWorld(): Promise<World> {
  const network = await startDomains(domains.filter(({ name }) => name !== 'notifications'));
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
      return (await Promise.all(names.map((name) => signUp(network, name)))) as People<Names>;
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
