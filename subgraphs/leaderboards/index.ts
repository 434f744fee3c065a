import { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { ProgressServiceDefinition } from '#gen/proto/fitme/workouts/v1/ProgressService.ts';
import { defineDomain } from '#platform/domain.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { createStandings } from './adapters/ranks/standings.ts';
import { leaderboardsConfig } from './config.ts';
import { createDietConsumer } from './consumers/diet.ts';
import { createRanksConsumer } from './consumers/ranks.ts';
import { createTrainingConsumer } from './consumers/training.ts';
import { createUsersConsumer } from './consumers/users.ts';
import { createWorkoutsConsumer } from './consumers/workouts.ts';
import { type Context, createContext } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { createJobs } from './jobs/jobs.ts';
import { requests } from './requests/requests.ts';
import { createEntries } from './rpc/entry-reads.ts';
import { createHandlers, leaderboardsService } from './rpc/service.ts';
import { createTopics, wakesOf } from './rpc/topics.ts';
import { createStore } from './store/store.ts';

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');
const gymsService = serviceName<GymsServiceDefinition>('fitme.training.v1.GymsService');
const progressService = serviceName<ProgressServiceDefinition>('fitme.workouts.v1.ProgressService');

/** Points, achievements, and boards on which people see how they stand. */
export default defineDomain({
  name: 'leaderboards',
  config: leaderboardsConfig,
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, config, log, redis, now, newId, client, service }) {
    const store = createStore({ db, now, newId });
    const { places, boards } = store;
    const standings = createStandings({ redis, places, log });
    const entries = createEntries({ standings, boards, places, pseudonymKey: config.pseudonymKey });
    const handlers = createHandlers({ store, standings, entries });
    const leaderboards = service(leaderboardsService, handlers, requests);
    return {
      services: [leaderboards],
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(leaderboards, call, viewer),
      },
      topics: createTopics(store),
      wakes: (events) => wakesOf(store, events),
      consumers: [
        createUsersConsumer(store.bonds, client('users', usersService)),
        createTrainingConsumer(store.gyms, client('training', gymsService)),
        createWorkoutsConsumer(store.activities, client('workouts', progressService)),
        createDietConsumer(store.activities),
        createRanksConsumer(standings),
      ],
      jobs: createJobs(store.periods, standings),
      close: standings.idle,
      exportPerson: (userId) => store.person.export(userId),
      async erasePerson(userId) {
        await store.person.erase(userId);
        await standings.takeAway([userId], []);
      },
    };
  },
});
