import { z } from 'zod';
import { ActivityLevel } from '#gen/proto/fitme/diet/v1/ActivityLevel.ts';
import { BodySex } from '#gen/proto/fitme/diet/v1/BodySex.ts';
import { ObjectiveKind } from '#gen/proto/fitme/diet/v1/ObjectiveKind.ts';
import type { ObjectivesServiceDefinition } from '#gen/proto/fitme/diet/v1/ObjectivesService.ts';
import { ids } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { amount, named, optionalId, targets } from './fields.ts';

const years = 'Send an age of 15 to 120 years.';

/** What requests must hold beyond their proto types. */
export const objectiveRequests: RequestSchemas<ObjectivesServiceDefinition> = {
  BatchGetObjectives: z.object({ userIds: ids(1_000) }),
  ComputeObjective: z.object({
    userId: optionalId,
    kind: named(ObjectiveKind, 'Say what for: MAINTAIN, LOSE or GAIN.').refine(
      (kind) => kind !== 'OBJECTIVE_KIND_CUSTOM',
      'Custom targets are set by hand: call SetObjective.',
    ),
    sex: named(BodySex, 'Say FEMALE or MALE: the formula differs.'),
    ageYears: z.int().min(15, years).max(120, years),
    heightCm: amount(100, 280, 'Send a height of 100 to 280 centimetres.'),
    weightKg: amount(30, 400, 'Send a weight of 30 to 400 kilograms.'),
    activityLevel: named(ActivityLevel, 'Say how much the person moves, SEDENTARY to VERY_ACTIVE.'),
  }),
  SetObjective: z.object({ userId: optionalId, targets }),
};
