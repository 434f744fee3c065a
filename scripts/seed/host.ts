import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { NotificationsServiceDefinition } from '#gen/proto/fitme/notifications/v1/NotificationsService.ts';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { IncomingCall } from '#platform/call.ts';
import { type ServiceName, serviceName } from '#platform/grpc/contract.ts';
import { readHostConfig } from '#platform/host/config.ts';
import { createHost } from '#platform/host/host.ts';
import type { LocalClient } from '#platform/service/service.ts';
import { domains } from '../../subgraphs/domains.ts';

/** The services, as the bearer of a token sees them; without token, as nobody. */
export interface Services {
  users: LocalClient<UsersServiceDefinition>;
  messaging: LocalClient<MessagingServiceDefinition>;
  notifications: LocalClient<NotificationsServiceDefinition>;
  leaderboards: LocalClient<LeaderboardsServiceDefinition>;
  files: LocalClient<FilesServiceDefinition>;
  /** Any other service. */
  service<Definition>(name: ServiceName<Definition>): LocalClient<Definition>;
  training: LocalClient<TrainingServiceDefinition>;
  gyms: LocalClient<GymsServiceDefinition>;
}

/** The domains at work in this process. */
export interface SeedHost {
  as(token?: string): Services;
  close(): Promise<void>;
}

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');
const filesService = serviceName<FilesServiceDefinition>('fitme.files.v1.FilesService');
const messagingService = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');
const leaderboardsService = serviceName<LeaderboardsServiceDefinition>(
  'fitme.leaderboards.v1.LeaderboardsService',
);
const notificationsService = serviceName<NotificationsServiceDefinition>(
  'fitme.notifications.v1.NotificationsService',
);
const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');
const gymsService = serviceName<GymsServiceDefinition>('fitme.training.v1.GymsService');

const CALL_TIMEOUT_MS = 60_000;

/**
 * Starts the domains in this process, on free ports: the demo world comes into being by the same rules and events as
 * everything else, before anybody can look.
 *
 * @param environment the variables of a services process
 */
export async function startSeedHost(environment: Record<string, string | undefined>): Promise<SeedHost> {
  const own = {
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    GRPC_ADDRESSES: '',
    USER_KEYS_URL: '',
    FILES_PUBLIC_URL: '',
    LOG_LEVEL: 'error',
    // Nobody waits for a single call, and a disk may be busy with the crowd.
    STATEMENT_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
  };
  const host = await createHost(readHostConfig({ ...environment, ...own }, domains), domains);
  const local = <Definition>(name: ServiceName<Definition>, token: string | undefined) =>
    host.service(name).local(callOf(token));
  return {
    as: (token) => ({
      users: local(usersService, token),
      messaging: local(messagingService, token),
      notifications: local(notificationsService, token),
      leaderboards: local(leaderboardsService, token),
      files: local(filesService, token),
      service: (name) => local(name, token),
      training: local(trainingService, token),
      gyms: local(gymsService, token),
    }),
    close: () => host.close(),
  };
}

/** From no address, so that the limits on sign-ups from one address do not count it. */
function callOf(token: string | undefined): IncomingCall {
  return {
    door: 'graphql',
    header: (name) => (name === 'authorization' && token !== undefined ? `Bearer ${token}` : undefined),
    // Of each call anew: the whole takes longer on a busy machine.
    get deadline() {
      return Date.now() + CALL_TIMEOUT_MS;
    },
    signal: new AbortController().signal,
    address: null,
  };
}
