import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { vi } from 'vitest';
import type { Permission } from '#gen/proto/fitme/training/v1/Permission.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { HostOverrides } from '#platform/host/host.ts';
import { type DomainNetwork, startDomains, type TestDoor } from '#tests/domain-network.ts';
import { PATIENCE } from '#tests/patience.ts';
import { type Person, usersService } from '#tests/people.ts';
import { domains } from '../../domains.ts';
import { serviceNames } from '../rpc/service.ts';

/** The ways into the services. */
export const doorNames = ['grpc', 'graphql'] as const;
export type DoorName = (typeof doorNames)[number];

/** The domain's services as somebody sees them. */
export type DietClient = ReturnType<typeof clientOf>;

const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');

/** Users, training and diet at work, and what tests do in them. */
export interface World {
  network: DomainNetwork;
  /** Somebody who is signed in, with these roles beside MEMBER. */
  signUp(name: string, ...roles: ('TRAINER' | 'ADMIN')[]): Promise<Person>;
  /** The services as somebody sees them. */
  as(person: Person, door?: DoorName): DietClient;
  /** Makes a client let a trainer see this, from now on, and waits until diet knows. Answers with the relationship's id. */
  grant(client: Person, trainer: Person, ...permissions: ('DIET' | 'WORKOUTS')[]): Promise<string>;
  /** Takes everything back, and waits until diet knows. */
  revoke(client: Person, relationshipId: string): Promise<void>;
  setTimeZone(person: Person, timeZone: string): Promise<void>;
  block(blocker: Person, blocked: Person): Promise<void>;
  /** What a gateway is told of somebody's access to a topic. */
  authorize(person: Person, topic: string): Promise<{ fromSeq: string; toSeq?: string | undefined }>;
  /** The kinds of a topic's events, in order. */
  kindsOf(topic: string): Promise<string[]>;
  /** Rows of diet's tables, as its administrator. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The id of a food of the catalogue, which this makes. */
  food(facts: FoodFacts): Promise<string>;
  close(): Promise<void>;
}

/** A food of the catalogue; what is left out is 0, or not there. Amounts in thousandths, of 100 g. */
export interface FoodFacts {
  name: string;
  energyCal?: number;
  proteinMg?: number;
  fatMg?: number;
  /** Null where the source says nothing. */
  sugarMg?: number | null;
  allergens?: string[];
  allergensKnown?: boolean;
  origin?: string;
  aisle?: string;
  densityMgPerMl?: number;
  pieceMg?: number;
}

/** Starts what diet works with. */
export async function startWorld(overrides: HostOverrides = {}): Promise<World> {
  const hosted = ['users', 'training', 'diet'];
  const network = await startDomains(
    domains.filter(({ name }) => hosted.includes(name)),
    { overrides },
  );
  const pool = new pg.Pool({ connectionString: network.database.adminUrl, options: '-c search_path=diet' });
  const doorOf = (name: DoorName) => {
    const door = network.doors.find((candidate) => candidate.name === name);
    if (door === undefined) throw new Error(`There is no door ${name}.`);
    return door;
  };
  const graphql = doorOf('graphql');
  const sql: World['sql'] = async (text, values) => (await pool.query(text, values)).rows;
  const untilKnown = (relationshipId: string, clientId: string, expected: boolean) =>
    vi.waitFor(async () => {
      const rows = await sql('SELECT FROM trainer_grants WHERE client_id = $1', [clientId]);
      if (rows.length > 0 !== expected) throw new Error(`Diet does not know of ${relationshipId} yet.`);
    }, PATIENCE);

  return {
    network,
    sql,
    signUp: (name, ...roles) => signUp(graphql, pool, name, roles),
    as: ({ token }, door = 'graphql') => clientOf(doorOf(door), token),
    async grant(client, trainer, ...permissions) {
      const invitation = { clientId: client.id, message: '', idempotencyKey: uuidv7() };
      const invited = await graphql.client(trainingService, trainer.token).inviteClient(invitation);
      const relationshipId = invited.clientRelationship?.id ?? '';
      const granted = permissions.map((name): Permission => `PERMISSION_${name}`);
      const acceptance = { clientRelationshipId: relationshipId, permissions: granted };
      await graphql.client(trainingService, client.token).acceptClientRelationship(acceptance);
      await untilKnown(relationshipId, client.id, permissions.length > 0);
      return relationshipId;
    },
    async revoke(client, relationshipId) {
      const nothing = { clientRelationshipId: relationshipId, permissions: [] };
      await graphql.client(trainingService, client.token).setClientPermissions(nothing);
      await untilKnown(relationshipId, client.id, false);
    },
    async setTimeZone({ id, token }, timeZone) {
      const users = graphql.client(usersService, token);
      const { profiles } = await users.batchGetUserProfiles({ userIds: [id] });
      await users.updateUserProfile({ timeZone, expectedVersion: profiles[0]?.version ?? 1 });
    },
    async block(blocker, blocked) {
      await graphql.client(usersService, blocker.token).blockUser({ userId: blocked.id });
    },
    authorize: ({ token }, topic) => graphql.client(liveSourceService, token).authorize({ topic }),
    async kindsOf(topic) {
      const rows = await sql<{ kind: string }>('SELECT kind FROM events WHERE topic = $1 ORDER BY seq', [
        topic,
      ]);
      return rows.map(({ kind }) => kind.replace('diet.', ''));
    },
    food: (facts) => insertFood(sql, facts),
    async close() {
      await pool.end();
      await network.close();
    },
  };
}

function clientOf(door: TestDoor, token: string) {
  return {
    ingredients: door.client(serviceNames.ingredients, token),
    recipes: door.client(serviceNames.recipes, token),
    objectives: door.client(serviceNames.objectives, token),
    mealPlans: door.client(serviceNames.mealPlans, token),
    mealPlanOverrides: door.client(serviceNames.mealPlanOverrides, token),
    foodLog: door.client(serviceNames.foodLog, token),
    shopping: door.client(serviceNames.shopping, token),
  };
}

async function signUp(door: TestDoor, pool: pg.Pool, name: string, roles: string[]): Promise<Person> {
  const key = uuidv7();
  const credentials = { email: `${key}@example.com`, password: `correct ${key.slice(-12)} horse` };
  const account = { ...credentials, name, handle: `person_${key.slice(-12)}`, idempotencyKey: key };
  const { user, authTokens } = await door.client(usersService).signUp(account);
  const id = user?.id ?? '';
  if (roles.length === 0) return { id, token: authTokens?.accessToken ?? '' };
  await pool.query('UPDATE users.people SET roles = roles || $2::users.role[] WHERE id = $1', [id, roles]);
  const session = await door.client(usersService).signIn(credentials);
  return { id, token: session.authTokens?.accessToken ?? '' };
}

async function insertFood(sql: World['sql'], facts: FoodFacts): Promise<string> {
  const food = {
    id: uuidv7(),
    energyCal: 0,
    proteinMg: 0,
    fatMg: 0,
    sugarMg: 0,
    allergens: [],
    allergensKnown: true,
    origin: 'PLANT',
    aisle: 'OTHER',
    densityMgPerMl: null,
    pieceMg: null,
    ...facts,
  };
  await sql(
    `INSERT INTO ingredients (id, name, source, source_id, energy_cal, protein_mg, carbohydrate_mg, sugar_mg, fat_mg,
       saturated_fat_mg, fibre_mg, salt_mg, allergens, allergens_known, origin, aisle, density_mg_per_ml, piece_mg,
       created_at)
     VALUES ($1::uuid, $2, 'FDC', $1::uuid::text, $3, $4, 0, $5, $6, 0, 0, 0, $7::allergen[], $8, $9::food_origin, $10::aisle,
       $11, $12, now())`,
    [
      food.id,
      food.name,
      food.energyCal,
      food.proteinMg,
      food.sugarMg,
      food.fatMg,
      food.allergens,
      food.allergensKnown,
      food.origin,
      food.aisle,
      food.densityMgPerMl,
      food.pieceMg,
    ],
  );
  return food.id;
}
