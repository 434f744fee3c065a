import type { PlanOverridesServiceDefinition } from '#gen/proto/fitme/diet/v1/PlanOverridesService.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson, type Viewer } from '#platform/viewer.ts';
import { reviewStates } from '../present/enums.ts';
import { overrideMessage } from '../present/plans.ts';
import { type OverrideFilter, overrideCursor } from '../store/overrides.ts';
import type { Store } from '../store.ts';
import type { Access } from './access.ts';

/** The service: overrides, for trainers of those whom they are about, and for administrators. */
export function createOverrideHandlers(
  { overrides }: Store,
  access: Access,
): Handlers<PlanOverridesServiceDefinition> {
  return {
    async ListClientPlanOverrides({ userId, state, page }, call) {
      const userIds =
        userId === '' ? await access.everybodyVisible(call) : new Set([await access.personOf(userId, call)]);
      return list({ userIds: [...userIds], isReviewed: isReviewed(state) }, page, call.signal);
    },

    // Its scope is the administrators'.
    ListPlanOverrides({ userId, state, page }, call) {
      const userIds = userId === '' ? null : [userId];
      return list({ userIds, isReviewed: isReviewed(state) }, page, call.signal);
    },

    async BatchGetPlanOverrides({ ids }, call) {
      const viewer = requirePerson(call.viewer);
      const found = await overrides.get(ids, call.signal);
      if (isAdministrator(viewer)) return { overrides: found.map(overrideMessage) };
      const people = [...new Set(found.map(({ userId }) => userId))];
      const visible = await access.visible(people, call);
      return { overrides: found.filter(({ userId }) => visible.has(userId)).map(overrideMessage) };
    },

    async BatchCountOpenPlanOverrides({ userIds }, call) {
      const visible = [...(await access.visible(userIds, call))];
      const counted = await overrides.countOpen(visible, call.signal);
      const countOf = new Map(counted.map(({ userId, count }) => [userId, count]));
      return { counts: visible.map((userId) => ({ userId, count: countOf.get(userId) ?? 0 })) };
    },

    async ReviewPlanOverride({ overrideId, note }, call) {
      const viewer = requirePerson(call.viewer);
      const [present] = await overrides.get([overrideId], call.signal);
      if (present === undefined) throw notFound('override');
      if (!isAdministrator(viewer)) {
        if (present.userId === viewer.id) throw ownPlan();
        const visible = await access.visible([present.userId], call);
        if (!visible.has(present.userId)) throw notFound('override');
      }
      await overrides.review(overrideId, viewer.id, note.trim());
      const [reviewed] = await overrides.get([overrideId], call.signal);
      if (reviewed === undefined) throw notFound('override');
      return { override: overrideMessage(reviewed) };
    },
  };

  async function list(filter: OverrideFilter, page: PageRequest__Output | null, signal: AbortSignal) {
    const { edges, pageInfo } = await overrides.list(filter, windowOf(page, overrideCursor), signal);
    return {
      edges: edges.map(({ row, cursor }) => ({ override: overrideMessage(row), cursor })),
      pageInfo,
    };
  }
}

function isReviewed(state: Parameters<typeof reviewStates.nameOf>[0]): boolean | null {
  const name = reviewStates.nameOf(state);
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
