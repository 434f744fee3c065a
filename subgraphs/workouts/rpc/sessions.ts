import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import type { CallContext } from '#platform/call.ts';
import { invalidField } from '#platform/errors.ts';
import type { Handlers } from '#platform/service/service.ts';
import { dateOf } from '#platform/service/timestamps.ts';
import { requirePerson } from '#platform/viewer.ts';
import { longestPastDays } from '../rules/sessions.ts';
import type { SessionDraft } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import type { Days } from './days.ts';
import { found } from './found.ts';
import { sessionStates } from './present/enums.ts';
import { edgesOf } from './present/pages.ts';
import { sessionOf, setOf } from './present/sessions.ts';

type SessionMethods = Exclude<
  keyof Handlers<SessionsServiceDefinition>,
  'LogWorkoutSet' | 'UpdateWorkoutSet' | 'DeleteWorkoutSet'
>;

export interface SessionParts {
  store: Store;
  access: Access;
  days: Days;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** Training as it is done: by oneself, and for trainers to see. */
export function createSessionHandlers({
  store: { sessions, progress },
  access,
  days,
  now,
}: SessionParts): Pick<Handlers<SessionsServiceDefinition>, SessionMethods> {
  return {
    async StartWorkoutSession(request, call) {
      const { id: userId } = requirePerson(call.viewer);
      const { title = '', plannedDay: planned } = request;
      const startedAt = dateOf(request.startedAt) ?? new Date(now());
      let draft: SessionDraft | null = null;
      const admit = async () => {
        assertRecent(startedAt, now());
        const localDay = await days.of(userId, startedAt, call);
        draft = { title: title.trim(), planned, startedAt, localDay };
      };
      const id = await sessions.start(userId, { key: request.idempotencyKey, request, admit }, () => {
        if (draft === null) throw new Error('A draft is asked for once its key has let it pass.');
        return draft;
      });
      return present(id, call);
    },

    async PauseWorkoutSession({ workoutSessionId }, call) {
      await sessions.pause(requirePerson(call.viewer).id, workoutSessionId);
      return present(workoutSessionId, call);
    },

    async ResumeWorkoutSession({ workoutSessionId }, call) {
      await sessions.resume(requirePerson(call.viewer).id, workoutSessionId);
      return present(workoutSessionId, call);
    },

    async FinishWorkoutSession({ workoutSessionId, endedAt, note }, call) {
      await sessions.finish(requirePerson(call.viewer).id, workoutSessionId, dateOf(endedAt), note || null);
      const personalRecordIds = await progress.recordsOf(workoutSessionId, call.signal);
      return { ...(await present(workoutSessionId, call)), personalRecordIds };
    },

    async AbandonWorkoutSession({ workoutSessionId }, call) {
      await sessions.abandon(requirePerson(call.viewer).id, workoutSessionId);
      return present(workoutSessionId, call);
    },

    async BatchGetWorkoutSessions({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const rows = await access.rows(viewerId, await sessions.get(ids, signal), 'WORKOUTS', signal);
      return { workoutSessions: rows.map((row) => sessionOf(row, now())) };
    },

    async BatchListWorkoutSessions({ userIds, states, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const ownerIds = await access.people(viewerId, userIds, 'WORKOUTS', signal);
      const wanted = states.map(sessionStates.requiredNameOf);
      const pages = await sessions.list({ ownerIds, states: wanted, page }, signal);
      return {
        pages: pages.map(({ ownerId, page: part }) => ({
          userId: ownerId,
          ...edgesOf(part, 'workoutSession', (row) => sessionOf(row, now())),
        })),
      };
    },

    async BatchListWorkoutSets({ workoutSessionIds, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const people = await sessions.peopleOf(workoutSessionIds, signal);
      const ownerIds = (await access.rows(viewerId, people, 'WORKOUTS', signal)).map(({ id }) => id);
      const pages = await sessions.listSets({ ownerIds, page }, signal);
      return {
        pages: pages.map(({ ownerId, page: part }) => ({
          workoutSessionId: ownerId,
          ...edgesOf(part, 'workoutSet', setOf),
        })),
      };
    },
  };

  async function present(id: string, { signal }: CallContext) {
    return { workoutSession: sessionOf(found(await sessions.get([id], signal), 'session'), now()) };
  }
}

/** What is written down later than this is no longer training as it is done. */
function assertRecent(startedAt: Date, now: number): void {
  const ageMs = now - startedAt.getTime();
  if (ageMs < -60_000) throw invalidField('startedAt', 'A session does not begin in the future.');
  if (ageMs <= longestPastDays * 24 * 60 * 60_000) return;
  throw invalidField('startedAt', `A session is written down at most ${longestPastDays} days later.`);
}
