import { z } from 'zod';
import type { ProgressServiceDefinition } from '#gen/proto/fitme/workouts/v1/ProgressService.ts';
import { id, ids } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { maximumPages, wholeBetween, windowOnEach } from './fields.ts';

/** What requests must hold beyond their proto types. */
export const progressRequests: RequestSchemas<ProgressServiceDefinition> = {
  BatchGetPersonalRecords: z.object({ ids: ids(1_000) }),
  BatchListPersonalRecords: windowOnEach('userIds').and(
    z.object({ exerciseId: id.optional(), currentOnly: z.boolean() }),
  ),
  BatchListWorkoutWeeks: z.object({ userIds: ids(maximumPages), first: wholeBetween(1, 52, 'weeks') }),
  BatchGetWorkoutSessionTotals: z.object({ workoutSessionIds: ids(1_000) }),
};
