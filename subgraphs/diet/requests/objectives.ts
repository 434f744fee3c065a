import { z } from 'zod';
import { ActivityLevel } from '#gen/proto/fitme/diet/v1/ActivityLevel.ts';
import { BodySex } from '#gen/proto/fitme/diet/v1/BodySex.ts';
import { DietObjectiveKind } from '#gen/proto/fitme/diet/v1/DietObjectiveKind.ts';
import type { ObjectivesServiceDefinition } from '#gen/proto/fitme/diet/v1/ObjectivesService.ts';
import { id, ids } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { amount, named, targets } from './fields.ts';

const years = 'Send an age of 15 to 120 years.';

/** What requests must hold beyond their proto types. */
export const objectiveRequests: RequestSchemas<ObjectivesServiceDefinition> = {
  BatchGetDietObjectives: z.object({ userIds: ids(1_000) }),
  ComputeDietObjective: z.object({
    userId: id.optional(),
    kind: named(DietObjectiveKind, 'Say what for: MAINTAIN, LOSE or GAIN.').refine(
      (kind) => kind !== 'DIET_OBJECTIVE_KIND_CUSTOM',
      'Custom targets are set by hand: take setDietObjective for them.',
    ),
    sex: named(BodySex, 'Say FEMALE or MALE: the formula differs.'),
    ageYears: z.int().min(15, years).max(120, years),
    heightCm: amount(100, 280, 'Send a height of 100 to 280 centimetres.'),
    weightKg: amount(30, 400, 'Send a weight of 30 to 400 kilograms.'),
    activityLevel: named(ActivityLevel, 'Say how much the person moves, SEDENTARY to VERY_ACTIVE.'),
  }),
  SetDietObjective: z.object({ userId: id.optional(), targets }),
};
