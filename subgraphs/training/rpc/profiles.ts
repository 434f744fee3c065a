import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { found, rateUnits, specialities, trainerProfileOf } from '../present.ts';
import { trainerProfile } from '../requests.ts';
import { trainerCursor } from '../store/profiles.ts';
import type { Store } from '../store.ts';

type Profiles = 'BatchGetTrainerProfiles' | 'ListTrainers' | 'UpdateTrainerProfile';

/** Of a trainer who has written none. */
const EMPTY = {
  ...{ headline: '', about: '', qualifications: [], specialities: [], rates: [] },
  acceptsClients: false,
};

/** Trainers' profiles, which all members may read. */
export function createProfileHandlers(
  { profiles }: Store,
  now: () => number,
): Pick<Handlers<TrainingServiceDefinition>, Profiles> {
  return {
    async BatchGetTrainerProfiles({ trainerIds }, { signal }) {
      const views = await profiles.get(trainerIds, signal);
      return { trainerProfiles: views.map(trainerProfileOf) };
    },

    async ListTrainers({ specialities: wanted, page }, { signal }) {
      const window = windowOf(page, trainerCursor);
      const { edges, pageInfo } = await profiles.list(
        wanted.map(specialities.requiredNameOf),
        window,
        signal,
      );
      return {
        edges: edges.map(({ row, cursor }) => ({ trainerProfile: trainerProfileOf(row), cursor })),
        pageInfo,
      };
    },

    async UpdateTrainerProfile(request, { viewer, signal }) {
      const { id: trainerId } = requirePerson(viewer);
      const [stored] = await profiles.get([trainerId], signal);
      const profile = changed(trainerProfile, stored ? trainerProfileOf(stored) : EMPTY, request);
      const content = {
        trainerId,
        headline: profile.headline.trim(),
        about: profile.about.trim(),
        qualifications: profile.qualifications,
        specialities: profile.specialities.map(specialities.requiredNameOf),
        rates: profile.rates.map(({ unit, ...rate }) => ({ ...rate, unit: rateUnits.requiredNameOf(unit) })),
        acceptsClients: profile.acceptsClients,
      };
      await profiles.save(content, request.expectedVersion, new Date(now()));
      const [saved] = await profiles.get([trainerId], signal);
      return { trainerProfile: trainerProfileOf(found(saved, 'profile')) };
    },
  };
}
