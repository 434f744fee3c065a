import type { ObjectivesServiceDefinition } from '#gen/proto/fitme/diet/v1/ObjectivesService.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { type ComputedKind, computeDietObjective } from '../rules/objective.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { targetFrom } from './present/amounts.ts';
import { activityLevels, bodySexes, objectiveKinds } from './present/enums.ts';
import { objectiveMessage } from './present/plans.ts';

/** The service: what people want to eat a day, set by themselves or by a trainer. */
export function createObjectiveHandlers(
  { objectives }: Store,
  access: Access,
): Handlers<ObjectivesServiceDefinition> {
  return {
    async BatchGetDietObjectives({ userIds }, call) {
      const visible = await access.visible(userIds, call);
      return { dietObjectives: (await objectives.get([...visible])).map(objectiveMessage) };
    },

    async ComputeDietObjective({ userId, ageYears, heightCm, weightKg, ...request }, call) {
      const ofPerson = await access.personOf(userId, call);
      // Requests for CUSTOM are refused before.
      const kind = objectiveKinds.requiredNameOf(request.kind) as ComputedKind;
      const { restingEnergy, spentEnergy, targets } = computeDietObjective(kind, {
        sex: bodySexes.requiredNameOf(request.sex),
        activityLevel: activityLevels.requiredNameOf(request.activityLevel),
        ageYears,
        heightCm,
        weightKg,
      });
      const draft = { kind, targets, restingEnergyCal: restingEnergy, spentEnergyCal: spentEnergy };
      const row = await objectives.set(ofPerson, requirePerson(call.viewer).id, draft);
      return { dietObjective: objectiveMessage(row) };
    },

    async SetDietObjective({ userId, targets }, call) {
      const ofPerson = await access.personOf(userId, call);
      const row = await objectives.set(ofPerson, requirePerson(call.viewer).id, {
        kind: 'CUSTOM',
        targets: targets.map(targetFrom),
        restingEnergyCal: null,
        spentEnergyCal: null,
      });
      return { dietObjective: objectiveMessage(row) };
    },
  };
}
