import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { Permission__Output } from '#gen/proto/fitme/training/v1/Permission.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { RoleName } from '#platform/scopes.ts';
import { type DomainNetwork, type DoorClient, startDomains } from '#tests/domain-network.ts';
import { type Person, signUp, signUpAs, usersService } from '#tests/people.ts';
import { domains } from '../../domains.ts';
import { gymsService, trainingService } from '../rpc/service.ts';

/** The ways into the services. */
export const doorNames = ['grpc', 'graphql'] as const;
export type DoorName = (typeof doorNames)[number];

/** Users and training at work, and what tests do in them. */
export interface World {
  network: DomainNetwork;
  signUp(name: string, role?: RoleName): Promise<Person>;
  block(blocker: Person, blocked: Person): Promise<void>;
  /** The service as somebody sees it. */
  as(person: Person, door?: DoorName): DoorClient<TrainingServiceDefinition>;
  gymsAs(person: Person, door?: DoorName): DoorClient<GymsServiceDefinition>;
  /** The services as a service sees them. */
  asService(
    door?: DoorName,
  ): Promise<{ training: DoorClient<TrainingServiceDefinition>; gyms: DoorClient<GymsServiceDefinition> }>;
  /** The id of an active relationship in which the client grants this. */
  relate(trainer: Person, client: Person, permissions?: Permission__Output[]): Promise<string>;
  /** The data of an operation of the subgraph that has no fault. */
  ask<Data>(person: Person, operation: string, variables?: object): Promise<Data>;
  /** Kinds of a topic's events, in their order. */
  logOf(topic: string): Promise<string[]>;
  /** Rows of the database, as its administrator. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Starts users and training. */
export async function startWorld(options: Parameters<typeof startDomains>[1] = {}): Promise<World> {
  const hosted = domains.filter(({ name }) => ['users', 'training'].includes(name));
  const network = await startDomains(hosted, options);
  const pool = new pg.Pool({
    connectionString: network.database.adminUrl,
    options: '-c search_path=training',
    max: 2,
  });
  const doorOf = (name: DoorName) => {
    const door = network.doors.find((candidate) => candidate.name === name);
    if (door === undefined) throw new Error(`There is no door ${name}.`);
    return door;
  };
  const world: World = {
    network,
    signUp: (name, role) => (role === undefined ? signUp(network, name) : signUpAs(network, role, name)),
    async block(blocker, blocked) {
      await doorOf('graphql').client(usersService, blocker.token).blockUser({ userId: blocked.id });
    },
    as: ({ token }, door = 'graphql') => doorOf(door).client(trainingService, token),
    gymsAs: ({ token }, door = 'graphql') => doorOf(door).client(gymsService, token),
    async asService(door = 'graphql') {
      const token = await network.serviceToken();
      return {
        training: doorOf(door).client(trainingService, token),
        gyms: doorOf(door).client(gymsService, token),
      };
    },
    async relate(trainer, client, permissions = []) {
      const invitation = { clientId: client.id, message: '', idempotencyKey: uuidv7() };
      const { clientRelationship } = await world.as(trainer).inviteClient(invitation);
      const clientRelationshipId = clientRelationship?.id ?? '';
      await world.as(client).acceptClientRelationship({ clientRelationshipId, permissions });
      return clientRelationshipId;
    },
    async ask(person, operation, variables = {}) {
      const { data, errors } = await network.graphql('training', operation, {
        variables,
        token: person.token,
      });
      expect(errors).toBeUndefined();
      return data as never;
    },
    async logOf(topic) {
      const rows = await world.sql<{ kind: string }>(
        'SELECT kind FROM events WHERE topic = $1 ORDER BY seq',
        [topic],
      );
      return rows.map(({ kind }) => kind.replace('training.', ''));
    },
    sql: async (text, values) => (await pool.query(text, values)).rows,
    async close() {
      await pool.end();
      await network.close();
    },
  };
  return world;
}
