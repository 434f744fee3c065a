import { isDeepStrictEqual } from 'node:util';
import type { PlansServiceDefinition } from '#gen/proto/fitme/workouts/v1/PlansService.ts';
import { attachFiles, type FilesClient } from '#platform/attachments/attach-files.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError } from '#platform/errors.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import { refuseFaults } from '#platform/service/refusals.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { changeablePlan, changeableSharing } from '../requests/plans.ts';
import { exerciseIdsOf, faultsOfContent, type PlanContent } from '../rules/plan-content.ts';
import { ownPlanCursor, type PlanVersionRow, publicPlanCursor } from '../store/plan-reads.ts';
import type { Store } from '../store/store.ts';
import { PLAN_KIND } from './attachment-kinds.ts';
import type { VisibleExercises } from './exercises.ts';
import { found } from './found.ts';
import { visibilities } from './present/enums.ts';
import { edgesOf } from './present/pages.ts';
import { readContent, weeksOf } from './present/plan-content.ts';
import { planOf, planVersionOf } from './present/plans.ts';
import type { VisiblePlans } from './visible-plans.ts';

export interface PlanParts {
  store: Store;
  visibleExercises: VisibleExercises;
  visiblePlans: VisiblePlans;
  files: FilesClient;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** What can be wrong in a large plan is told in parts. */
const mostFaults = 20;

/** Plans: people change their own, and see those of others as far as these are shared or followed. */
export function createPlanHandlers({
  store: { plans },
  visibleExercises,
  visiblePlans,
  files,
  newId,
}: PlanParts): Handlers<PlansServiceDefinition> {
  return {
    async CreateWorkoutPlan(request, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      const { name, description, template, tutorialFileIds } = request;
      const id = newId();
      const content = readContent(request.weeks);
      const admit = async () => {
        await assertContent(content, ownerId, call);
        await attachTutorials(ownerId, id, tutorialFileIds, call);
      };
      const key = { key: request.idempotencyKey, request, admit };
      const held = { name: name.trim(), description: description || null, content, tutorialFileIds };
      const draft = { ...held, id, template, copiedFromId: null };
      const workoutPlanId = await plans.create(ownerId, 'CreateWorkoutPlan', key, () => draft);
      return present(workoutPlanId, call);
    },

    async UpdateWorkoutPlan(request, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      const { workoutPlanId, expectedVersion } = request;
      const stored = found(await plans.newestOwn(ownerId, workoutPlanId, call.signal), 'plan of yours');
      const plan = changed(changeablePlan, changeableOf(stored), request);
      const content = readContent(plan.weeks);
      if (!isDeepStrictEqual(content, stored.content)) await assertContent(content, ownerId, call);
      const { name, description, tutorialFileIds } = plan;
      // Files that stay may be gone by now.
      const added = tutorialFileIds.filter((fileId) => !stored.tutorialFileIds.includes(fileId));
      await attachTutorials(ownerId, workoutPlanId, added, call);
      const held = { name: name.trim(), description: description || null, content, tutorialFileIds };
      await plans.addVersion(ownerId, workoutPlanId, expectedVersion, held);
      return present(workoutPlanId, call);
    },

    async UpdateWorkoutPlanSharing(request, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      await plans.share(ownerId, request.workoutPlanId, (stored) => {
        const before = { ...stored, visibility: visibilities.valueOf(stored.visibility) };
        const { visibility, template } = changed(changeableSharing, before, request);
        return { visibility: visibilities.requiredNameOf(visibility), template };
      });
      return present(request.workoutPlanId, call);
    },

    async CopyWorkoutPlan(request, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      const source = await visiblePlans.newest(ownerId, request.workoutPlanId, call);
      const admit = async () => {
        if (source === null) throw notThere();
      };
      const key = { key: request.idempotencyKey, request, admit };
      const workoutPlanId = await plans.create(ownerId, 'CopyWorkoutPlan', key, () => {
        if (source === null) throw notThere();
        const { name, description, content } = source;
        // Tutorials are files of whoever made the plan: they stay with it.
        const held = { name: request.name?.trim() || name, description, content, tutorialFileIds: [] };
        return { ...held, id: newId(), template: false, copiedFromId: source.workoutPlanId };
      });
      return present(workoutPlanId, call);
    },

    async ArchiveWorkoutPlan({ workoutPlanId }, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      await plans.archive(ownerId, workoutPlanId);
      return present(workoutPlanId, call);
    },

    async BatchGetWorkoutPlans({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { workoutPlans: (await visiblePlans.plans(viewerId, ids, signal)).map(planOf) };
    },

    async BatchGetWorkoutPlanVersions({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { workoutPlanVersions: (await visiblePlans.versions(viewerId, ids, signal)).map(planVersionOf) };
    },

    async ListWorkoutPlans({ templatesOnly, page }, { viewer, signal }) {
      const { id: ownerId } = requirePerson(viewer);
      const window = windowOf(page, ownPlanCursor);
      return edgesOf(await plans.list(ownerId, templatesOnly, window, signal), 'workoutPlan', planOf);
    },

    async SearchWorkoutPlans({ text = '', templatesOnly, page }, { signal }) {
      const window = windowOf(page, publicPlanCursor);
      return edgesOf(await plans.search(text, templatesOnly, window, signal), 'workoutPlan', planOf);
    },
  };

  function attachTutorials(
    ownerId: string,
    subjectId: string,
    fileIds: readonly string[],
    call: CallContext,
  ): Promise<void> {
    const plan = { ownerId, subjectKind: PLAN_KIND, subjectId, fileIds };
    return attachFiles(files, plan, 'tutorialFileIds', call);
  }

  /** @throws DomainError INVALID_ARGUMENT where the content does not fit together, or names an unknown exercise. */
  async function assertContent(
    content: PlanContent,
    viewerId: string,
    { signal }: CallContext,
  ): Promise<void> {
    refuseFaults(faultsOfContent(content).slice(0, mostFaults));
    const ids = exerciseIdsOf(content);
    const seen = new Set((await visibleExercises(viewerId, ids, signal)).map(({ id }) => id));
    const unknown = ids.filter((id) => !seen.has(id));
    if (unknown.length === 0) return;
    const message = `There is no exercise ${unknown.join(', ')}, or you may not see it: leave it out.`;
    refuseFaults([{ path: 'weeks', message }]);
  }

  async function present(id: string, { viewer, signal }: CallContext) {
    const rows = await visiblePlans.plans(requirePerson(viewer).id, [id], signal);
    return { workoutPlan: planOf(found(rows, 'plan')) };
  }
}

function changeableOf({ name, description, content, tutorialFileIds, number }: PlanVersionRow) {
  return { name, description, weeks: weeksOf(content), tutorialFileIds, version: number };
}

function notThere(): DomainError {
  return new DomainError('NOT_FOUND', 'There is no such plan, or you may not see it.');
}
