import type { MealPlanOverridesServiceDefinition } from '#gen/proto/fitme/diet/v1/MealPlanOverridesService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson, type Viewer } from '#platform/viewer.ts';
import { overrideCursor } from '../store/overrides.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { overrideStates } from './present/enums.ts';
import { overrideMessage } from './present/plans.ts';

/** The service: overrides, for trainers of those whom they are about, and for administrators. */
export function createOverrideHandlers(
  { overrides }: Store,
  access: Access,
): Handlers<MealPlanOverridesServiceDefinition> {
  return {
    async ListMealPlanOverrides({ userId, state, page }, call) {
      const userIds = await peopleOf(userId, call);
      const window = windowOf(page, overrideCursor);
      const { edges, pageInfo } = await overrides.list(
        { userIds, isReviewed: isReviewed(state) },
        window,
        call.signal,
      );
      return {
        edges: edges.map(({ row, cursor }) => ({ mealPlanOverride: overrideMessage(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetMealPlanOverrides({ ids }, call) {
      const viewer = requirePerson(call.viewer);
      const found = await overrides.get(ids, call.signal);
      if (isAdministrator(viewer)) return { mealPlanOverrides: found.map(overrideMessage) };
      const people = [...new Set(found.map(({ userId }) => userId))];
      const visible = await access.visible(people, call);
      return { mealPlanOverrides: found.filter(({ userId }) => visible.has(userId)).map(overrideMessage) };
    },

    async BatchCountOpenMealPlanOverrides({ userIds }, call) {
      const visible = [...(await access.visible(userIds, call))];
      const counted = await overrides.countOpen(visible, call.signal);
      const countOf = new Map(counted.map(({ userId, count }) => [userId, count]));
      return { counts: visible.map((userId) => ({ userId, count: countOf.get(userId) ?? 0 })) };
    },

    async ReviewMealPlanOverride({ mealPlanOverrideId, note }, call) {
      const viewer = requirePerson(call.viewer);
      const [present] = await overrides.get([mealPlanOverrideId], call.signal);
      if (present === undefined) throw notFound('override');
      if (!isAdministrator(viewer)) {
        if (present.userId === viewer.id) throw ownPlan();
        const visible = await access.visible([present.userId], call);
        if (!visible.has(present.userId)) throw notFound('override');
      }
      await overrides.review(mealPlanOverrideId, viewer.id, note.trim());
      const [reviewed] = await overrides.get([mealPlanOverrideId], call.signal);
      if (reviewed === undefined) throw notFound('override');
      return { mealPlanOverride: overrideMessage(reviewed) };
    },
  };

  /** Whose overrides the caller sees in a list of this person's, or of everybody's; null for really everybody's. */
  async function peopleOf(userId: string | undefined, call: CallContext): Promise<string[] | null> {
    if (isAdministrator(requirePerson(call.viewer))) return userId === undefined ? null : [userId];
    if (userId !== undefined) return [await access.personOf(userId, call)];
    return [...(await access.everybodyVisible(call))];
  }
}

function isReviewed(state: Parameters<typeof overrideStates.nameOf>[0]): boolean | null {
  const name = overrideStates.nameOf(state);
  return name === null ? null : name === 'REVIEWED';
}

function isAdministrator({ scopes }: Viewer): boolean {
  return scopes.has('diet:review');
}

function ownPlan(): DomainError {
  return new DomainError(
    'PERMISSION_DENIED',
    'This override is about your own plan: a trainer of yours or an administrator reviews it.',
    { reason: 'OVERRIDE_IS_OWN' },
  );
}
