import type { ProgressServiceDefinition } from '#gen/proto/fitme/workouts/v1/ProgressService.ts';
import { mondayOf } from '#platform/days.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import type { Days } from './days.ts';
import { edgesOf } from './present/pages.ts';
import { recordOf, totalsOf, weekOf } from './present/sessions.ts';

export interface ProgressParts {
  store: Store;
  access: Access;
  days: Days;
}

/** What training adds up to. */
export function createProgressHandlers({
  store: { progress },
  access,
  days,
}: ProgressParts): Handlers<ProgressServiceDefinition> {
  return {
    async BatchGetPersonalRecords({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const rows = await access.rows(viewerId, await progress.getRecords(ids, signal), 'WORKOUTS', signal);
      return { personalRecords: rows.map(recordOf) };
    },

    async BatchListPersonalRecords({ userIds, exerciseId, currentOnly, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const ownerIds = await access.people(viewerId, userIds, 'WORKOUTS', signal);
      const query = { ownerIds, exerciseId: exerciseId ?? null, currentOnly, page };
      const pages = await progress.listRecords(query, signal);
      return {
        pages: pages.map(({ ownerId, page: part }) => ({
          userId: ownerId,
          ...edgesOf(part, 'personalRecord', recordOf),
        })),
      };
    },

    async BatchListWorkoutWeeks({ userIds, first }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const ownerIds = await access.people(viewerId, userIds, 'WORKOUTS', signal);
      const today = await days.today(ownerIds, signal);
      const people = today.map((person) => ({ ...person, monday: mondayOf(person.today) }));
      const rows = await progress.listWeeks(people, first, signal);
      return {
        users: [...Map.groupBy(rows, (row) => row.userId)].map(([userId, weeks]) => ({
          userId,
          weeks: weeks.map(weekOf),
        })),
      };
    },

    // For services: its scope is theirs alone.
    async BatchGetWorkoutSessionTotals({ workoutSessionIds }, { signal }) {
      return { totals: (await progress.totals(workoutSessionIds, signal)).map(totalsOf) };
    },
  };
}
