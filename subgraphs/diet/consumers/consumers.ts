import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { Database } from '#platform/db/database.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import { createGrantsConsumer } from '#platform/grants/grants-consumer.ts';
import type { ServiceClient } from '#platform/grpc/client.ts';
import { accessChanged } from '../events/events.ts';

/** What clients let their trainers see; whoever listens to a client's diet learns when it is theirs no longer. */
export function createTrainingConsumer(
  db: Database<PrismaClient>,
  training: ServiceClient<TrainingServiceDefinition>,
): ConsumerDefinition<PrismaClient, null> {
  return createGrantsConsumer<PrismaClient>({
    db,
    training,
    async onChanged({ append }, { trainerId, clientId, before, after }) {
      if (before.includes('DIET') === after.includes('DIET')) return;
      await append(accessChanged(clientId, trainerId));
    },
  });
}
