import type { AssignmentsServiceDefinition } from '#gen/proto/fitme/workouts/v1/AssignmentsService.ts';
import type { CallContext } from '#platform/call.ts';
import { addDays, type Day, daysBetween } from '#platform/days.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { exerciseIdsOf } from '../rules/plan-content.ts';
import { type History, prescribe } from '../rules/progression.ts';
import type { AssignmentRow } from '../store/assignment-reads.ts';
import type { AssignmentDraft, LockedAssignment } from '../store/assignments.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import type { Days } from './days.ts';
import { found } from './found.ts';
import { edgesOf } from './present/pages.ts';
import { assignmentOf, plannedDayOf, prescribedOf } from './present/plans.ts';
import type { VisiblePlans } from './visible-plans.ts';

export interface AssignmentParts {
  store: Store;
  access: Access;
  days: Days;
  visiblePlans: VisiblePlans;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** Who follows what: people themselves, and trainers for those who let them. */
export function createAssignmentHandlers({
  store: { assignments },
  access,
  days,
  visiblePlans,
  now,
}: AssignmentParts): Handlers<AssignmentsServiceDefinition> {
  return {
    async AssignWorkoutPlan(request, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const { userId, note } = request;
      const draft = await draftOf({ ...request, actorId }, call);
      const admit = async () => {
        await assertGranted(actorId, userId, 'userId', call);
        await draft.admit();
      };
      const key = { key: request.idempotencyKey, request, admit };
      const who = { userId, actorId };
      const id = await assignments.assign(who, 'AssignWorkoutPlan', key, () => ({
        ...draft.get(),
        note: note || null,
      }));
      return present(id, call);
    },

    async FollowWorkoutPlan(request, call) {
      const { id: userId } = requirePerson(call.viewer);
      const draft = await draftOf({ ...request, userId, actorId: userId }, call);
      const key = { key: request.idempotencyKey, request, admit: draft.admit };
      const who = { userId, actorId: userId };
      return present(await assignments.assign(who, 'FollowWorkoutPlan', key, draft.get), call);
    },

    async MoveWorkoutAssignment({ workoutAssignmentId }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const admit = await admission(workoutAssignmentId, actorId, call);
      await assignments.move(workoutAssignmentId, actorId, admit);
      return present(workoutAssignmentId, call);
    },

    async EndWorkoutAssignment({ workoutAssignmentId }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      const { userId } = found(await visible(actorId, [workoutAssignmentId], call.signal), 'assignment');
      const admit = await admission(workoutAssignmentId, actorId, call);
      await assignments.end(workoutAssignmentId, actorId, await days.of(userId, now(), call), admit);
      return present(workoutAssignmentId, call);
    },

    async BatchGetWorkoutAssignments({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { workoutAssignments: (await visible(viewerId, ids, signal)).map(assignmentOf) };
    },

    async BatchListWorkoutAssignments({ userIds, activeOnly, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const ownerIds = await access.people(viewerId, userIds, 'WORKOUTS', signal);
      const pages = await assignments.list({ ownerIds, activeOnly, page }, signal);
      return {
        pages: pages.map(({ ownerId, page: found }) => ({
          userId: ownerId,
          ...edgesOf(found, 'workoutAssignment', assignmentOf),
        })),
      };
    },

    async BatchListPlannedWorkoutDays({ workoutAssignmentIds, pendingOnly, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const ownerIds = (await visible(viewerId, workoutAssignmentIds, signal)).map(({ id }) => id);
      const pages = await assignments.listDays({ ownerIds, pendingOnly, page }, signal);
      return {
        pages: pages.map(({ ownerId, page: found }) => ({
          workoutAssignmentId: ownerId,
          ...edgesOf(found, 'plannedWorkoutDay', plannedDayOf),
        })),
      };
    },

    async BatchPrescribeWorkouts({ workoutAssignmentIds, weekNumber, dayNumber }, { viewer, signal }) {
      const rows = await visible(requirePerson(viewer).id, workoutAssignmentIds, signal);
      const contents = await assignments.contents(rows, signal);
      const planned = rows.flatMap((row) => {
        const content = contents.get(row.workoutPlanVersionId);
        const day = content?.weeks[weekNumber - 1]?.days[dayNumber - 1];
        return content && day ? [{ row, content, day }] : [];
      });
      const days = planned.map(({ day }) => day);
      const exerciseIds = exerciseIdsOf({ weeks: [{ days, deloadPercent: null }] });
      const past = await assignments.past(rows, exerciseIds, signal);
      return {
        prescribedWorkouts: planned.map(({ row: { id }, content, day: { name } }) => {
          const prescribed = prescribe(content, { weekNumber, dayNumber }, past.get(id) ?? NO_PAST) ?? [];
          return { workoutAssignmentId: id, name, exercises: prescribed.map(prescribedOf) };
        }),
      };
    },
  };

  async function visible(
    viewerId: string,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<AssignmentRow[]> {
    return access.rows(viewerId, await assignments.get(ids, signal), 'WORKOUTS', signal);
  }

  interface Wish {
    workoutPlanId: string;
    userId: string;
    actorId: string;
    /** Left out for the person's today. */
    startsOn?: Day;
  }

  /** Reads beforehand what an assignment is made of, so that no lock is held meanwhile. */
  async function draftOf({ workoutPlanId, userId, actorId, startsOn }: Wish, call: CallContext) {
    const version = await visiblePlans.newest(actorId, workoutPlanId, call);
    let draft: AssignmentDraft | null = null;
    return {
      async admit() {
        if (version === null) throw notFound('plan');
        const today = await days.of(userId, now(), call);
        const { id: workoutPlanVersionId, content } = version;
        draft = { workoutPlanId, workoutPlanVersionId, content, startsOn: startsOn ?? today, note: null };
        assertNear(draft.startsOn, today);
      },
      get(): AssignmentDraft {
        if (draft === null) throw new Error('A draft is asked for once its key has let it pass.');
        return draft;
      },
    };
  }

  async function assertGranted(actorId: string, userId: string, path: string, call: CallContext) {
    if (userId === actorId) throw invalidField(path, 'Follow a plan yourself by followWorkoutPlan.');
    if (await access.permits(actorId, userId, 'WORKOUTS', call.signal)) return;
    const message = 'This person does not let you see their training: ask them for it, as their trainer.';
    throw new DomainError('PERMISSION_DENIED', message, {
      reason: 'GRANT_MISSING',
      parameters: { permission: 'WORKOUTS' },
      fields: [{ path, message }],
    });
  }

  /** Whoever follows the plan, and the trainer who assigned it as long as they are let, may change an assignment. */
  async function admission(workoutAssignmentId: string, actorId: string, { signal }: CallContext) {
    found(await visible(actorId, [workoutAssignmentId], signal), 'assignment');
    return ({ userId, assignedById }: LockedAssignment) => {
      if (actorId === userId || actorId === assignedById) return;
      throw new DomainError(
        'PERMISSION_DENIED',
        'Only who follows the plan and who assigned it change this.',
      );
    };
  }

  async function present(id: string, { viewer, signal }: CallContext) {
    const rows = await visible(requirePerson(viewer).id, [id], signal);
    return { workoutAssignment: assignmentOf(found(rows, 'assignment')) };
  }
}

const NO_PAST: History = { performances: new Map(), oneRepMaxima: new Map() };

function assertNear(startsOn: Day, today: Day): void {
  if (Math.abs(daysBetween(today, startsOn)) <= 366) return;
  throw invalidField('startsOn', `takes a day from ${addDays(today, -366)} to ${addDays(today, 366)}`);
}
