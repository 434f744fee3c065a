import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import type { CallContext } from '#platform/call.ts';
import { invalidField } from '#platform/errors.ts';
import { changed } from '#platform/service/changes.ts';
import { refuseFaults } from '#platform/service/refusals.ts';
import type { Handlers } from '#platform/service/service.ts';
import { dateOf } from '#platform/service/timestamps.ts';
import { requirePerson } from '#platform/viewer.ts';
import { changeableSet } from '../requests/sessions.ts';
import { faultsOfSet, type Measure, type SetValues } from '../rules/sets.ts';
import type { Store } from '../store/store.ts';
import type { VisibleExercises } from './exercises.ts';
import { found } from './found.ts';
import { setKinds } from './present/enums.ts';
import { sessionOf, setOf } from './present/sessions.ts';

type SetMethods = 'LogWorkoutSet' | 'UpdateWorkoutSet' | 'DeleteWorkoutSet';

export interface SetParts {
  store: Store;
  visibleExercises: VisibleExercises;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** The sets of one's own open session. */
export function createSetHandlers({
  store: { sessions, sets },
  visibleExercises,
  now,
}: SetParts): Pick<Handlers<SessionsServiceDefinition>, SetMethods> {
  return {
    async LogWorkoutSet(request, call) {
      const { id: userId } = requirePerson(call.viewer);
      const { workoutSessionId, exerciseId } = request;
      const values = valuesOf(request);
      const admit = async () => refuseFaults(faultsOfSet(values, await measureOf(exerciseId, call)));
      const key = { key: request.idempotencyKey, request, admit };
      const kind = setKinds.requiredNameOf(request.kind);
      const draft = { workoutSessionId, exerciseId, kind, ...values, doneAt: dateOf(request.doneAt) };
      return present(await sets.log(userId, draft, key), call);
    },

    async UpdateWorkoutSet(request, call) {
      const { id: userId } = requirePerson(call.viewer);
      const [set] = await sessions.getSets([request.workoutSetId], call.signal);
      const measure = set && (await measureOf(set.exerciseId, call));
      await sets.update(userId, request.workoutSetId, (present) => {
        const before = { ...present, kind: setKinds.valueOf(present.kind) };
        const { kind, ...values } = changed(changeableSet, before, request);
        if (measure !== undefined) refuseFaults(faultsOfSet(values, measure));
        return { ...values, kind: setKinds.requiredNameOf(kind) };
      });
      return present(request.workoutSetId, call);
    },

    async DeleteWorkoutSet({ workoutSetId }, call) {
      const { id: userId } = requirePerson(call.viewer);
      return presentSession(await sets.delete(userId, workoutSetId), call);
    },
  };

  async function measureOf(exerciseId: string, { viewer, signal }: CallContext): Promise<Measure> {
    const [exercise] = await visibleExercises(requirePerson(viewer).id, [exerciseId], signal);
    if (exercise !== undefined) return exercise.measure;
    throw invalidField('exerciseId', 'There is no such exercise, or you may not see it: name another one.');
  }

  /** Only ever of the caller's own: the changes above have made sure of that. */
  async function present(id: string, call: CallContext) {
    const set = found(await sessions.getSets([id], call.signal), 'set');
    return { workoutSet: setOf(set), ...(await presentSession(set.workoutSessionId, call)) };
  }

  async function presentSession(id: string, { signal }: CallContext) {
    return { workoutSession: sessionOf(found(await sessions.get([id], signal), 'session'), now()) };
  }
}

function valuesOf(request: { [Field in keyof SetValues]?: number }): SetValues {
  return {
    reps: request.reps ?? null,
    loadKg: request.loadKg ?? null,
    rpe: request.rpe ?? null,
    durationSeconds: request.durationSeconds ?? null,
    distanceM: request.distanceM ?? null,
  };
}
