import type { CallContext } from '#platform/call.ts';
import type { PlanRow, PlanVersionRow } from '../store/plan-reads.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';

/** Which plans somebody may see, by themselves or as somebody's trainer. */
export type VisiblePlans = ReturnType<typeof createVisiblePlans>;

export function createVisiblePlans({ plans }: Store, access: Access) {
  const visible = {
    async plans(viewerId: string, ids: readonly string[], signal: AbortSignal): Promise<PlanRow[]> {
      const own = await plans.visible(viewerId, ids, signal);
      const through = (left: string[]) => plans.throughClients(viewerId, left, signal);
      return access.withClients(viewerId, ids, own, through, signal);
    },

    async versions(viewerId: string, ids: readonly string[], signal: AbortSignal): Promise<PlanVersionRow[]> {
      const own = await plans.visibleVersions(viewerId, ids, signal);
      const through = (left: string[]) => plans.versionsThroughClients(viewerId, left, signal);
      return access.withClients(viewerId, ids, own, through, signal);
    },

    /** What a plan holds now; null where the viewer may not see that. */
    async newest(
      viewerId: string,
      workoutPlanId: string,
      { signal }: CallContext,
    ): Promise<PlanVersionRow | null> {
      const [plan] = await visible.plans(viewerId, [workoutPlanId], signal);
      if (plan === undefined) return null;
      const [version] = await visible.versions(viewerId, [plan.newestVersionId], signal);
      return version ?? null;
    },
  };
  return visible;
}
