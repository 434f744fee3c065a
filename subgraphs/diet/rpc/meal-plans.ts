import type { MealPlansServiceDefinition } from '#gen/proto/fitme/diet/v1/MealPlansService.ts';
import type { CallContext } from '#platform/call.ts';
import { notFound } from '#platform/errors.ts';
import { changed, changes } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { mealPlan } from '../requests/meal-plans.ts';
import type { CheckedPlan, MealPlanDraft, SavedPlan } from '../store/plan-changes.ts';
import { mealPlanCursor } from '../store/plan-reads.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import {
  assertPlanUsable,
  checkPlan,
  decideOverride,
  type OverrideRequest,
  ofNamedPlan,
} from './plan-checks.ts';
import {
  mealPlanCheckMessage,
  mealPlanDraftFrom,
  mealPlanMessage,
  overrideMessage,
} from './present/plans.ts';

/** The service: plans that people write for themselves, and trainers for their clients. */
export function createMealPlanHandlers(store: Store, access: Access): Handlers<MealPlansServiceDefinition> {
  const { plans, overrides } = store;
  return {
    async BatchListMealPlans({ userIds, page }, call) {
      const visible = await access.visible(userIds, call);
      // A cursor comes only where one person is named.
      const window = windowOf(page, mealPlanCursor(userIds[0] ?? ''));
      const pages = await plans.list([...visible], window, call.signal);
      return {
        pages: pages.map(({ userId, page: { edges, pageInfo } }) => ({
          userId,
          edges: edges.map(({ row, cursor }) => ({ mealPlan: mealPlanMessage(row), cursor })),
          pageInfo,
        })),
      };
    },

    async BatchGetMealPlans({ ids }, call) {
      return { mealPlans: (await visiblePlans(ids, call)).map(mealPlanMessage) };
    },

    async CheckMealPlan({ userId, ...request }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const ofPerson = await access.personOf(userId, call);
      const draft = mealPlanDraftFrom(request);
      await assertPlanUsable(store, { actorId, userId: ofPerson }, draft, call.signal);
      return { mealPlanCheck: mealPlanCheckMessage(await checkPlan(store, ofPerson, draft, call.signal)) };
    },

    async CreateMealPlan(request, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const userId = await access.personOf(request.userId, call);
      const prepare = () => usable({ userId, actorId }, mealPlanDraftFrom(request), request.override, call);
      const creation = { key: request.idempotencyKey, request, prepare };
      return present(await plans.create({ userId, actorId, method: 'CreateMealPlan' }, creation), call);
    },

    async UpdateMealPlan(request, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const { mealPlanId, override, expectedVersion } = request;
      const [source] = await visiblePlans([mealPlanId], call);
      if (source?.authorId !== actorId) throw notFound('meal plan of yours');
      const { userId } = source;
      const draft = mealPlanDraftFrom(changed(mealPlan, mealPlanMessage(source), request));
      // Another title is not refused because a food in the plan lost its density since.
      const check = changes(request, 'days') ? usable : checked;
      const plan = await check({ userId, actorId }, draft, override, call);
      return present(await plans.update(mealPlanId, actorId, plan, expectedVersion), call);
    },

    async AssignMealPlan(request, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const userId = await access.personOf(request.clientId, call, 'clientId');
      const prepare = async () => {
        const [source] = await visiblePlans([request.mealPlanId], call);
        if (source?.authorId !== actorId) throw notFound('meal plan of yours');
        const { title, days } = source;
        const draft = { title, days, startsOn: request.startsOn };
        return ofNamedPlan(() => usable({ userId, actorId }, draft, request.override, call));
      };
      const creation = { key: request.idempotencyKey, request, prepare };
      return present(await plans.create({ userId, actorId, method: 'AssignMealPlan' }, creation), call);
    },

    async DeleteMealPlan({ mealPlanId }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const visible = await visiblePlans([mealPlanId], call);
      if (visible.length === 0 || !(await plans.delete(mealPlanId, actorId))) {
        throw notFound('meal plan of yours');
      }
      return { mealPlanId };
    },
  };

  /** Those of the caller, and of clients whose diet the caller may see. */
  async function visiblePlans(ids: readonly string[], call: CallContext) {
    const found = await plans.get(ids, call.signal);
    const people = [...new Set(found.map(({ userId }) => userId))];
    const visible = await access.visible(people, call);
    return found.filter(({ userId }) => visible.has(userId));
  }

  /** A plan that holds what it may, and was held against the objective of its person. */
  async function usable(
    people: { userId: string; actorId: string },
    draft: MealPlanDraft,
    override: OverrideRequest | null,
    call: CallContext,
  ): Promise<CheckedPlan> {
    await assertPlanUsable(store, people, draft, call.signal);
    return checked(people, draft, override, call);
  }

  async function checked(
    { userId }: { userId: string },
    draft: MealPlanDraft,
    override: OverrideRequest | null,
    { signal }: CallContext,
  ): Promise<CheckedPlan> {
    const check = await checkPlan(store, userId, draft, signal);
    return { draft, override: decideOverride(check, override) };
  }

  async function present({ mealPlanId, mealPlanOverrideId }: SavedPlan, { signal }: CallContext) {
    const [[plan], [override]] = await Promise.all([
      plans.get([mealPlanId], signal),
      mealPlanOverrideId === null ? [] : overrides.get([mealPlanOverrideId], signal),
    ]);
    if (plan === undefined) throw notFound('meal plan');
    return {
      mealPlan: mealPlanMessage(plan),
      mealPlanOverride: override === undefined ? null : overrideMessage(override),
    };
  }
}
