import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { vi } from 'vitest';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { LogWorkoutSetRequest } from '#gen/proto/fitme/workouts/v1/LogWorkoutSetRequest.ts';
import type { WorkoutPlanWeek } from '#gen/proto/fitme/workouts/v1/WorkoutPlanWeek.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { type DomainNetwork, type DoorClient, startDomains, type TestDoor } from '#tests/domain-network.ts';
import { PATIENCE } from '#tests/patience.ts';
import { type Person, signUp, usersService } from '#tests/people.ts';
import { domains } from '../../domains.ts';
import {
  assignmentsService,
  exercisesService,
  measurementsService,
  plansService,
  progressService,
  sessionsService,
} from '../rpc/service.ts';
import { catalogueId } from '../store/catalogue.ts';

/** The ways into the services. */
export const doorNames = ['grpc', 'graphql'] as const;
export type DoorName = (typeof doorNames)[number];

const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');

/** The domain's services, as one person calls them through one door. */
export type WorkoutClients = ReturnType<typeof clientsOf>;

/** What a client lets a trainer see. */
export type Grant = 'WORKOUTS' | 'MEASUREMENTS';

/** A set, but for where and when it was done. */
export type SetValues = Omit<LogWorkoutSetRequest, 'workoutSessionId' | 'idempotencyKey'>;

/** What a plan holds. */
export interface PlanContent {
  weeks: WorkoutPlanWeek[];
}

/** Users, training and workouts at work, and what tests do in them. */
export interface World {
  network: DomainNetwork;
  signUp(name: string, timeZone?: string): Promise<Person>;
  /** Somebody with the role of a trainer. */
  signUpTrainer(name: string): Promise<Person>;
  /** Has a client let a trainer see this and nothing else, and waits until workouts knows. */
  grant(trainer: Person, client: Person, permissions: readonly Grant[]): Promise<void>;
  /** The services as somebody sees them. */
  as(person: Person, door?: DoorName): WorkoutClients;
  /** The services as a service sees them. */
  asService(door?: DoorName): Promise<WorkoutClients>;
  /** What a gateway is told of somebody's access to a topic. */
  authorize(
    person: Person,
    topic: string,
    door?: DoorName,
  ): Promise<{ fromSeq: string; toSeq?: string | undefined }>;
  /** Trains, and answers with the session's id. */
  train(person: Person, sets: readonly SetValues[], options?: TrainOptions): Promise<string>;
  /** A new plan of somebody's own, one day of squats a week where nothing else is said. */
  plan(person: Person, content?: PlanContent): Promise<{ id: string; newestVersionId: string }>;
  /** The data of an operation on the subgraph that has no fault. */
  ask<Data>(person: Person, operation: string, variables?: object): Promise<Data>;
  /** A topic's log: kinds without the domain's name. */
  logOf(topic: string): Promise<string[]>;
  /** Rows of the database, as its administrator. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface TrainOptions {
  startedAt?: Date;
  minutes?: number;
  planned?: { workoutAssignmentId: string; weekNumber: number; dayNumber: number };
}

/** A set of squats. */
export function squats(reps: number, loadKg: number): SetValues {
  return { exerciseId: catalogueId('back-squat'), kind: 'WORKOUT_SET_KIND_WORKING', reps, loadKg };
}

/** One week, one day, three sets of five squats with 60 kg, which grow by 2.5 kg. */
export const squatDay: PlanContent = {
  weeks: [
    {
      days: [
        {
          name: 'Squat day',
          exercises: [
            {
              exerciseId: catalogueId('back-squat'),
              sets: Array(3).fill({
                kind: 'WORKOUT_SET_KIND_WORKING',
                minReps: 5,
                loadKg: 60,
                restSeconds: 180,
              }),
              progression: { kind: 'WORKOUT_PROGRESSION_KIND_LINEAR', incrementKg: 2.5 },
            },
          ],
        },
      ],
    },
  ],
};

/** Starts users, training and workouts, and what else is named. */
export async function startWorld(...further: string[]): Promise<World> {
  const needed = ['users', 'training', 'workouts', ...further];
  const network = await startDomains(domains.filter(({ name }) => needed.includes(name)));
  const pool = new pg.Pool({
    connectionString: network.database.adminUrl,
    options: '-c search_path=workouts',
  });
  const doorOf = (name: DoorName) => {
    const door = network.doors.find((candidate) => candidate.name === name);
    if (door === undefined) throw new Error(`There is no door ${name}.`);
    return door;
  };
  const world: World = {
    network,
    async signUp(name, timeZone) {
      const person = await signUp(network, name);
      const users = doorOf('graphql').client(usersService, person.token);
      if (timeZone) await users.updateUserProfile({ expectedVersion: 1, timeZone });
      return person;
    },
    async signUpTrainer(name) {
      const { id } = await signUp(network, name);
      const [row] = await world.sql<{ email: string }>(
        `UPDATE users.people SET roles = '{MEMBER,TRAINER}' WHERE id = $1 RETURNING email`,
        [id],
      );
      const email = row?.email ?? '';
      // The password that tests/people.ts made of the same key.
      const [, key = ''] = email.match(/\.([0-9a-f-]+)@/) ?? [];
      const password = `correct ${key.slice(-12)} horse`;
      const { authTokens } = await doorOf('graphql').client(usersService).signIn({ email, password });
      return { id, token: authTokens?.accessToken ?? '' };
    },
    async grant(trainer, client, permissions) {
      const [asTrainer, asClient] = [trainer, client].map(({ token }) =>
        doorOf('graphql').client(trainingService, token),
      );
      if (asTrainer === undefined || asClient === undefined) throw new Error('Two people take two clients.');
      const { clientRelationship } = await asTrainer.inviteClient({
        clientId: client.id,
        idempotencyKey: `${trainer.id}${client.id}`.slice(0, 64),
      });
      const relationshipId = clientRelationship?.id ?? '';
      const granted = permissions.map((permission) => `PERMISSION_${permission}` as const);
      if (clientRelationship?.state === 'CLIENT_RELATIONSHIP_STATE_ACTIVE')
        await asClient.setClientPermissions({ clientRelationshipId: relationshipId, permissions: granted });
      else
        await asClient.acceptClientRelationship({
          clientRelationshipId: relationshipId,
          permissions: granted,
        });
      await vi.waitFor(async () => {
        const [row] = await world.sql<{ permissions: string[] }>(
          'SELECT permissions FROM trainer_grants WHERE trainer_id = $1 AND client_id = $2',
          [trainer.id, client.id],
        );
        if ((row?.permissions ?? []).toSorted().join() !== permissions.toSorted().join())
          throw new Error('Workouts does not know yet what was granted.');
      }, PATIENCE);
    },
    as: ({ token }, door = 'graphql') => clientsOf(doorOf(door), token),
    asService: async (door = 'graphql') => clientsOf(doorOf(door), await network.serviceToken()),
    authorize: ({ token }, topic, door = 'graphql') =>
      doorOf(door).client(liveSourceService, token).authorize({ topic }),
    async train(person, sets, { startedAt, minutes = 60, planned } = {}) {
      const { sessions } = world.as(person);
      const { workoutSession } = await sessions.startWorkoutSession({
        plannedDay: planned ?? null,
        startedAt: timestampOf(startedAt ?? null),
        idempotencyKey: uuidv7(),
      });
      const workoutSessionId = workoutSession?.id ?? '';
      const doneAt = timestampOf(startedAt ?? null);
      for (const set of sets)
        await sessions.logWorkoutSet({ workoutSessionId, doneAt, idempotencyKey: uuidv7(), ...set });
      const endedAt = startedAt ? timestampOf(startedAt.getTime() + minutes * 60_000) : null;
      await sessions.finishWorkoutSession({ workoutSessionId, endedAt });
      return workoutSessionId;
    },
    async plan(person, content = squatDay) {
      const request = { name: 'Strength', ...content, idempotencyKey: uuidv7() };
      const { workoutPlan } = await world.as(person).plans.createWorkoutPlan(request);
      return { id: workoutPlan?.id ?? '', newestVersionId: workoutPlan?.newestVersionId ?? '' };
    },
    async ask<Data>({ token }: Person, operation: string, variables: object = {}) {
      const { data, errors } = await network.graphql<Data>('workouts', operation, { variables, token });
      if (errors !== undefined || !data) throw new Error(`The operation failed: ${JSON.stringify(errors)}`);
      return data;
    },
    async logOf(topic) {
      const rows = await world.sql<{ kind: string }>(
        'SELECT kind FROM events WHERE topic = $1 ORDER BY seq',
        [topic],
      );
      return rows.map(({ kind }) => kind.replace('workouts.', ''));
    },
    sql: async (text, values) => (await pool.query(text, values)).rows,
    async close() {
      await pool.end();
      await network.close();
    },
  };
  return world;
}

function clientsOf(door: TestDoor, token: string) {
  return {
    exercises: door.client(exercisesService, token),
    plans: door.client(plansService, token),
    assignments: door.client(assignmentsService, token),
    sessions: door.client(sessionsService, token),
    progress: door.client(progressService, token),
    measurements: door.client(measurementsService, token),
  } satisfies Record<string, DoorClient<never>>;
}
